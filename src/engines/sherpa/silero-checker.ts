import type { DialtoneError } from '../../core/errors.ts';
import type { EngineEvent, EngineState } from '../events.ts';
import { HostedModel, lastFirst } from '../native-host/hosted-model.ts';
import { NativeHost } from '../native-host/native-host.ts';
import type { SpeechCheck, SpeechChecker } from '../vad.ts';
import { checkDetector, DETECTING } from './model-check.ts';
import type { SherpaOptions } from './sherpa-stt.ts';

/** An engine that has failed is up again with the first answer after so long, milliseconds: one that hobbles is told of once. */
const CALM_MS = 10_000;

/** What silero is made with. */
export interface SileroOptions extends SherpaOptions {
  /** Folder of silero_vad.onnx, or of another version of it. */
  readonly modelDir: string;
  /** Told when it cannot be used, and when it can again. */
  readonly report: (event: EngineEvent) => void;
}

/** Silero's voice activity detection by sherpa-onnx, in the native host. */
export class SileroChecker implements SpeechChecker {
  readonly id = 'silero';
  readonly #options: SileroOptions;
  readonly #model: HostedModel;
  #state: EngineState = 'up';
  #failedAtMs = 0;

  constructor(options: SileroOptions) {
    this.#options = options;
    const [last] = lastFirst(options.hosts ?? [new NativeHost(options)]);
    this.#model = new HostedModel({
      hosts: [last],
      engine: this.id,
      hint: { variable: DETECTING.variable, otherwise: 'VAD=webrtc' },
      prepare: () => checkDetector(options.modelDir),
    });
  }

  /** Process id of the native host that has the model. */
  get hostPid(): number | undefined {
    return this.#model.pids[0];
  }

  /** Loads the model if that was not done before. Rejects with DialtoneError `engine_*` when it cannot be. */
  ready(): Promise<void> {
    return this.#model.ready();
  }

  listen(): SpeechCheck {
    return this.#model.check({
      onAnswer: () => this.#answered(),
      onUnavailable: (error) => this.#failed(error),
    });
  }

  close(): Promise<void> {
    return this.#model.close();
  }

  #answered(): void {
    if (this.#state === 'up' || this.#options.clock.now() - this.#failedAtMs < CALM_MS) return;
    this.#change('up');
  }

  #failed({ code, message }: DialtoneError): void {
    this.#failedAtMs = this.#options.clock.now();
    if (this.#state === 'up') this.#change(code === 'engine_overloaded' ? 'full' : 'down', message);
  }

  #change(state: EngineState, reason?: string): void {
    this.#state = state;
    this.#options.report({
      type: 'engine.state',
      kind: 'vad',
      engine: this.id,
      state,
      ...(reason === undefined ? {} : { reason: `${reason}; meanwhile the VAD of WebRTC decides alone` }),
    });
  }
}
