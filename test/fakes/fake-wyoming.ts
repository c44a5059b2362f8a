import { createServer, type Socket } from 'node:net';
import { type Clock, systemClock } from '#src/core/clock';
import { toneFor } from './fake-groq-wav.ts';
import { type FakeWyomingEvent, takeWyomingEvents, wyomingBytes } from './fake-wyoming-wire.ts';
import { listenOnLoopback } from './listen.ts';

/** The requests, by what they are for. */
export type FakeWyomingKind = 'describe' | 'transcribe' | 'synthesize';

/** What goes wrong with an answer. */
export type FakeWyomingFault =
  /** Nothing is sent for so long, milliseconds (default: of real time); then all goes on as usual. */
  | { readonly type: 'slow'; readonly delayMs: number; readonly clock?: Clock }
  /** Nothing more is sent behind so many events, but the connection stays. */
  | { readonly type: 'silence'; readonly afterEvents: number }
  /** The connection ends behind so many events: closed between two (`clean`), or amid the next one. */
  | { readonly type: 'cut'; readonly afterEvents: number; readonly clean: boolean }
  /** A header that is none, behind so many events. */
  | { readonly type: 'malformed'; readonly afterEvents: number }
  /** An `error` event behind so many events. */
  | { readonly type: 'error'; readonly afterEvents: number; readonly text: string };

/** One request as it came in. */
interface FakeWyomingRequest {
  readonly kind: FakeWyomingKind;
  /** The events that made it, audio left out. */
  readonly events: readonly FakeWyomingEvent[];
  /** The audio in it, mono s16 at 16 kHz. Throws when it was of another format. */
  readonly samples: Int16Array;
  readonly fault: FakeWyomingFault | undefined;
  /** From the last event of the request to the first one of the answer, milliseconds; undefined before that. */
  tookMs: number | undefined;
  /** True when the client closed the connection before the answer was complete. */
  closedEarly: boolean;
  /** True when the whole answer was sent. */
  answered: boolean;
}

/** How the server behaves. */
export interface FakeWyomingOptions {
  /** Where it listens on loopback; 0: any free port. Default 0. */
  readonly port?: number;
  /** Speech to text; null: none. Default: one for `en` and `fr` that tells the transcript at the end. */
  readonly asr?: { readonly languages?: readonly string[]; readonly streams?: boolean } | null;
  /** Text to speech; null: none. Default: the voices `en_US-fake` and `fr_FR-fake`, without streams. */
  readonly tts?: { readonly voices?: readonly FakeWyomingVoice[]; readonly streams?: boolean } | null;
  /** What is recognised. Default: a fixed sentence. */
  readonly transcript?: string | ((samples: Int16Array) => string);
  /** Audio after which a server that streams tells the next word, milliseconds. Default 100. */
  readonly wordMs?: number;
  /** The server decides by itself that the user has finished, after so much audio, milliseconds. Default: it does not. */
  readonly endsAfterMs?: number;
  /** The format of speech. Default: 22,050 Hz, 2 bytes, 1 channel. */
  readonly format?: { readonly rate: number; readonly width: number; readonly channels: number };
  /** What is spoken, in that format. Default: a wavering tone of 50 ms a character. */
  readonly speech?: (text: string) => Uint8Array;
  /** All data in header lines, as the protocol allows. */
  readonly isInline?: boolean;
}

/** A voice of the server. */
interface FakeWyomingVoice {
  readonly name: string;
  readonly languages: readonly string[];
  readonly installed?: boolean;
}

/** A running server. */
export interface FakeWyoming {
  /** As in `tcp://127.0.0.1:10300`. */
  readonly url: string;
  /** Everything that came in, oldest first. */
  readonly requests: readonly FakeWyomingRequest[];
  /** Connections that are open. */
  readonly connections: number;
  /** The next `times` requests of this kind meet the fault; `times` may be Infinity. Faults of a kind queue up. */
  fail(kind: FakeWyomingKind, fault: FakeWyomingFault, times?: number): void;
  /** Takes all faults back. */
  heal(): void;
  /** What the server offers from now on, as after a restart with other options. */
  become(options: FakeWyomingOptions): void;
  close(): Promise<void>;
}

const ATTRIBUTION = { attribution: { name: 'test', url: '' }, description: null, version: null };
const PIPER_FORMAT = { rate: 22_050, width: 2, channels: 1 };
const SAMPLES_PER_CHUNK = 1_024;

interface Request extends FakeWyomingRequest {
  readonly events: FakeWyomingEvent[];
  samples: Int16Array;
  /** When its last event came, milliseconds. */
  askedAt: number;
}

/** A server on loopback that speaks the Wyoming protocol over TCP, as faster-whisper and Piper do; and breaks it on demand. */
export async function startFakeWyoming(initial: FakeWyomingOptions = {}): Promise<FakeWyoming> {
  let options = initial;
  const requests: Request[] = [];
  const sockets = new Set<Socket>();
  const faults: { readonly kind: FakeWyomingKind; readonly fault: FakeWyomingFault; left: number }[] = [];

  const begin = (kind: FakeWyomingKind): Request => {
    const entry = faults.find((candidate) => candidate.kind === kind && candidate.left > 0);
    if (entry) entry.left -= 1;
    const fault = entry?.fault;
    const request: Request = {
      kind,
      events: [],
      samples: new Int16Array(0),
      fault,
      askedAt: performance.now(),
      tookMs: undefined,
      closedEarly: false,
      answered: false,
    };
    requests.push(request);
    return request;
  };

  const server = createServer((socket) => {
    sockets.add(socket);
    const session = new Session(socket, () => options, begin);
    socket.on('close', () => {
      sockets.delete(socket);
      session.closed();
    });
  });
  const port = await listenOnLoopback(server, initial.port);
  return {
    url: `tcp://127.0.0.1:${port}`,
    requests,
    get connections() {
      return sockets.size;
    },
    fail: (kind, fault, times = 1) => {
      faults.push({ kind, fault, left: times });
    },
    heal: () => {
      faults.length = 0;
    },
    become: (next) => {
      options = next;
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

/** One connection. Answers are sent in the order of their requests. */
class Session {
  readonly #socket: Socket;
  readonly #options: () => FakeWyomingOptions;
  readonly #begin: (kind: FakeWyomingKind) => Request;
  #rest: Buffer = Buffer.alloc(0);
  #listening: Request | undefined;
  #speaking: Request | undefined;
  #words: string[] | undefined;
  /** How many words of the transcript were told. */
  #told = 0;
  #hasTranscript = false;
  #sending: Promise<void> = Promise.resolve();
  /** Events of the answer that were sent, by request. */
  readonly #sent = new Map<Request, number>();

  constructor(socket: Socket, options: () => FakeWyomingOptions, begin: (kind: FakeWyomingKind) => Request) {
    this.#socket = socket;
    this.#options = options;
    this.#begin = begin;
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      const { events, rest } = takeWyomingEvents(Buffer.concat([this.#rest, bytes]));
      this.#rest = rest;
      for (const event of events) this.#receive(event);
    });
  }

  closed(): void {
    for (const request of this.#sent.keys()) request.closedEarly = !request.answered;
    for (const request of [this.#listening, this.#speaking]) if (request) request.closedEarly = !request.answered;
  }

  #receive(event: FakeWyomingEvent): void {
    if (event.type === 'describe') {
      const request = this.#begin('describe');
      request.events.push(event);
      this.#answer(request, [{ type: 'info', data: infoOf(this.#options()) }], true);
    } else if (event.type === 'transcribe' || event.type.startsWith('audio-')) this.#hear(event);
    else if (event.type.startsWith('synthesize')) this.#say(event);
    else this.#socket.destroy(new Error(`unknown event: ${event.type}`));
  }

  #hear(event: FakeWyomingEvent): void {
    this.#listening ??= this.#begin('transcribe');
    const request = this.#listening;
    request.askedAt = performance.now();
    const { asr, transcript, wordMs = 100, endsAfterMs = Number.POSITIVE_INFINITY } = this.#options();
    const text = () =>
      (typeof transcript === 'function' ? transcript(request.samples) : transcript) ?? 'what time is it';
    if (event.type !== 'audio-chunk') request.events.push(event);
    else {
      request.samples = joined(request.samples, event);
      const heardMs = request.samples.length / 16;
      if (asr?.streams) {
        if (this.#words === undefined) this.#answer(request, [{ type: 'transcript-start', data: {} }], false);
        this.#words ??= text().split(/(?<= )/);
        const due = this.#words.splice(0, Math.max(0, Math.floor(heardMs / wordMs) - this.#told));
        this.#told += due.length;
        this.#answer(request, due.map(chunkOf), false);
      }
      if (heardMs < endsAfterMs) return;
    }
    if (this.#hasTranscript || (event.type !== 'audio-stop' && event.type !== 'audio-chunk')) return;
    this.#hasTranscript = true;
    const left = asr?.streams ? (this.#words ?? []).map(chunkOf) : [];
    const stop = asr?.streams ? [{ type: 'transcript-stop' }] : [];
    this.#answer(request, [...left, { type: 'transcript', data: { text: text(), language: null } }, ...stop], true);
    // As faster-whisper does.
    void this.#sending.then(() => request.answered && this.#socket.end());
  }

  #say(event: FakeWyomingEvent): void {
    const { tts } = this.#options();
    const isStreamed = this.#speaking !== undefined;
    if (!isStreamed && event.type !== 'synthesize' && !(tts?.streams && event.type === 'synthesize-start')) return;
    this.#speaking ??= this.#begin('synthesize');
    const request = this.#speaking;
    request.askedAt = performance.now();
    request.events.push(event);
    const spoken = String(event.data?.text ?? '');
    if (event.type === 'synthesize-chunk') this.#answer(request, this.#speech(spoken), false);
    if (event.type === 'synthesize-stop') this.#answer(request, [{ type: 'synthesize-stopped' }], true);
    if (event.type === 'synthesize' && !isStreamed) this.#answer(request, this.#speech(spoken), true);
    if (event.type === 'synthesize-stop' || (event.type === 'synthesize' && !isStreamed)) this.#speaking = undefined;
  }

  #speech(text: string): FakeWyomingEvent[] {
    const { format = PIPER_FORMAT, speech } = this.#options();
    const bytes = speech?.(text) ?? new Uint8Array(toneFor(text.trim(), format.rate).buffer);
    const size = SAMPLES_PER_CHUNK * format.width * format.channels;
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => ({
      type: 'audio-chunk',
      data: { ...format, timestamp: null },
      payload: bytes.slice(index * size, (index + 1) * size),
    }));
    return [
      { type: 'audio-start', data: { ...format, timestamp: null } },
      ...chunks,
      { type: 'audio-stop', data: { timestamp: null } },
    ];
  }

  #answer(request: Request, events: readonly FakeWyomingEvent[], isLast: boolean): void {
    if (!this.#sent.has(request)) this.#sent.set(request, 0);
    this.#sending = this.#sending.then(() => this.#send(request, events, isLast));
  }

  async #send(request: Request, events: readonly FakeWyomingEvent[], isLast: boolean): Promise<void> {
    const { fault } = request;
    const { isInline } = this.#options();
    for (const event of events) {
      const sent = this.#sent.get(request) ?? 0;
      if (sent === 0 && fault?.type === 'slow') await this.#delay(fault.delayMs, fault.clock);
      if (fault && 'afterEvents' in fault && sent >= fault.afterEvents) return this.#break(fault, event);
      if (this.#socket.destroyed) return;
      request.tookMs ??= performance.now() - request.askedAt;
      if (!this.#socket.write(wyomingBytes(event, isInline))) await this.#drained();
      this.#sent.set(request, sent + 1);
    }
    if (isLast && !this.#socket.destroyed) request.answered = true;
  }

  #break(fault: FakeWyomingFault & { readonly afterEvents: number }, event: FakeWyomingEvent): void {
    if (fault.type === 'cut') {
      const bytes = wyomingBytes(event);
      if (fault.clean) this.#socket.end();
      else this.#socket.end(bytes.subarray(0, bytes.length - 1));
    }
    if (fault.type === 'malformed') this.#socket.write('HTTP/1.1 400 Bad Request\r\n\r\n');
    if (fault.type === 'error') {
      this.#socket.end(wyomingBytes({ type: 'error', data: { text: fault.text, code: 'ValueError' } }));
    }
  }

  #drained(): Promise<void> {
    return new Promise((resolve) => {
      this.#socket.once('drain', resolve);
      this.#socket.once('close', () => resolve());
    });
  }

  #delay(ms: number, clock = systemClock): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clock.clearTimer(timer);
        this.#socket.off('close', done);
        resolve();
      };
      const timer = clock.setTimer(done, ms);
      this.#socket.on('close', done);
    });
  }
}

function chunkOf(text: string): FakeWyomingEvent {
  return { type: 'transcript-chunk', data: { text } };
}

function joined(before: Int16Array, { data, payload = new Uint8Array(0) }: FakeWyomingEvent): Int16Array {
  if (data?.rate !== 16_000 || data.width !== 2 || data.channels !== 1 || payload.length % 2 !== 0) {
    throw new Error(`not mono s16 at 16 kHz: ${JSON.stringify(data)}, ${payload.length} bytes`);
  }
  const added = new Int16Array(payload.slice().buffer);
  const all = new Int16Array(before.length + added.length);
  all.set(before);
  all.set(added, before.length);
  return all;
}

function infoOf({ asr = {}, tts = {} }: FakeWyomingOptions): Record<string, unknown> {
  const voices = tts?.voices ?? [
    { name: 'en_US-fake', languages: ['en_US'] },
    { name: 'fr_FR-fake', languages: ['fr_FR'] },
  ];
  const model = { name: 'fake', installed: true, languages: asr?.languages ?? ['en', 'fr'], ...ATTRIBUTION };
  const program = { name: 'fake', installed: true, ...ATTRIBUTION };
  return {
    asr: asr ? [{ ...program, models: [model], supports_transcript_streaming: asr.streams ?? false }] : [],
    tts: tts
      ? [
          {
            ...program,
            voices: voices.map((voice) => ({ installed: true, speakers: null, ...ATTRIBUTION, ...voice })),
            supports_synthesize_streaming: tts.streams ?? false,
          },
        ]
      : [],
    handle: [],
    wake: [],
  };
}
