import { KeptAudio } from '../../audio/kept-audio.ts';
import { HEARING_RATE } from '../../audio/rates.ts';
import { AsyncQueue } from '../../core/async-queue.ts';
import { DialtoneError } from '../../core/errors.ts';
import type { Stt, SttCapabilities, SttOptions, SttResult, SttStream } from '../stt.ts';
import type { Attempt, Member } from './attempt.ts';
import type { EngineList } from './engine-list.ts';
import { Relay } from './relay.ts';

/** Longest utterance, milliseconds: 1.9 MB. */
export const FALLBACK_MAX_UTTERANCE_MS = 60_000;
const MAX_SAMPLES = (HEARING_RATE * FALLBACK_MAX_UTTERANCE_MS) / 1_000;

/** The next engine is handed what was said so far in pieces of this length, samples: 100 ms. */
const PIECE = HEARING_RATE / 10;

const NO_AUDIO = new Int16Array(0);

/** What no engine could be opened for. */
const NOTHING: SttCapabilities = { partials: false, wordTimings: false };

/**
 * One utterance, kept until its final text has come: when an engine fails, the next one hears it from the start. Its partial
 * results then correct those of the engine before it. Of what is kept, all beyond {@link FALLBACK_MAX_UTTERANCE_MS} is dropped; an
 * empty partial result with `endpoint` then says that the utterance should end.
 */
export class FallbackSttStream implements SttStream {
  readonly #list: EngineList<Stt>;
  readonly #options: SttOptions;
  readonly #relay: Relay<Stt>;
  readonly #results = new AsyncQueue<SttResult>();
  /** What was said so far; undefined when no engine will want it any more. */
  #audio: KeptAudio | undefined;
  /** The engine that listens, or the last that did. */
  #attempt: Attempt<Stt> | undefined;
  #stream: SttStream | undefined;
  /** That of the first choice: when all have failed, the utterance was that one's. */
  #first: SttStream | undefined;
  #isEnded = false;
  #isOver = false;

  constructor(list: EngineList<Stt>, options: SttOptions) {
    this.#list = list;
    this.#options = options;
    this.#relay = new Relay(list);
    if (list.members.length > 1) this.#audio = new KeptAudio(MAX_SAMPLES);
    void this.#recognise();
  }

  get engine(): string {
    return this.#stream?.engine ?? this.#list.members[0].engine.id;
  }

  get capabilities(): SttCapabilities {
    return this.#stream?.capabilities ?? NOTHING;
  }

  get results(): AsyncIterable<SttResult> {
    return this.#results;
  }

  write(samples: Int16Array): void {
    if (this.#isEnded || this.#isOver || this.#audio?.isFull) return;
    this.#stream?.write(this.#audio?.add(samples) ?? samples);
    if (this.#audio?.isFull) this.#results.push({ type: 'partial', text: '', endpoint: true });
  }

  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#attempt?.works();
    this.#stream?.end();
  }

  async #recognise(): Promise<void> {
    try {
      for (let member = this.#relay.next; member; member = this.#relay.next) {
        if (await this.#try(member)) return;
      }
      this.#stream = this.#first;
      this.#results.fail(this.#relay.failure());
    } finally {
      this.#isOver = true;
      this.#audio = undefined;
      this.#relay.tell();
      this.#results.end();
    }
  }

  /** @returns whether the utterance is over; otherwise another engine is to try */
  async #try(member: Member<Stt>): Promise<boolean> {
    const attempt = this.#list.attempt(member, this.#options.signal);
    this.#attempt = attempt;
    try {
      attempt.begin();
      await this.#hear(this.#open(attempt), attempt);
      attempt.succeeded();
      return true;
    } catch (error) {
      if (attempt.isCancelled) return true;
      this.#relay.failed(attempt, attempt.failed(error));
      return false;
    } finally {
      attempt.end();
    }
  }

  /** Opens the engine and hands it what was said so far. */
  #open({ member, signal }: Attempt<Stt>): SttStream {
    this.#stream = undefined;
    const stream = member.engine.open({ ...this.#options, signal });
    this.#stream = stream;
    if (member === this.#list.members[0]) this.#first = stream;
    const samples = this.#audio?.samples ?? NO_AUDIO;
    for (let at = 0; at < samples.length; at += PIECE) stream.write(samples.subarray(at, at + PIECE));
    if (this.#isEnded) {
      this.#attempt?.works();
      stream.end();
    }
    return stream;
  }

  /** Passes on the results up to the final one. @throws what the engine throws */
  async #hear({ results, engine }: SttStream, attempt: Attempt<Stt>): Promise<void> {
    const items = results[Symbol.asyncIterator]();
    try {
      for (;;) {
        const { done, value } = await attempt.wait(() => items.next());
        if (done) break;
        this.#results.push(value);
        if (value.type === 'final') return;
      }
    } finally {
      items.return?.().then(undefined, () => undefined);
    }
    throw new DialtoneError('engine_bad_answer', `${engine} gave no final text`, { retryable: true, engine });
  }
}
