import type { Clock } from '#src/core/clock';
import { engineCall } from '#src/engines/engine-call';
import type { PcmChunk, Tts, TtsOptions, TtsStream } from '#src/engines/tts';
import { failure } from './scenario-failure.ts';
import type { FakeEngines } from './scenario-schema.ts';
import type { ScenarioWords } from './scenario-words.ts';

/** The voice says each word in this time, milliseconds. */
const WORD_MS = 200;

/** Says every word in 200 ms, in samples that say which word it is. */
export class ScenarioTts implements Tts {
  readonly id = 'scenario';
  readonly #clock: Clock;
  readonly #words: ScenarioWords;
  readonly #script: FakeEngines['tts'];
  readonly #sampleRate: number;
  #sentences = 0;

  /** @param sampleRate that of the device, so that nothing is resampled */
  constructor(clock: Clock, words: ScenarioWords, script: FakeEngines['tts'], sampleRate: number) {
    this.#clock = clock;
    this.#words = words;
    this.#script = script;
    this.#sampleRate = sampleRate;
  }

  speak(text: AsyncIterable<string>, options: TtsOptions): TtsStream {
    const capabilities = { streamingText: false, wordTimings: this.#script.word_timings };
    return engineCall(this.#speak(text, options), this.id, capabilities);
  }

  async close(): Promise<void> {}

  async *#speak(text: AsyncIterable<string>, options: TtsOptions): AsyncGenerator<PcmChunk> {
    for await (const sentence of text) yield* this.#say(sentence, options);
  }

  async *#say(text: string, { signal }: TtsOptions): AsyncGenerator<PcmChunk> {
    this.#sentences += 1;
    const fails = this.#sentences === this.#script.fails_at_sentence;
    await sleep(this.#clock, this.#script.first_audio_ms, signal);
    if (fails) throw failure('the voice');
    const length = (WORD_MS * this.#sampleRate) / 1000;
    for (const [index, word] of text.split(/\s+/).entries()) {
      signal.throwIfAborted();
      const value = this.#words.ours({ text: word, ms: WORD_MS, partial: true });
      const words = [{ text: word, atSample: index * length }];
      const samples = new Int16Array(length).fill(value);
      yield { sampleRate: this.#sampleRate, samples, ...(this.#script.word_timings && { words }) };
    }
  }
}

const aborted = () => new DOMException('The call was aborted.', 'AbortError');

function sleep(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) reject(aborted());
    const timer = clock.setTimer(resolve, ms);
    signal.addEventListener('abort', () => {
      clock.clearTimer(timer);
      reject(aborted());
    });
  });
}
