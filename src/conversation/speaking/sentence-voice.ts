import { createResampler, type Resampler } from '../../audio/resample.ts';
import { once } from '../../core/once.ts';
import type { PcmChunk, Tts, TtsStream } from '../../engines/tts.ts';
import { spokenLength } from '../../engines/word-places.ts';
import { replyFailure } from './reply-failure.ts';
import type { ReplyTongue } from './reply-tongue.ts';
import type { Speech } from './speech.ts';
import { WordMarks } from './word-marks.ts';

/** Rate of speech of a voice that was not heard yet, letters a second: rather slow, so that no word is held to be heard too early. */
const LETTERS_PER_SECOND = 12;

/** How sentences are spoken, and what is reported. */
export interface SentenceVoiceOptions {
  readonly tts: Tts;
  /** Says by which voice and in which language each sentence is spoken. */
  readonly tongue: Pick<ReplyTongue, 'of'>;
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
  /** What the voice has said so far, and in what time: the next sentence will be as fast. */
  #letters = 0;
  #seconds = 0;

  constructor(options: SentenceVoiceOptions) {
    this.#options = options;
  }

  /** @throws ReplyFailure of kind `tts`, an AbortError when the signal aborts */
  async speak(sentence: string): Promise<void> {
    const { signal, speech, onAudio } = this.#options;
    const { playout } = speech;
    const start = playout.writtenSamples;
    const words = new WordMarks(sentence, speech, this.#lettersPerSecond);
    speech.sentence(sentence);
    const stream = this.#open(sentence);
    for await (const chunk of this.#chunks(stream)) {
      signal.throwIfAborted();
      onAudio();
      words.place(chunk, stream.capabilities.wordTimings);
      const resampler = await this.#resamplerFor(chunk.sampleRate);
      words.write(resampler.process(chunk.samples));
    }
    if (this.#resampler) words.write(this.#resampler.flush());
    words.finish();
    this.#letters += lettersIn(sentence);
    this.#seconds += (playout.writtenSamples - start) / playout.sampleRate;
  }

  /** How long a sentence will take, milliseconds, as far as can be told. */
  lengthOf(sentence: string): number {
    return (1_000 * lettersIn(sentence)) / this.#lettersPerSecond;
  }

  close(): void {
    this.#resampler?.free();
    this.#resampler = undefined;
  }

  get #lettersPerSecond(): number {
    return this.#letters > 0 && this.#seconds > 0 ? this.#letters / this.#seconds : LETTERS_PER_SECOND;
  }

  #open(sentence: string): TtsStream {
    const { tts, tongue, signal } = this.#options;
    try {
      return tts.speak(once(sentence), { ...tongue.of(sentence), signal });
    } catch (error) {
      throw replyFailure('tts', error);
    }
  }

  /** The engine's audio, its errors named as the engine's. */
  async *#chunks(stream: TtsStream): AsyncGenerator<PcmChunk> {
    try {
      yield* stream;
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

function lettersIn(sentence: string): number {
  return sentence.split(/\s+/).reduce((sum, word) => sum + spokenLength(word), 0);
}
