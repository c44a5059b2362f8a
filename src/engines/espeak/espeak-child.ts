import { Worker } from 'node:worker_threads';
import type { DialtoneError } from '../../core/errors.ts';
import type { Child, ChildEvents } from '../native-host/kept-alive.ts';
import { espeakError } from './espeak-error.ts';
import type { EspeakReply, EspeakRequest, EspeakSpeech } from './espeak-messages.ts';

/** What a worker is started with. */
export interface EspeakChildOptions extends ChildEvents {
  /** The worker's program. */
  readonly entry: URL;
  readonly onSpeech: (reply: EspeakSpeech) => void;
  /** A line that espeak printed. */
  readonly onLog: (line: string) => void;
}

/** One worker thread with espeak in it. It is never restarted: see EspeakTts. */
export class EspeakChild implements Child {
  readonly #options: EspeakChildOptions;
  readonly #worker: Worker;
  #sampleRate = 0;

  constructor(options: EspeakChildOptions) {
    this.#options = options;
    this.#worker = new Worker(options.entry, {
      // It needs no keys of ours, and none of our options are meant for it.
      env: {},
      execArgv: [],
      stdout: true,
      stderr: true,
    });
    for (const output of [this.#worker.stdout, this.#worker.stderr]) {
      output.setEncoding('utf8').on('data', (lines: string) => options.onLog(lines.trimEnd()));
    }
    this.#worker.on('message', (reply: EspeakReply) => this.#receive(reply));
    let reason = 'it ended by itself';
    this.#worker.on('error', (error) => {
      reason = String(error);
    });
    this.#worker.on('exit', () => this.#exited(reason));
  }

  /** Of its speech, Hz; 0 until it is ready. */
  get sampleRate(): number {
    return this.#sampleRate;
  }

  post(message: EspeakRequest): void {
    this.#worker.postMessage(message);
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #receive(reply: EspeakReply): void {
    if (reply.type === 'ready') {
      this.#sampleRate = reply.sampleRate;
      this.#options.onReady();
    } else if (reply.type === 'failed') {
      this.#options.onLost(reply.missing ? missingError() : loadError(reply.message), true);
    } else this.#options.onSpeech(reply);
  }

  #exited(reason: string): void {
    if (this.#sampleRate === 0) this.#options.onLost(loadError(reason), true);
    else this.#options.onLost(diedError(reason), false);
  }
}

function missingError(): DialtoneError {
  return espeakError(
    'engine_unavailable',
    'espeak is not installed: run `npm install --include=optional` (the package is GPL-3.0), or set TTS=groq',
  );
}

function loadError(reason: string): DialtoneError {
  return espeakError('engine_unavailable', `espeak cannot be loaded; install it again or set TTS=groq: ${reason}`);
}

function diedError(reason: string): DialtoneError {
  return espeakError('engine_unavailable', `espeak ended and is started again: ${reason}`, true);
}
