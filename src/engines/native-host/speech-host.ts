import type { Clock, Random, Timer } from '../../core/clock.ts';
import { DialtoneError, toDialtoneError } from '../../core/errors.ts';
import type { SttStream } from '../stt.ts';
import { FrameWriter } from './frame-writer.ts';
import { HostChild, type HostExit } from './host-child.ts';
import type { HostConfig } from './host-config.ts';
import { HostStream } from './stt-stream.ts';
import { INITIAL_SUPERVISOR, type SupervisorInput, supervise } from './supervisor.ts';

/** Utterances at the same time. One more is failed with `engine_overloaded`. */
const MAX_HOST_STREAMS = 1_000;

/** A stream opened while the host is away waits for it if it will be started again within this time. */
const SOON_MS = 1_000;

/** What the host is doing, for the event bus. */
export interface HostStateReport {
  readonly state: 'starting' | 'ready' | 'down';
  /** Why it is down. */
  readonly reason?: string;
}

/** What a speech host is made with. */
export interface SpeechHostOptions {
  /** Checks what can be checked before a start, and says what to start with. Throws DialtoneError. */
  readonly prepare: () => Promise<HostConfig>;
  readonly clock: Clock;
  readonly random: Random;
  readonly onState?: (report: HostStateReport) => void;
  /** A line that the host printed, for the log at debug level. */
  readonly onLog?: (line: string) => void;
}

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: DialtoneError) => void;
}

/**
 * The child process in which native speech code runs, one for all devices, kept alive. Its death fails the utterances in
 * flight with `speech_host_down` and costs nothing else; those opened while it is starting wait in its pipe.
 */
export class SpeechHost {
  readonly #options: SpeechHostOptions;
  #supervisor = INITIAL_SUPERVISOR;
  #child: HostChild | undefined;
  /** Of the next child while there is none. */
  #writer = new FrameWriter();
  readonly #streams = new Map<number, HostStream>();
  #lastId = 0;
  #retryTimer: Timer | undefined;
  #retryAtMs = 0;
  #lastError: DialtoneError | undefined;
  #waiters: Waiter[] = [];
  #launching: Promise<void> = Promise.resolve();

  constructor(options: SpeechHostOptions) {
    this.#options = options;
  }

  /** The child's process id, while there is one. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Starts the child unless that was done before. */
  start(): void {
    this.#apply({ type: 'start' });
  }

  /** Starts it if need be; resolves when it is ready, rejects with the reason when it cannot be made so. */
  ready(): Promise<void> {
    this.start();
    const { phase, loadFailures } = this.#supervisor;
    if (phase === 'ready') return Promise.resolve();
    if (phase === 'closed') return Promise.reject(closedError());
    if (phase === 'waiting' && loadFailures > 0 && this.#lastError) return Promise.reject(this.#lastError);
    return new Promise((resolve, reject) => this.#waiters.push({ resolve, reject }));
  }

  /** Starts an utterance; starts the child if that was not done before. Failures show in its results. */
  open(signal: AbortSignal): SttStream {
    this.start();
    // 32 bits on the wire, 0 is the host itself.
    do this.#lastId = (this.#lastId % 0xffff_ffff) + 1;
    while (this.#streams.has(this.#lastId));
    const refusal = this.#refusal();
    const stream = new HostStream({
      id: this.#lastId,
      writer: this.#writer,
      clock: this.#options.clock,
      signal,
      refusal,
      onOver: (id) => this.#streams.delete(id),
    });
    if (!refusal && !signal.aborted) this.#streams.set(this.#lastId, stream);
    return stream;
  }

  /** Fails what is in flight, ends the child and waits for its end. */
  async close(): Promise<void> {
    this.#apply({ type: 'close' });
    await this.#launching;
    await this.#child?.close();
  }

  #refusal(): DialtoneError | undefined {
    if (this.#streams.size >= MAX_HOST_STREAMS) {
      const text = `${MAX_HOST_STREAMS} utterances are being recognised already`;
      return new DialtoneError('engine_overloaded', text, { retryable: true });
    }
    const { phase } = this.#supervisor;
    if (phase === 'closed') return closedError();
    if (phase === 'waiting' && this.#retryAtMs - this.#options.clock.now() > SOON_MS) return this.#lastError;
    return undefined;
  }

  #apply(input: SupervisorInput): void {
    const [state, effect] = supervise(this.#supervisor, input, this.#options.random);
    this.#supervisor = state;
    if (effect?.type === 'launch') this.#launching = this.#launch();
    if (effect?.type === 'stop') {
      this.#options.clock.clearTimer(this.#retryTimer);
      this.#failAll(closedError());
    }
    if (effect?.type === 'retry_later') {
      this.#retryAtMs = this.#options.clock.now() + effect.delayMs;
      this.#retryTimer = this.#options.clock.setTimer(() => this.#apply({ type: 'retry' }), effect.delayMs);
    }
  }

  async #launch(): Promise<void> {
    this.#options.onState?.({ state: 'starting' });
    try {
      const config = await this.#options.prepare();
      if (this.#supervisor.phase !== 'starting') return;
      this.#child = new HostChild({
        config,
        clock: this.#options.clock,
        writer: this.#writer,
        onReady: () => this.#onReady(),
        onPartial: (id, text, endpoint) => this.#streams.get(id)?.partial(text, endpoint),
        onFinal: (id, text) => this.#streams.get(id)?.final(text),
        onExit: (exit) => this.#onExit(exit),
        onLog: (line) => this.#options.onLog?.(line),
      });
    } catch (error) {
      this.#lost(toDialtoneError(error, 'engine_unavailable'), true);
    }
  }

  #onReady(): void {
    this.#apply({ type: 'ready', nowMs: this.#options.clock.now() });
    this.#options.onState?.({ state: 'ready' });
    for (const waiter of this.#waiters.splice(0)) waiter.resolve();
  }

  #onExit(exit: HostExit): void {
    this.#child = undefined;
    const error = exitError(exit);
    this.#lost(error, error.code !== 'speech_host_down');
  }

  #lost(error: DialtoneError, blameModel: boolean): void {
    if (this.#supervisor.phase === 'closed') return;
    this.#lastError = error;
    this.#writer = new FrameWriter();
    this.#apply({ type: 'lost', nowMs: this.#options.clock.now(), blameModel });
    this.#options.onState?.({ state: 'down', reason: error.message });
    this.#failAll(error);
  }

  #failAll(error: DialtoneError): void {
    const streams = [...this.#streams.values()];
    this.#streams.clear();
    for (const stream of streams) stream.fail(error);
    for (const waiter of this.#waiters.splice(0)) waiter.reject(error);
  }
}

/** What an exit means to whoever was waiting. */
function exitError(exit: HostExit): DialtoneError {
  if (exit.fatal?.code === 'engine_unavailable') {
    return new DialtoneError(
      'engine_unavailable',
      'sherpa-onnx has no program for this machine: it needs glibc Linux (not Alpine), macOS or Windows on x64 or arm64, and an ' +
        'install with optional packages (npm install --include=optional). Or set STT=groq. ' +
        exit.fatal.message.split('\n')[0],
    );
  }
  if (exit.phase === 'loading' && (exit.fatal || exit.ownDoing)) {
    return new DialtoneError(
      'engine_misconfigured',
      'the speech model could not be loaded: is it whole, and a streaming NeMo CTC model with its own tokens.txt? ' +
        `Download it again or set SHERPA_MODEL_DIR. The speech host: ${exit.reason}`,
    );
  }
  const text = `the speech host is down and will be started again: ${exit.reason}`;
  return new DialtoneError('speech_host_down', text, { retryable: true });
}

function closedError(): DialtoneError {
  return new DialtoneError('speech_host_down', 'the speech host is being stopped');
}
