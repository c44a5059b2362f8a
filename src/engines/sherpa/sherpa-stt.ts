import { fileURLToPath } from 'node:url';
import type { Clock, Random } from '../../core/clock.ts';
import type { ChildStateReport } from '../native-host/kept-alive.ts';
import { NativeHost } from '../native-host/native-host.ts';
import type { Stt, SttOptions, SttStream } from '../stt.ts';
import { checkModel } from './model-check.ts';

/** What the recogniser is made with. */
export interface SherpaSttOptions {
  /**
   * Folder of a streaming NeMo CTC model: `model.int8.onnx` or `model.onnx`, `tokens.txt`, and `sha256.txt` if there is
   * one. Default: the demo model, which knows 210 words of synthetic voices.
   */
  readonly modelDir?: string;
  readonly clock: Clock;
  readonly random: Random;
  /** The native host started, got ready or went down. */
  readonly onState?: (report: ChildStateReport) => void;
  /** A line that the native host printed, for the log at debug level. */
  readonly onLog?: (line: string) => void;
}

/** More threads made small models slower, and streams are decoded together anyway. */
const THREADS = 1;

/** Streaming speech to text on this machine by sherpa-onnx, in the native host. English words in lower case, no punctuation. */
export class SherpaStt implements Stt {
  readonly id = 'sherpa';
  readonly #host: NativeHost;

  constructor(options: SherpaSttOptions) {
    const { modelDir, clock, random, onState, onLog } = options;
    const folder = modelDir ?? fileURLToPath(new URL('../../../assets/asr-demo-model', import.meta.url));
    this.#host = new NativeHost({
      engine: this.id,
      prepare: async () => ({ ...(await checkModel(folder)), numThreads: THREADS }),
      clock,
      random,
      ...(onState && { onState }),
      ...(onLog && { onLog }),
    });
  }

  /** The native host's process id, while it runs. */
  get hostPid(): number | undefined {
    return this.#host.pid;
  }

  /**
   * Loads the model if that was not done before. Rejects with DialtoneError `engine_misconfigured` or
   * `engine_unavailable` when it cannot be: it is tried again now and then all the same.
   */
  ready(): Promise<void> {
    return this.#host.ready();
  }

  open({ signal }: SttOptions): SttStream {
    return this.#host.open(signal);
  }

  close(): Promise<void> {
    return this.#host.close();
  }
}
