import { HEARING_RATE } from '#src/audio/rates';
import { AsyncQueue } from '#src/core/async-queue';
import type { Clock } from '#src/core/clock';
import type { Stt, SttCapabilities, SttOptions, SttResult, SttStream } from '#src/engines/stt';
import { failure } from './scenario-failure.ts';
import type { FakeEngines } from './scenario-schema.ts';
import type { ScenarioWords } from './scenario-words.ts';

/** A word of which so much was heard is recognised. */
const ENOUGH = 0.6;

/** Recognises the words that really reach it, a little later. */
export class ScenarioStt implements Stt {
  readonly id = 'scenario';
  /** When the recogniser first had any word of each utterance, milliseconds of the clock. */
  readonly firstWordsAtMs: number[] = [];
  opened = 0;
  readonly #clock: Clock;
  readonly #words: ScenarioWords;
  readonly #script: FakeEngines['stt'];

  constructor(clock: Clock, words: ScenarioWords, script: FakeEngines['stt']) {
    this.#clock = clock;
    this.#words = words;
    this.#script = script;
  }

  open({ signal }: SttOptions): SttStream {
    this.opened += 1;
    const fails = this.opened === this.#script.fails_at_utterance;
    const onFirst = () => this.firstWordsAtMs.push(this.#clock.now());
    return new ScenarioUtterance(this.#clock, this.#words, this.#script, { signal, fails, onFirst });
  }

  async close(): Promise<void> {}
}

interface UtteranceOptions {
  readonly signal: AbortSignal;
  readonly fails: boolean;
  readonly onFirst: () => void;
}

class ScenarioUtterance implements SttStream {
  readonly engine = 'scenario';
  readonly capabilities: SttCapabilities;
  readonly results = new AsyncQueue<SttResult>();
  readonly #clock: Clock;
  readonly #words: ScenarioWords;
  readonly #script: FakeEngines['stt'];
  readonly #options: UtteranceOptions;
  /** Samples heard of each value. */
  readonly #heard = new Map<number, number>();
  readonly #recognised: number[] = [];
  #given = 0;
  #silentMs = 0;

  constructor(clock: Clock, words: ScenarioWords, script: FakeEngines['stt'], options: UtteranceOptions) {
    this.#clock = clock;
    this.#words = words;
    this.#script = script;
    this.#options = options;
    this.capabilities = { partials: script.partials, wordTimings: false };
    options.signal.addEventListener('abort', () => this.results.end());
  }

  write(samples: Int16Array): void {
    for (const value of samples) if (value !== 0) this.#hear(value);
    this.#silentMs = samples.some((value) => value !== 0) ? 0 : this.#silentMs + (samples.length * 1000) / HEARING_RATE;
    const { endpoint_after_ms } = this.#script;
    if (endpoint_after_ms !== undefined && this.#recognised.length > 0 && this.#silentMs >= endpoint_after_ms) {
      this.#partial(true);
    }
  }

  end(): void {
    this.#clock.setTimer(() => {
      if (this.#options.fails) {
        this.results.fail(failure('the recogniser'));
        return;
      }
      this.results.push({ type: 'final', text: this.#text(() => true, this.#recognised.length) });
      this.results.end();
    }, this.#script.final_delay_ms);
  }

  #hear(value: number): void {
    const word = this.#words.of(value);
    if (!word) return;
    const heard = (this.#heard.get(value) ?? 0) + 1;
    this.#heard.set(value, heard);
    if (heard !== Math.ceil((ENOUGH * word.ms * HEARING_RATE) / 1000)) return;
    this.#recognised.push(value);
    const count = this.#recognised.length;
    // The rest of the word has to be heard too, then the recogniser needs its time.
    this.#clock.setTimer(() => this.#partial(false, count), (1 - ENOUGH) * word.ms + this.#script.partial_delay_ms);
  }

  #partial(endpoint: boolean, count = this.#given): void {
    if (!this.#script.partials || this.#options.fails || this.#options.signal.aborted) return;
    this.#given = Math.max(this.#given, count);
    const text = this.#text(({ partial }) => partial, this.#given);
    if (text === '') return;
    if (count === 1) this.#options.onFirst();
    this.results.push({ type: 'partial', text, endpoint });
  }

  #text(counts: (word: { readonly partial: boolean }) => boolean, count: number): string {
    const words = this.#recognised.slice(0, count).flatMap((value) => this.#words.of(value) ?? []);
    return words
      .filter(counts)
      .map(({ text }) => text)
      .join(' ');
  }
}
