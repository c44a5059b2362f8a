import { concatSamples } from '../../audio/pcm.ts';
import { createResampler, type Resampler } from '../../audio/resample.ts';
import type { Clock } from '../../core/clock.ts';
import { DialtoneError, isAbort } from '../../core/errors.ts';
import { once } from '../../core/once.ts';
import type { Tts, TtsStream } from '../../engines/tts.ts';
import type { DeviceSession } from '../../protocols/protocol.ts';
import { toSpokenText } from '../../text/spoken-text.ts';
import { ReplyTongue } from './reply-tongue.ts';
import { SentenceSplitter } from './sentences.ts';

/** An answer is worth hearing so long after its line was lost, milliseconds. */
const KEPT_MS = 600_000;

/** Pause between two sentences, milliseconds. */
const PAUSE_MS = 200;

/** An answer whose line was lost. */
export interface LostAnswer {
  /** As far as it was written. */
  readonly text: string;
  /** Nothing is missing at its end. */
  readonly isWritten: boolean;
  readonly voice: string;
  readonly language: string;
  readonly languages: readonly string[];
}

/** What is needed. */
export interface UnheardAnswerOptions {
  readonly clock: Clock;
  readonly tts: () => Tts;
  /** A defect of ours. */
  readonly fault: (cause: unknown) => void;
}

/** The answer that a device has not played because its line was lost: a device that can fetch it is offered it when it is back. */
export class UnheardAnswer {
  readonly #options: UnheardAnswerOptions;
  #lost: (LostAnswer & { readonly atMs: number }) | undefined;
  #abort = new AbortController();

  constructor(options: UnheardAnswerOptions) {
    this.#options = options;
  }

  /** The line was lost over this answer. */
  lost(answer: LostAnswer): void {
    this.#lost = { ...answer, atMs: this.#options.clock.now() };
  }

  /** A line is up: speaks the answer again, as a whole, if the device has a use for that. */
  attached(session: Pick<DeviceSession, 'offerUnheard' | 'playback'>): void {
    const { clock, fault } = this.#options;
    const lost = this.#lost;
    if (!lost || !session.offerUnheard) return;
    this.clear();
    if (clock.now() - lost.atMs > KEPT_MS) return;
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    this.#speak(lost, session.playback.sampleRate, signal).then(
      (samples) => {
        if (!signal.aborted && samples.length > 0) session.offerUnheard?.(samples);
      },
      (error: unknown) => {
        // An engine that fails now has failed for good: the user asks again.
        if (!isAbort(error) && !(error instanceof DialtoneError)) fault(error);
      },
    );
  }

  /** It is not wanted any more: the line is gone, or something else is said. */
  clear(): void {
    this.#abort.abort();
    this.#lost = undefined;
  }

  async #speak(answer: LostAnswer, sampleRate: number, signal: AbortSignal): Promise<Int16Array> {
    const { voice, languages } = answer;
    const tts = this.#options.tts();
    const tongue = new ReplyTongue({ tts, voice, languages, onMissing: () => {} });
    const pieces: Int16Array[] = [];
    for (const sentence of sentencesOf(answer)) {
      if (pieces.length > 0) pieces.push(new Int16Array((PAUSE_MS * sampleRate) / 1000));
      pieces.push(
        await this.#sentence(tts.speak(once(sentence), { ...tongue.of(sentence), signal }), sampleRate, signal),
      );
    }
    return concatSamples(pieces);
  }

  async #sentence(speech: TtsStream, sampleRate: number, signal: AbortSignal): Promise<Int16Array> {
    const pieces: Int16Array[] = [];
    let resampler: Resampler | undefined;
    try {
      for await (const chunk of speech) {
        signal.throwIfAborted();
        // An engine keeps to one rate in a sentence.
        resampler ??= await createResampler(chunk.sampleRate, sampleRate);
        pieces.push(resampler.process(chunk.samples).slice());
      }
      if (resampler) pieces.push(resampler.flush().slice());
    } finally {
      resampler?.free();
    }
    return concatSamples(pieces);
  }
}

/** Of one that was not written to its end, the whole sentences. */
function sentencesOf({ text, isWritten, language }: LostAnswer): readonly string[] {
  const splitter = new SentenceSplitter();
  const sentences = [...splitter.push(text), ...(isWritten ? splitter.flush() : [])];
  return sentences.map((sentence) => toSpokenText(sentence, language)).filter((sentence) => sentence !== '');
}
