import { vi } from 'vitest';
import { EspeakRequest } from '#src/engines/espeak/espeak-request';

/** When a word of a text begins, as espeak tells. */
interface SpokenWord {
  readonly text: string;
  /** From the beginning of the audio; null: espeak ran it into its neighbours. */
  readonly atMs: number | null;
}

/** What espeak itself has told of a text. */
export interface SpokenText {
  readonly words: readonly SpokenWord[];
  readonly lengthMs: number;
}

interface Unit {
  readonly text: string;
  readonly events: { readonly position: number; readonly atMs: number }[];
  startMs: number | undefined;
}

/**
 * Listens in on the messages of the espeak worker: its own word events, as they are. They are those of this very audio, since
 * espeak never speaks twice the same.
 */
export class EspeakMarks {
  #units: Unit[] = [];
  #samples = 0;
  #rate = 22_050;

  constructor() {
    const { nextUnit, heard } = EspeakRequest.prototype;
    const note = this;
    vi.spyOn(EspeakRequest.prototype, 'nextUnit').mockImplementation(function (this: EspeakRequest, rate) {
      note.#countAudioOf(this);
      const text = nextUnit.call(this, rate);
      note.#rate = rate;
      note.#units.push({ text, events: [], startMs: undefined });
      return text;
    });
    vi.spyOn(EspeakRequest.prototype, 'heard').mockImplementation(function (this: EspeakRequest, samples, words) {
      const unit = note.#units.at(-1);
      if (unit) {
        unit.startMs ??= note.#ms;
        unit.events.push(...words);
      }
      heard.call(this, samples, words);
    });
  }

  /** Everything since the last time. */
  take(): SpokenText {
    const words = this.#units.flatMap(wordsOf);
    const lengthMs = this.#ms;
    this.#units = [];
    this.#samples = 0;
    return { words, lengthMs };
  }

  get #ms(): number {
    return (this.#samples * 1_000) / this.#rate;
  }

  #countAudioOf({ audio }: EspeakRequest): void {
    if (vi.isMockFunction(audio.push)) return;
    const push = audio.push.bind(audio);
    vi.spyOn(audio, 'push').mockImplementation((chunk) => {
      this.#samples += chunk.samples.length;
      push(chunk);
    });
  }
}

function wordsOf({ text, events, startMs = 0 }: Unit): SpokenWord[] {
  let from = 1;
  return text.split(/(\s+)/).flatMap((piece, index) => {
    // A position on the space before a word is that word's.
    const begin = from - 1;
    from += [...piece].length;
    const end = from;
    const first = events.find(({ position }) => position >= begin && position < end);
    return index % 2 === 0 && piece !== '' ? [{ text: piece, atMs: first ? startMs + first.atMs : null }] : [];
  });
}
