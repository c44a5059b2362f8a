import { KYUTAI_RATE } from './audio-frames.ts';

/** The words of a text as the server wants them, one in each message: signs that it would spell out are left out. */
export function spokenWords(text: string): string[] {
  return text
    .replace(/[‘’]/g, "'")
    .replace(/[“”«»]/g, '"')
    .replace(/[*_`]/g, '')
    .split(/\s+/)
    .filter((word) => word !== '' && word !== ':');
}

/** A word and where it begins in the audio of a call. */
export interface PlacedWord {
  readonly text: string;
  readonly atSample: number;
}

/** Words that the server has placed. Most are named before their audio comes, the last one behind all audio. */
export class WordPlaces {
  #waiting: PlacedWord[] = [];
  #lastAt = 0;

  /** The server says where a word is. @param startSeconds from the first sample */
  named(text: string, startSeconds: number): void {
    // The server begins with an empty word.
    if (text.trim() === '') return;
    this.#lastAt = Math.max(this.#lastAt, Math.round(startSeconds * KYUTAI_RATE));
    this.#waiting.push({ text: text.trim(), atSample: this.#lastAt });
  }

  /** The words that begin before a sample and were not taken yet. */
  before(sample: number): PlacedWord[] {
    const taken = this.#waiting.filter(({ atSample }) => atSample < sample);
    this.#waiting = this.#waiting.slice(taken.length);
    return taken;
  }

  /** All that were not taken yet, within so many samples. */
  rest(samples: number): PlacedWord[] {
    const taken = this.#waiting.map(({ text, atSample }) => ({ text, atSample: Math.min(atSample, samples) }));
    this.#waiting = [];
    return taken;
  }
}
