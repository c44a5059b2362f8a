import { createResampler, type Resampler } from '../../audio/resample.ts';
import { once } from '../../core/once.ts';
import type { PcmChunk, Tts } from '../../engines/tts.ts';
import { replyFailure } from './reply-failure.ts';
import type { Speech } from './speech.ts';
import { WordMarks } from './word-marks.ts';

/** How sentences are spoken, and what is reported. */
export interface SentenceVoiceOptions {
  readonly tts: Tts;
  readonly voice: string;
  /** BCP 47. */
  readonly language: string;
  /** Aborting it ends the speech. */
  readonly signal: AbortSignal;
  readonly speech: Speech;
  /** Audio has come from the engine. */
  readonly onAudio: () => void;
}

/** Speaks the sentences of one answer into its playout, at the playout's rate, with a mark at each word. */
export class SentenceVoice {
  readonly #options: SentenceVoiceOptions;
  #resampler: Resampler | undefined;
  #fromRate = 0;

  constructor(options: SentenceVoiceOptions) {
    this.#options = options;
  }

  /** @throws ReplyFailure of kind `tts`, an AbortError when the signal aborts */
  async speak(sentence: string): Promise<void> {
    const { signal, speech, onAudio } = this.#options;
    const words = new WordMarks(sentence, speech);
    for await (const chunk of this.#synthesise(sentence)) {
      signal.throwIfAborted();
      onAudio();
      words.place(chunk);
      const resampler = await this.#resamplerFor(chunk.sampleRate);
      speech.playout.write(resampler.process(chunk.samples));
    }
    words.placeRest();
    if (this.#resampler) speech.playout.write(this.#resampler.flush());
    words.close();
  }

  close(): void {
    this.#resampler?.free();
    this.#resampler = undefined;
  }

  /** The engine's audio, its errors named as the engine's. */
  async *#synthesise(sentence: string): AsyncGenerator<PcmChunk> {
    const { tts, voice, language, signal } = this.#options;
    try {
      yield* tts.speak(once(sentence), { voice, language, signal });
    } catch (error) {
      throw replyFailure('tts', error);
    }
  }

  async #resamplerFor(fromRate: number): Promise<Resampler> {
    if (this.#resampler && this.#fromRate === fromRate) return this.#resampler;
    this.close();
    this.#fromRate = fromRate;
    this.#resampler = await createResampler(fromRate, this.#options.speech.playout.sampleRate);
    return this.#resampler;
  }
}
