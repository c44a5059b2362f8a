import type { Clock, Random } from '../../core/clock.ts';
import { DialtoneError } from '../../core/errors.ts';
import type { SttStream } from '../stt.ts';
import { FrameWriter } from './frame-writer.ts';
import { HostChild, type HostExit } from './host-child.ts';
import type { HostConfig } from './host-config.ts';
import { type ChildStateReport, KeptAlive } from './kept-alive.ts';
import { HostStream } from './stt-stream.ts';

/** Utterances at the same time. One more is failed with `engine_overloaded`. */
const MAX_HOST_STREAMS = 1_000;

/** What a native host is made with. */
export interface NativeHostOptions {
  /** Name of the engine that runs in it; errors bear it. */
  readonly engine: string;
  /** Checks what can be checked before a start, and says what to start with. Throws DialtoneError. */
  readonly prepare: () => Promise<HostConfig>;
  readonly clock: Clock;
  readonly random: Random;
  readonly onState?: (report: ChildStateReport) => void;
  /** A line that the host printed, for the log at debug level. */
  readonly onLog?: (line: string) => void;
}

/**
 * The child process in which native speech code runs, one for all devices, kept alive. Its death fails the utterances in
 * flight with `speech_host_down` and costs nothing else; those opened while it is starting wait in its pipe.
 */
export class NativeHost {
  readonly #options: NativeHostOptions;
  readonly #kept: KeptAlive<HostConfig, HostChild>;
  /** Of the next child while there is none. */
  #writer = new FrameWriter();
  readonly #streams = new Map<number, HostStream>();
  #lastId = 0;

  constructor(options: NativeHostOptions) {
    this.#options = options;
    const { engine, prepare, clock, random, onState } = options;
    this.#kept = new KeptAlive({
      clock,
      random,
      engine,
      prepare,
      create: (config, { onReady, onLost }) =>
        new HostChild({
          config,
          clock,
          writer: this.#writer,
          onReady,
          onPartial: (id, text, endpoint) => this.#streams.get(id)?.partial(text, endpoint),
          onFinal: (id, text) => this.#streams.get(id)?.final(text),
          onExit: (exit) => {
            const error = exitError(exit);
            onLost(error, error.code !== 'speech_host_down');
          },
          onLog: (line) => options.onLog?.(line),
        }),
      onLost: (error) => this.#lost(error),
      onState,
      closedError: () => new DialtoneError('speech_host_down', 'the speech host is being stopped', { engine }),
    });
  }

  /** The child's process id, while there is one. */
  get pid(): number | undefined {
    return this.#kept.child?.pid;
  }

  /** Starts the child unless that was done before. */
  start(): void {
    this.#kept.start();
  }

  /** Starts it if need be; resolves when it is ready, rejects with the reason when it cannot be made so. */
  ready(): Promise<void> {
    return this.#kept.ready();
  }

  /** Starts an utterance; starts the child if that was not done before. Failures show in its results. */
  open(signal: AbortSignal): SttStream {
    this.start();
    // 32 bits on the wire, 0 is the host itself.
    do this.#lastId = (this.#lastId % 0xffff_ffff) + 1;
    while (this.#streams.has(this.#lastId));
    const refusal = this.#crowded() ?? this.#kept.refusal;
    const stream = new HostStream({
      engine: this.#options.engine,
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
  close(): Promise<void> {
    return this.#kept.close();
  }

  #crowded(): DialtoneError | undefined {
    if (this.#streams.size < MAX_HOST_STREAMS) return undefined;
    const text = `${MAX_HOST_STREAMS} utterances are being recognised already`;
    return new DialtoneError('engine_overloaded', text, { retryable: true, engine: this.#options.engine });
  }

  #lost(error: DialtoneError): void {
    this.#writer = new FrameWriter();
    const streams = [...this.#streams.values()];
    this.#streams.clear();
    for (const stream of streams) stream.fail(error);
  }
}

/** What an exit means to the utterances in flight. */
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
