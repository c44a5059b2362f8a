import type { Playout } from '../../audio/playout.ts';
import { createResampler, type Resampler } from '../../audio/resample.ts';
import { AsyncQueue } from '../../core/async-queue.ts';
import type { Clock } from '../../core/clock.ts';
import { DialtoneError, isAbort, toDialtoneError } from '../../core/errors.ts';
import { once } from '../../core/once.ts';
import type { EngineKind } from '../../engines/events.ts';
import type { LlmDelta } from '../../engines/llm.ts';
import type { PcmChunk, Tts } from '../../engines/tts.ts';
import { toSpokenText } from '../../text/spoken-text.ts';
import { SentenceSplitter } from './sentences.ts';

/** Audio that may wait in the playout before the next sentence is synthesised, milliseconds. */
const SYNTHESIS_AHEAD_MS = 6_000;

/** Pause between two sentences, milliseconds: engines that speak them one by one leave none. */
const SENTENCE_PAUSE_MS = 200;

/** Rate of speech assumed for placing words in audio of engines that do not tell where they are, characters a second. */
const CHARACTERS_PER_SECOND = 15;

/** An engine failed while a reply was being made. */
export class ReplyFailure extends Error {
  override readonly name = 'ReplyFailure';
  readonly kind: EngineKind;
  readonly error: DialtoneError;

  constructor(kind: EngineKind, error: DialtoneError) {
    super(error.message, { cause: error });
    this.kind = kind;
    this.error = error;
  }
}

/** Begins to write a reply. Errors are thrown by the iteration. */
export type WriteReply = (signal: AbortSignal) => AsyncIterable<LlmDelta>;

/** What making a reply needs, and whom it tells how far it is. */
export interface ReplyOptions {
  readonly write: WriteReply;
  readonly tts: Tts;
  readonly voice: string;
  readonly language: string;
  readonly signal: AbortSignal;
  /** Once aborted no further sentence begins; the one being spoken is spoken to its end. */
  readonly hurry: AbortSignal;
  readonly clock: Clock;
  readonly playout: Playout<string>;
  readonly onToken: (text: string) => void;
  readonly onSentence: () => void;
  readonly onText: (whole: string) => void;
  readonly onAudio: () => void;
  /** A word has its place in the playout. */
  readonly onWord: (word: string, atSample: number) => void;
}

/**
 * Makes a reply: the language model writes, whole sentences are spoken as they come, the audio goes to the playout with
 * a mark at each word. The caller ends the playout.
 * @throws ReplyFailure with the engine that failed, an AbortError when `signal` aborts
 */
export async function speakReply(options: ReplyOptions): Promise<void> {
  const sentences = new AsyncQueue<string>();
  const writing = writeSentences(options, sentences);
  // Its failure is thrown by the iteration of `sentences` as well, after what was written before it.
  writing.catch(() => undefined);
  const voice = new ReplyVoice(options);
  let spoken = 0;
  try {
    for await (const sentence of sentences) {
      if (options.hurry.aborted) break;
      await roomInPlayout(options);
      if (spoken > 0) options.playout.write(silence(SENTENCE_PAUSE_MS, options.playout.sampleRate));
      await voice.speak(sentence);
      spoken += 1;
    }
  } catch (error) {
    if (!isHurried(options)) throw error;
  } finally {
    voice.close();
  }
  if (isHurried(options)) return;
  await writing;
  if (spoken === 0) {
    throw new ReplyFailure('llm', new DialtoneError('engine_bad_answer', 'the reply holds nothing that can be spoken'));
  }
}

function silence(ms: number, sampleRate: number): Int16Array {
  return new Int16Array((ms * sampleRate) / 1000);
}

function isHurried({ hurry, signal }: ReplyOptions): boolean {
  return hurry.aborted && !signal.aborted;
}

async function writeSentences(options: ReplyOptions, sentences: AsyncQueue<string>): Promise<void> {
  const splitter = new SentenceSplitter();
  let whole = '';
  const give = (texts: readonly string[]) => {
    for (const text of texts) {
      const speakable = toSpokenText(text, options.language);
      if (speakable === '') continue;
      options.onSentence();
      sentences.push(speakable);
    }
  };
  try {
    const signal = AbortSignal.any([options.signal, options.hurry]);
    for await (const delta of options.write(signal)) {
      // A model that goes on although it was told to stop is not listened to.
      signal.throwIfAborted();
      if (delta.type !== 'token') continue;
      whole += delta.text;
      options.onToken(delta.text);
      give(splitter.push(delta.text));
    }
    signal.throwIfAborted();
    give(splitter.flush());
    options.onText(whole);
    sentences.end();
  } catch (error) {
    // What was written before the failure is still said.
    give(splitter.flush());
    sentences.fail(isAbort(error) ? error : new ReplyFailure('llm', toDialtoneError(error)));
    throw error;
  }
}

async function roomInPlayout({ playout, clock, signal }: ReplyOptions): Promise<void> {
  while (playout.queuedMs > SYNTHESIS_AHEAD_MS && !signal.aborted) {
    await new Promise<void>((resolve) => clock.setTimer(resolve, 200));
  }
  signal.throwIfAborted();
}

/** Speaks the sentences of one reply into its playout. */
class ReplyVoice {
  readonly #options: ReplyOptions;
  #resampler: Resampler | undefined;
  #fromRate = 0;

  constructor(options: ReplyOptions) {
    this.#options = options;
  }

  async speak(sentence: string): Promise<void> {
    const { tts, voice, language, signal } = this.#options;
    try {
      const words = new WordMarks(sentence, this.#options);
      for await (const chunk of tts.speak(once(sentence), { voice, language, signal })) {
        signal.throwIfAborted();
        this.#options.onAudio();
        words.place(chunk);
        const resampler = await this.#resamplerFor(chunk.sampleRate);
        this.#options.playout.write(resampler.process(chunk.samples));
      }
      words.placeRest();
      if (this.#resampler) this.#options.playout.write(this.#resampler.flush());
      words.close();
    } catch (error) {
      throw isAbort(error) ? error : new ReplyFailure('tts', toDialtoneError(error));
    }
  }

  close(): void {
    this.#resampler?.free();
    this.#resampler = undefined;
  }

  async #resamplerFor(fromRate: number): Promise<Resampler> {
    if (this.#resampler && this.#fromRate === fromRate) return this.#resampler;
    this.close();
    this.#fromRate = fromRate;
    this.#resampler = await createResampler(fromRate, this.#options.playout.sampleRate);
    return this.#resampler;
  }
}

/** Places the words of a sentence in the playout: where the engine says they are, else by a guess at their length. */
class WordMarks {
  readonly #words: readonly string[];
  readonly #playout: Playout<string>;
  readonly #onWord: ReplyOptions['onWord'];
  readonly #sampleRate: number;
  readonly #start: number;
  #placed = 0;
  #guessAt: number;

  constructor(sentence: string, { playout, onWord }: ReplyOptions) {
    this.#words = sentence.split(/\s+/).filter((word) => word !== '');
    this.#playout = playout;
    this.#onWord = onWord;
    this.#sampleRate = playout.sampleRate;
    this.#start = playout.writtenSamples;
    this.#guessAt = this.#start;
  }

  place(chunk: PcmChunk): void {
    if (chunk.words) {
      for (const { atSample } of chunk.words)
        this.#place(this.#start + (atSample * this.#sampleRate) / chunk.sampleRate);
      return;
    }
    const end = this.#playout.writtenSamples + (chunk.samples.length * this.#sampleRate) / chunk.sampleRate;
    while (this.#placed < this.#words.length && this.#guessAt < end) {
      const at = this.#guessAt;
      this.#guessAt += (((this.#words[this.#placed]?.length ?? 0) + 1) * this.#sampleRate) / CHARACTERS_PER_SECOND;
      this.#place(at);
    }
  }

  /** Words for which there was no place are said to be at the end. */
  placeRest(): void {
    while (this.#placed < this.#words.length) this.#place(Math.max(0, this.#playout.writtenSamples - 1));
  }

  /** The last word ends here, not where the next sentence begins. */
  close(): void {
    this.#playout.mark(this.#playout.writtenSamples, '');
  }

  #place(atSample: number): void {
    const word = this.#words[this.#placed];
    if (word === undefined) return;
    this.#placed += 1;
    this.#playout.mark(atSample, word);
    this.#onWord(word, atSample);
  }
}
