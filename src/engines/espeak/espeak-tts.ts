import { espeakSpeaks } from '../../config/voices/espeak-languages.ts';
import { builtInVoices, type VoiceBook } from '../../config/voices/voice-book.ts';
import type { Clock, Random } from '../../core/clock.ts';
import { compiledEntry } from '../../core/compiled-entry.ts';
import type { DialtoneError } from '../../core/errors.ts';
import { engineCall } from '../engine-call.ts';
import { KeptAlive } from '../native-host/kept-alive.ts';
import { textPieces } from '../text-pieces.ts';
import type { PcmChunk, Tts, TtsCapabilities, TtsOptions, TtsStream } from '../tts.ts';
import { EspeakChild } from './espeak-child.ts';
import { ESPEAK, espeakError } from './espeak-error.ts';
import type { EspeakSpeech } from './espeak-messages.ts';
import { EspeakRequest, SENTENCE_PAUSE_MS } from './espeak-request.ts';
import { endsSentence } from './espeak-text.ts';
import { espeakVoice } from './espeak-voices.ts';

/** What the synthesiser is made with. */
export interface EspeakTtsOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** A line that espeak printed, for the log at debug level. */
  readonly onLog?: (line: string) => void;
  /** What each voice is to espeak. Default: the built-in book. */
  readonly voices?: VoiceBook;
  /** The worker's program. Default: the compiled `espeak-worker`. */
  readonly worker?: URL;
}

/** Calls of `speak` at the same time. One more is refused with `engine_overloaded`. */
export const MAX_ESPEAK_REQUESTS = 200;

const CAPABILITIES: TtsCapabilities = { streamingText: false, wordTimings: true };

/**
 * Text to speech on this machine by espeak-ng (GPL-3.0, an optional package), mono 22 050 Hz, about fifty times as fast as
 * speech. It runs in a worker thread that is started again when it dies; callers take turns sentence by sentence, and none
 * gets further than 10 s ahead of its listener.
 */
export class EspeakTts implements Tts {
  readonly id = ESPEAK;
  readonly #voices: VoiceBook;
  readonly #kept: KeptAlive<undefined, EspeakChild>;
  readonly #requests = new Set<EspeakRequest>();
  /** Those that want more audio, in the order in which they are served. */
  #line: EspeakRequest[] = [];
  #current: EspeakRequest | undefined;
  #lastId = 0;

  constructor(options: EspeakTtsOptions) {
    const { clock, random, voices, worker } = options;
    this.#voices = voices ?? builtInVoices();
    const entry = worker ?? compiledEntry(import.meta.url, './espeak-worker.ts');
    this.#kept = new KeptAlive({
      clock,
      random,
      engine: ESPEAK,
      prepare: async () => undefined,
      create: (_, events) =>
        new EspeakChild({
          ...events,
          entry,
          onSpeech: (reply) => this.#receive(reply),
          onLog: (line) => options.onLog?.(line),
        }),
      onReady: () => this.#serve(),
      onLost: (error) => this.#lost(error),
      closedError: () => espeakError('engine_unavailable', 'espeak is being stopped'),
    });
  }

  /** Starts the worker and warms it up. Rejects with `engine_unavailable` when espeak is not installed. */
  ready(): Promise<void> {
    return this.#kept.ready();
  }

  speak(text: AsyncIterable<string>, options: TtsOptions): TtsStream & AsyncGenerator<PcmChunk> {
    return engineCall(this.#speak(text, options), this.id, CAPABILITIES);
  }

  /** A voice keeps its variant, rate and pitch in every language that espeak has. */
  voiceFor(voice: string, language: string): string | undefined {
    return espeakSpeaks(language) ? voice : undefined;
  }

  /** Fails what is in flight and ends the worker. */
  close(): Promise<void> {
    return this.#kept.close();
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
    this.#kept.start();
    const refusal = this.#kept.refusal ?? this.#crowded();
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

  #receive(reply: EspeakSpeech): void {
    if (reply.id !== this.#current?.id) return;
    if (reply.type === 'audio') this.#current.heard(reply.samples, reply.words);
    else this.#unitDone(this.#current);
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

  /** Gives the worker the next unit of the request that has waited longest and wants more. */
  #serve(): void {
    const { child } = this.#kept;
    if (this.#current || !child || child.sampleRate === 0) return;
    const index = this.#line.findIndex((request) => !request.satisfied);
    const [request] = index < 0 ? [] : this.#line.splice(index, 1);
    if (!request) return;
    this.#current = request;
    const { names: voices, rate, pitch } = request.voice;
    child.post({ type: 'speak', id: request.id, text: request.nextUnit(child.sampleRate), voices, rate, pitch });
  }

  #drop(request: EspeakRequest): void {
    if (!this.#requests.delete(request)) return;
    this.#line = this.#line.filter((other) => other !== request);
    // It stays the current one until the worker says that it is done with it.
    if (this.#current === request) this.#kept.child?.post({ type: 'stop', id: request.id });
  }

  /** What the worker was at is lost; the others are served by its successor, unless that takes long to come. */
  #lost(error: DialtoneError): void {
    const current = this.#current;
    this.#current = undefined;
    const lost = this.#kept.refusal ? [...this.#requests] : current ? [current] : [];
    for (const request of lost) {
      this.#drop(request);
      request.audio.fail(error);
    }
  }
}

function abortError(): DOMException {
  return new DOMException('The speech was aborted', 'AbortError');
}
