import { Worker } from 'node:worker_threads';
import { builtInVoices, type VoiceBook } from '../../config/voice-book.ts';
import type { Clock } from '../../core/clock.ts';
import { compiledEntry } from '../../core/compiled-entry.ts';
import { DialtoneError, type ErrorCode } from '../../core/errors.ts';
import { engineCall } from '../engine-call.ts';
import { textPieces } from '../text-pieces.ts';
import type { PcmChunk, Tts, TtsCapabilities, TtsOptions, TtsStream } from '../tts.ts';
import type { EspeakReply, EspeakRequest as WorkerRequest } from './espeak-messages.ts';
import { EspeakRequest, SENTENCE_PAUSE_MS } from './espeak-request.ts';
import { endsSentence } from './espeak-text.ts';
import { espeakVoice } from './espeak-voices.ts';

/** What the synthesiser is made with. */
export interface EspeakTtsOptions {
  readonly clock: Clock;
  /** A line that espeak printed, for the log at debug level. */
  readonly onLog?: (line: string) => void;
  /** What each voice is to espeak. Default: the built-in book. */
  readonly voices?: VoiceBook;
  /** The worker's program. Default: the compiled `espeak-worker`. */
  readonly worker?: URL;
}

/** Calls of `speak` at the same time. One more is refused with `engine_overloaded`. */
export const MAX_ESPEAK_REQUESTS = 200;

const ENGINE = 'espeak';
const CAPABILITIES: TtsCapabilities = { streamingText: false, wordTimings: true };

/** After espeak could not be loaded it is not tried again for this long. */
const FAILURE_HOLDS_MS = 30_000;

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: DialtoneError) => void;
}

/**
 * Text to speech on this machine by espeak-ng (GPL-3.0, an optional package), mono 22 050 Hz, about fifty times as fast as
 * speech. It runs in a worker thread; callers take turns sentence by sentence, and none gets further than 10 s ahead of
 * whoever listens.
 */
export class EspeakTts implements Tts {
  readonly id = ENGINE;
  readonly #clock: Clock;
  readonly #onLog: (line: string) => void;
  readonly #entry: URL;
  readonly #voices: VoiceBook;
  #worker: Worker | undefined;
  /** 0 until the worker is ready. */
  #sampleRate = 0;
  readonly #requests = new Set<EspeakRequest>();
  /** Those that want more audio, in the order in which they are served. */
  #line: EspeakRequest[] = [];
  #current: EspeakRequest | undefined;
  #lastId = 0;
  #waiters: Waiter[] = [];
  #failure: { readonly error: DialtoneError; readonly atMs: number } | undefined;
  #closed = false;

  constructor({ clock, onLog, voices, worker }: EspeakTtsOptions) {
    this.#clock = clock;
    this.#onLog = onLog ?? (() => {});
    this.#voices = voices ?? builtInVoices();
    this.#entry = worker ?? compiledEntry(import.meta.url, './espeak-worker.ts');
  }

  /** Starts the worker and warms it up. Rejects with `engine_unavailable` when espeak is not installed. */
  ready(): Promise<void> {
    const refusal = this.#start();
    if (refusal) return Promise.reject(refusal);
    if (this.#sampleRate > 0) return Promise.resolve();
    return new Promise((resolve, reject) => this.#waiters.push({ resolve, reject }));
  }

  speak(text: AsyncIterable<string>, options: TtsOptions): TtsStream & AsyncGenerator<PcmChunk> {
    return engineCall(this.#speak(text, options), this.id, CAPABILITIES);
  }

  /** Fails what is in flight and ends the worker. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#failAll(closedError());
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }

  async *#speak(text: AsyncIterable<string>, options: TtsOptions): AsyncGenerator<PcmChunk> {
    let said = 0;
    let rate = 0;
    let pauseMs = 0;
    for await (const piece of textPieces(text, options)) {
      if (pauseMs > 0) {
        const pause = new Int16Array(Math.round((pauseMs * rate) / 1_000));
        said += pause.length;
        yield { sampleRate: rate, samples: pause };
      }
      const start = said;
      for await (const { sampleRate, samples, words } of this.#sayPiece(piece, options)) {
        rate = sampleRate;
        said += samples.length;
        const placed = words?.map((word) => ({ ...word, atSample: start + word.atSample }));
        yield { sampleRate, samples, ...(placed && { words: placed }) };
      }
      pauseMs = endsSentence(piece) ? SENTENCE_PAUSE_MS : 0;
    }
  }

  async *#sayPiece(text: string, { voice, language, signal }: TtsOptions): AsyncGenerator<PcmChunk> {
    if (signal.aborted) throw abortError();
    const request = new EspeakRequest(++this.#lastId, text, espeakVoice(this.#voices, voice, language));
    if (request.finished) return;
    const refusal = this.#start() ?? this.#crowded();
    if (refusal) throw refusal;
    const onAbort = (): void => {
      this.#drop(request);
      request.audio.fail(abortError());
    };
    signal.addEventListener('abort', onAbort, { once: true });
    this.#requests.add(request);
    this.#line.push(request);
    this.#serve();
    try {
      for await (const chunk of request.audio) {
        if (signal.aborted) throw abortError();
        request.taken(chunk);
        this.#serve();
        yield chunk;
      }
    } finally {
      signal.removeEventListener('abort', onAbort);
      this.#drop(request);
    }
  }

  #crowded(): DialtoneError | undefined {
    if (this.#requests.size < MAX_ESPEAK_REQUESTS) return undefined;
    const text = `espeak is speaking ${MAX_ESPEAK_REQUESTS} texts already`;
    return espeakError('engine_overloaded', text, true);
  }

  /** Starts a worker when there is none; why that is no use, when it is none. */
  #start(): DialtoneError | undefined {
    if (this.#closed) return closedError();
    if (this.#worker) return undefined;
    if (this.#failure && this.#clock.now() - this.#failure.atMs < FAILURE_HOLDS_MS) return this.#failure.error;
    this.#failure = undefined;
    const worker = new Worker(this.#entry, {
      // It needs no keys of ours, and none of our options are meant for it.
      env: {},
      execArgv: [],
      stdout: true,
      stderr: true,
    });
    this.#worker = worker;
    this.#sampleRate = 0;
    for (const output of [worker.stdout, worker.stderr]) {
      output.setEncoding('utf8').on('data', (lines: string) => this.#onLog(lines.trimEnd()));
    }
    worker.on('message', (reply: EspeakReply) => {
      if (worker === this.#worker) this.#receive(reply);
    });
    let reason = 'it ended by itself';
    worker.on('error', (error) => {
      reason = String(error);
    });
    worker.on('exit', () => {
      if (worker === this.#worker) this.#died(reason);
    });
    return undefined;
  }

  #receive(reply: EspeakReply): void {
    if (reply.type === 'ready') {
      this.#sampleRate = reply.sampleRate;
      for (const waiter of this.#waiters.splice(0)) waiter.resolve();
      this.#serve();
    } else if (reply.type === 'failed') {
      this.#failed(reply.missing ? missingError() : loadError(reply.message));
    } else if (reply.id === this.#current?.id) {
      if (reply.type === 'audio') this.#current.heard(reply.samples, reply.words);
      else this.#unitDone(this.#current);
    }
  }

  #unitDone(request: EspeakRequest): void {
    this.#current = undefined;
    if (this.#requests.has(request)) {
      request.unitDone();
      if (request.finished) request.audio.end();
      else this.#line.push(request);
    }
    this.#serve();
  }

  /** Gives the worker the next unit of whoever has waited longest and wants more. */
  #serve(): void {
    if (this.#current || this.#sampleRate === 0) return;
    const index = this.#line.findIndex((request) => !request.satisfied);
    const [request] = index < 0 ? [] : this.#line.splice(index, 1);
    if (!request) return;
    this.#current = request;
    const { names: voices, rate, pitch } = request.voice;
    this.#post({ type: 'speak', id: request.id, text: request.nextUnit(this.#sampleRate), voices, rate, pitch });
  }

  #drop(request: EspeakRequest): void {
    if (!this.#requests.delete(request)) return;
    this.#line = this.#line.filter((other) => other !== request);
    // It stays the current one until the worker says that it is done with it.
    if (this.#current === request) this.#post({ type: 'stop', id: request.id });
  }

  #post(message: WorkerRequest): void {
    this.#worker?.postMessage(message);
  }

  /** The one it was at is lost; the others are served by its successor. */
  #died(reason: string): void {
    const neverReady = this.#sampleRate === 0;
    if (neverReady) {
      this.#failed(loadError(reason));
      return;
    }
    this.#worker = undefined;
    this.#sampleRate = 0;
    const lost = this.#current;
    this.#current = undefined;
    if (lost) {
      const text = `espeak ended in the middle of a sentence and is started again: ${reason}`;
      lost.audio.fail(espeakError('engine_unavailable', text, true));
      this.#requests.delete(lost);
    }
    this.#start();
  }

  #failed(error: DialtoneError): void {
    this.#failure = { error, atMs: this.#clock.now() };
    this.#worker = undefined;
    this.#sampleRate = 0;
    this.#failAll(error);
  }

  #failAll(error: DialtoneError): void {
    this.#current = undefined;
    this.#line = [];
    for (const request of this.#requests) request.audio.fail(error);
    this.#requests.clear();
    for (const waiter of this.#waiters.splice(0)) waiter.reject(error);
  }
}

function espeakError(code: ErrorCode, message: string, retryable = false): DialtoneError {
  return new DialtoneError(code, message, { retryable, engine: ENGINE });
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

function closedError(): DialtoneError {
  return espeakError('engine_unavailable', 'espeak is being stopped');
}

function abortError(): DOMException {
  return new DOMException('The speech was aborted', 'AbortError');
}
