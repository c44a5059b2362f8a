import { AsyncQueue } from '../../core/async-queue.ts';
import type { Clock, Timer } from '../../core/clock.ts';
import { DialtoneError } from '../../core/errors.ts';
import type { SttCapabilities, SttResult, SttStream } from '../stt.ts';
import type { FrameWriter } from './frame-writer.ts';
import { failureOf, type HostCall, slotBytes } from './host-call.ts';
import { FrameType } from './wire.ts';

/** Audio that may wait for the host: about 1.3 s of a hundred speakers. Beyond it, the next stream that writes fails. */
const MAX_BACKLOG_BYTES = 4 * 1024 * 1024;

/** For a model that streams milliseconds do, and this only catches a host that lost the stream; others wait for their turn. */
const FINAL_TIMEOUT_MS = 15_000;
const OFFLINE_TIMEOUT_MS = 60_000;
const PIECE_SAMPLES = 32_000;

const STREAMING: SttCapabilities = { partials: true, wordTimings: false };
const OFFLINE: SttCapabilities = { partials: false, wordTimings: false };

/** What a stream needs of its surroundings. */
export interface HostStreamOptions {
  /** Name of the engine whose utterance it is. */
  readonly engine: string;
  readonly id: number;
  /** Where the model stands in the host. */
  readonly slot: number;
  /** Whether the model recognises whole utterances only. May be known later than the stream is opened. */
  readonly isOffline: () => boolean;
  /** BCP 47; undefined: the model finds out, where it can. */
  readonly language?: string | undefined;
  readonly writer: FrameWriter;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Why it cannot even begin. */
  readonly refusal?: DialtoneError | undefined;
  /** Called once, when nothing more will come. */
  readonly onOver: () => void;
}

/** One utterance on its way through the native host: the near end. */
export class HostStream implements SttStream, HostCall {
  readonly #options: HostStreamOptions;
  readonly #queue = new AsyncQueue<SttResult>();
  #state: 'open' | 'ending' | 'over' = 'open';
  #finalTimer: Timer | undefined;

  constructor(options: HostStreamOptions) {
    this.#options = options;
    if (options.signal.aborted || options.refusal) {
      this.#over(options.signal.aborted ? null : (options.refusal ?? null));
      return;
    }
    options.signal.addEventListener('abort', this.#onAbort, { once: true });
    const { writer, id, slot, language = '' } = options;
    writer.write(FrameType.open, id, Buffer.concat([slotBytes(slot), Buffer.from(language)]));
  }

  get engine(): string {
    return this.#options.engine;
  }

  get work(): 'stream' | 'job' {
    return this.#options.isOffline() ? 'job' : 'stream';
  }

  get capabilities(): SttCapabilities {
    return this.#options.isOffline() ? OFFLINE : STREAMING;
  }

  get results(): AsyncIterable<SttResult> {
    return this.#queue;
  }

  write(samples: Int16Array): void {
    const { id, writer } = this.#options;
    if (this.#state !== 'open') return;
    if (writer.backlog > MAX_BACKLOG_BYTES) {
      this.cancel(
        new DialtoneError(
          'engine_overloaded',
          'the recogniser cannot keep up with so many speakers: use a smaller model or a faster machine',
          { retryable: true, engine: this.engine },
        ),
      );
      return;
    }
    for (let at = 0; at < samples.length; at += PIECE_SAMPLES) {
      const count = Math.min(PIECE_SAMPLES, samples.length - at);
      writer.write(FrameType.audio, id, new Uint8Array(samples.buffer, samples.byteOffset + at * 2, count * 2));
    }
  }

  end(): void {
    if (this.#state !== 'open') return;
    this.#state = 'ending';
    this.#options.writer.write(FrameType.end, this.#options.id);
    const timeoutMs = this.#options.isOffline() ? OFFLINE_TIMEOUT_MS : FINAL_TIMEOUT_MS;
    this.#finalTimer = this.#options.clock.setTimer(() => {
      const text = `the recogniser gave no final text within ${timeoutMs / 1_000} s`;
      this.cancel(new DialtoneError('engine_timeout', text, { retryable: true, engine: this.engine }));
    }, timeoutMs);
  }

  receive(type: number, payload: Buffer): void {
    if (this.#state === 'over') return;
    if (type === FrameType.partial) {
      this.#queue.push({ type: 'partial', text: payload.toString('utf8', 1), endpoint: payload[0] === 1 });
    } else if (type === FrameType.final) {
      this.#queue.push({ type: 'final', text: payload.toString('utf8') });
      this.#over(null);
    } else if (type === FrameType.failed) this.#over(failureOf(payload, this.engine));
  }

  /** The host is gone, or never came: the results throw. */
  fail(error: DialtoneError): void {
    if (this.#state !== 'over') this.#over(error);
  }

  /** As {@link fail}, and the host is told to forget the stream. */
  cancel(error: DialtoneError | null): void {
    if (this.#state === 'over') return;
    this.#options.writer.write(FrameType.cancel, this.#options.id);
    this.#over(error);
  }

  readonly #onAbort = (): void => this.cancel(null);

  #over(error: DialtoneError | null): void {
    this.#state = 'over';
    this.#options.clock.clearTimer(this.#finalTimer);
    this.#options.signal.removeEventListener('abort', this.#onAbort);
    if (error) this.#queue.fail(error);
    else this.#queue.end();
    this.#options.onOver();
  }
}
