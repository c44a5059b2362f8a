import { fileURLToPath } from 'node:url';
import type { Clock, Random } from '../../core/clock.ts';
import { HostedModel, type Hosts } from '../native-host/hosted-model.ts';
import type { ChildStateReport } from '../native-host/kept-alive.ts';
import { NativeHost } from '../native-host/native-host.ts';
import type { Stt, SttOptions, SttStream } from '../stt.ts';
import { checkModel, HEARING } from './model-check.ts';

/** What an engine in the native host is made with. */
export interface SherpaOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** The native host started, got ready or went down. */
  readonly onState?: (report: ChildStateReport) => void;
  /** A line that the native host printed, for the log at debug level. */
  readonly onLog?: (line: string) => void;
  /** The hosts that it shares with others. Default: one of its own, made with the options above. */
  readonly hosts?: Hosts | undefined;
}

/** What the recogniser is made with. */
export interface SherpaSttOptions extends SherpaOptions {
  /**
   * Folder of a model that sherpa-onnx can recognise with, and `sha256.txt` if there is one; its files say what it is.
   * Default: the demo model, which knows 210 words of synthetic voices.
   */
  readonly modelDir?: string;
}

/**
 * Speech to text on this machine by sherpa-onnx, in the native host. A model that streams gives partial results; others
 * (Whisper, SenseVoice, Moonshine, Parakeet) recognise the utterance when it is over, one after another.
 */
export class SherpaStt implements Stt {
  readonly id = 'sherpa';
  readonly #model: HostedModel;

  constructor(options: SherpaSttOptions) {
    const folder = options.modelDir ?? fileURLToPath(new URL('../../../assets/asr-demo-model', import.meta.url));
    this.#model = new HostedModel({
      hosts: options.hosts ?? [new NativeHost(options)],
      engine: this.id,
      hint: { variable: HEARING.variable, otherwise: 'STT=groq' },
      prepare: () => checkModel(folder, HEARING),
    });
  }

  /** Process id of the native host that has the model, while it runs; of several, of the first. */
  get hostPid(): number | undefined {
    return this.#model.pids[0];
  }

  /**
   * Loads the model if that was not done before. Rejects with DialtoneError `engine_misconfigured` or
   * `engine_unavailable` when it cannot be: it is tried again now and then all the same.
   */
  ready(): Promise<void> {
    return this.#model.ready();
  }

  open({ signal, language }: SttOptions): SttStream {
    return this.#model.open(signal, language);
  }

  close(): Promise<void> {
    return this.#model.close();
  }
}
