import { DialtoneError } from '../../core/errors.ts';
import type { SttStream } from '../stt.ts';
import type { ModelHint } from './exit-error.ts';
import { FrameWriter } from './frame-writer.ts';
import type { HostCall } from './host-call.ts';
import type { ModelInfo, ModelSpec, SpeechJob } from './host-config.ts';
import { type Child, KeptAlive } from './kept-alive.ts';
import type { NativeHost } from './native-host.ts';
import { SoundCheck, type SoundCheckOptions } from './sound-check.ts';
import { SpeechCall } from './speech-call.ts';
import { HostStream } from './stt-stream.ts';

/** Utterances, sentences or sounds at the same time. One more is failed with `engine_overloaded`. */
const MAX_CALLS = 1_000;

/** What a model is kept with. */
export interface HostModelOptions {
  readonly host: NativeHost;
  /** Name of the engine that works with it; errors bear it. */
  readonly engine: string;
  readonly hint: ModelHint;
  /** Checks what can be checked before a start, and says what to load. Throws DialtoneError. */
  readonly prepare: () => Promise<ModelSpec>;
}

/**
 * A model in the native host, tried before its first use and kept there: the host's death fails what is in flight with
 * `speech_host_down` and costs nothing else; what is opened while it is loading waits for it.
 */
export class HostModel {
  readonly #options: HostModelOptions;
  readonly #slot: number;
  readonly #kept: KeptAlive<ModelSpec, Child>;
  readonly #calls = new Map<number, HostCall>();
  readonly #closing = new AbortController();
  /** Of the next load while the model is not there. */
  #writer = new FrameWriter();
  #spec: ModelSpec | undefined;
  #info: ModelInfo | undefined;

  constructor(options: HostModelOptions) {
    this.#options = options;
    const { host, engine, hint, prepare } = options;
    const { clock, random } = host.options;
    this.#slot = host.newSlot();
    this.#kept = new KeptAlive({
      clock,
      random,
      engine,
      prepare: async () => {
        const spec = await prepare();
        this.#spec = spec;
        await host.try(spec, hint, this.#closing.signal);
        return spec;
      },
      create: (spec, { onReady, onLost }) => {
        const calls = this.#calls;
        return host.load(this.#slot, spec, {
          hint,
          writer: this.#writer,
          get busy() {
            return calls.size > 0;
          },
          onLoaded: (info) => {
            this.#info = info;
            onReady();
          },
          onLost,
        });
      },
      onLost: (error) => this.#lost(error),
      onState: (report) => host.report(this.#slot, report),
      closedError: () => new DialtoneError('speech_host_down', 'the speech host is being stopped', { engine }),
    });
  }

  get host(): NativeHost {
    return this.#options.host;
  }

  /** Whether it can be used now. */
  get isReady(): boolean {
    return this.#kept.isReady;
  }

  /** What is known of the model since it was first loaded. */
  get info(): ModelInfo | undefined {
    return this.#info;
  }

  /** Starts to load it unless that was done before. */
  start(): void {
    this.#kept.start();
  }

  /** Loads it if need be; resolves when it is ready, rejects with the reason when it cannot be made so. */
  ready(): Promise<void> {
    return this.#kept.ready();
  }

  /** Starts an utterance, and the model if that was not done before. Failures show in its results. */
  open(signal: AbortSignal, language?: string): SttStream {
    const { host, engine } = this.#options;
    this.start();
    const refusal = this.#refusal;
    const id = host.newId();
    const stream = new HostStream({
      engine,
      id,
      slot: this.#slot,
      language,
      isOffline: () => this.#spec?.use === 'offline',
      writer: this.#writer,
      clock: host.options.clock,
      signal,
      refusal,
      onOver: () => this.#over(id),
    });
    if (!refusal && !signal.aborted) this.#enlist(id, stream);
    return stream;
  }

  /** Says a sentence, mono s16 as it is made; starts the model if that was not done before. */
  async *say(job: SpeechJob, signal: AbortSignal): AsyncGenerator<Int16Array> {
    if (signal.aborted) throw new DOMException('The speech was aborted', 'AbortError');
    const { host, engine } = this.#options;
    this.start();
    const refusal = this.#refusal;
    if (refusal) throw refusal;
    const id = host.newId();
    const { clock } = host.options;
    const options = { engine, id, slot: this.#slot, job, writer: this.#writer, clock, signal };
    const call = new SpeechCall({ ...options, onOver: () => this.#over(id) });
    this.#enlist(id, call);
    try {
      for await (const samples of call.speech) {
        if (signal.aborted) throw new DOMException('The speech was aborted', 'AbortError');
        yield samples;
      }
    } finally {
      call.cancel();
    }
  }

  /** Begins to listen to a sound, and does not wait for a model that is not there; starts it if that was not done before. */
  check(told: Pick<SoundCheckOptions, 'onAnswer' | 'onUnavailable'>): SoundCheck {
    const { host, engine } = this.#options;
    this.start();
    const refusal = this.#refusal ?? this.#absence;
    const id = host.newId();
    const { clock } = host.options;
    const options = { engine, id, slot: this.#slot, writer: this.#writer, clock, refusal, ...told };
    const check = new SoundCheck({ ...options, onOver: () => this.#over(id) });
    if (!refusal) this.#enlist(id, check);
    return check;
  }

  /** Fails what is in flight and forgets the model; behind the host's last one, ends the host and waits for its end. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#kept.close();
    this.#options.host.report(this.#slot, undefined);
  }

  get #refusal(): DialtoneError | undefined {
    if (this.#calls.size < MAX_CALLS) return this.#kept.refusal;
    const text = `the speech host is at ${MAX_CALLS} utterances and sentences already: try again in a moment`;
    return new DialtoneError('engine_overloaded', text, { retryable: true, engine: this.#options.engine });
  }

  get #absence(): DialtoneError | undefined {
    if (this.#kept.isReady) return undefined;
    const { engine } = this.#options;
    return new DialtoneError('speech_host_down', 'the model is being loaded', { retryable: true, engine });
  }

  #enlist(id: number, call: HostCall): void {
    this.#calls.set(id, call);
    this.#options.host.enlist(id, call);
  }

  #over(id: number): void {
    this.#calls.delete(id);
    this.#options.host.strike(id);
  }

  #lost(error: DialtoneError): void {
    this.#writer = new FrameWriter();
    const calls = [...this.#calls.values()];
    this.#calls.clear();
    for (const call of calls) call.fail(error);
  }
}
