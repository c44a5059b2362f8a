import { AsyncQueue } from '../../core/async-queue.ts';
import type { Clock, Timer } from '../../core/clock.ts';
import { DialtoneError } from '../../core/errors.ts';
import type { FrameWriter } from './frame-writer.ts';
import { failureOf, type HostCall, slotBytes } from './host-call.ts';
import type { SpeechJob } from './host-config.ts';
import { FrameType } from './wire.ts';

/** A sentence may wait for others and take long; this only catches a voice that hangs, which no question finds out. */
const QUIET_TIMEOUT_MS = 60_000;

/** What a sentence needs of its surroundings. */
export interface SpeechCallOptions {
  /** Name of the engine whose sentence it is. */
  readonly engine: string;
  readonly id: number;
  /** Where the voice stands in the host. */
  readonly slot: number;
  readonly job: SpeechJob;
  readonly writer: FrameWriter;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Called once, when nothing more will come. */
  readonly onOver: () => void;
}

/** One sentence being said by the native host: the near end. Aborted, it ends with an AbortError, and so does the work. */
export class SpeechCall implements HostCall {
  readonly work = 'job';
  readonly #options: SpeechCallOptions;
  readonly #speech = new AsyncQueue<Int16Array>();
  #isOver = false;
  #timer: Timer | undefined;

  constructor(options: SpeechCallOptions) {
    this.#options = options;
    options.signal.addEventListener('abort', this.#onAbort, { once: true });
    const payload = Buffer.concat([slotBytes(options.slot), Buffer.from(JSON.stringify(options.job))]);
    options.writer.write(FrameType.say, options.id, payload);
    this.#wait();
  }

  /** Mono s16, as it is made. Throws DialtoneError when the host or the voice fails. */
  get speech(): AsyncIterable<Int16Array> {
    return this.#speech;
  }

  receive(type: number, payload: Buffer): void {
    if (this.#isOver) return;
    if (type === FrameType.speech) {
      const samples = new Int16Array(payload.length >> 1);
      new Uint8Array(samples.buffer).set(payload.subarray(0, samples.byteLength));
      this.#speech.push(samples);
      this.#wait();
    } else if (type === FrameType.spoken) this.#over();
    else if (type === FrameType.failed) this.fail(failureOf(payload, this.#options.engine));
  }

  fail(error: DialtoneError): void {
    this.#speech.fail(error);
    this.#over();
  }

  /** The speech is not wanted any more: the host is told to stop. */
  cancel(): void {
    if (this.#isOver) return;
    this.#options.writer.write(FrameType.cancel, this.#options.id);
    this.#over();
  }

  #wait(): void {
    const { clock, engine } = this.#options;
    clock.clearTimer(this.#timer);
    this.#timer = clock.setTimer(() => {
      const text = `the voice said nothing for ${QUIET_TIMEOUT_MS / 1_000} s`;
      this.#speech.fail(new DialtoneError('engine_timeout', text, { retryable: true, engine }));
      this.cancel();
    }, QUIET_TIMEOUT_MS);
  }

  readonly #onAbort = (): void => {
    this.#speech.fail(new DOMException('The speech was aborted', 'AbortError'));
    this.cancel();
  };

  #over(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#options.clock.clearTimer(this.#timer);
    this.#options.signal.removeEventListener('abort', this.#onAbort);
    this.#speech.end();
    this.#options.onOver();
  }
}
