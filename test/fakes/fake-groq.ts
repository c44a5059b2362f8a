import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type Clock, systemClock } from '#src/core/clock';
import { type ChatBody, chatPieces, chatSchema, type FakeChatReply } from './fake-groq-chat.ts';
import { badRequest, readTranscription, speechSchema } from './fake-groq-requests.ts';
import { streamingWavHeader, toneFor } from './fake-groq-wav.ts';
import { listenOnLoopback } from './listen.ts';

/** The endpoints, by what they are for. */
export type FakeGroqKind = 'chat' | 'transcription' | 'speech' | 'models';

/** What goes wrong with a request. */
export type FakeGroqFault =
  /** An error status with Groq's kind of body. `echoKey`: the body repeats the Authorization header. */
  | {
      readonly type: 'status';
      readonly status: number;
      readonly retryAfter?: number | string;
      readonly code?: string;
      /** In the server's words. */
      readonly message?: string;
      readonly echoKey?: boolean;
    }
  /** Nothing at all is sent for this long, milliseconds (default: of real time); then all goes on as usual. */
  | { readonly type: 'slow'; readonly delayMs: number; readonly clock?: Clock }
  /** The stream stands still behind so many pieces, until the client closes it. */
  | { readonly type: 'stall'; readonly afterPieces: number }
  /** The stream ends behind so many pieces: properly on the wire (`clean`), or by a reset. */
  | { readonly type: 'cut'; readonly afterPieces: number; readonly clean: boolean }
  /** The connection is closed without an answer. */
  | { readonly type: 'drop' }
  /** Status 200 with something that is no answer. */
  | { readonly type: 'garbage' }
  /** Behind so many pieces comes one that is no JSON; then all goes on as usual. Chat only. */
  | { readonly type: 'malformed'; readonly afterPieces: number }
  /** An error inside the stream, as Groq sends it when it breaks down while it writes. Chat only. */
  | {
      readonly type: 'stream_error';
      readonly afterPieces: number;
      readonly status: number;
      readonly code?: string;
    };

/** One request as it came in. */
export interface FakeGroqRequest {
  readonly kind: FakeGroqKind;
  readonly at: number;
  /** Whether it came with the right key. */
  readonly authorized: boolean;
  /** The path it was sent to, with its query. */
  readonly path: string;
  /** Of a chat: the body. */
  readonly chat?: ChatBody;
  /** The same with all that was sent. */
  readonly wholeChat?: unknown;
  /** Of a transcription: what the form held. Its WAV was checked: 16 kHz, mono, 16 bits, true sizes. */
  readonly transcription?: {
    readonly model: string;
    readonly language: string | null;
    readonly durationMs: number;
    readonly samples: Int16Array;
  };
  /** Of a speech: the body. */
  readonly speech?: { readonly model: string; readonly input: string; readonly voice: string };
  readonly fault: FakeGroqFault | undefined;
  /** From the last byte of the request to the first one of the answer, milliseconds; undefined before that. */
  tookMs: number | undefined;
  /** True when the client closed before the whole answer was sent. */
  closedEarly: boolean;
  /** True when the whole answer was sent. */
  answered: boolean;
}

/** How the server behaves. */
export interface FakeGroqOptions {
  /** Where it listens on loopback; 0: any free port. Default 0. */
  readonly port?: number;
  /** The only key it accepts; null: it wants none, and accepts none. Default `gsk_test`. */
  readonly apiKey?: string | null;
  /** It looks at no key at all. Default false. */
  readonly anyKey?: boolean;
  /** Under which path the API is. Default: `/openai/v1`, as at Groq. */
  readonly basePath?: string;
  /** The reply to a chat, cut into tokens at its spaces. Default: a fixed sentence. */
  readonly reply?: string | ((chat: ChatBody) => string | FakeChatReply);
  /** What is recognised. Default: a fixed sentence. */
  readonly transcript?: string | ((samples: Int16Array) => string);
  /** Segments of a `verbose_json` answer. Default: one that holds the transcript. */
  readonly segments?: readonly { text: string; no_speech_prob: number; avg_logprob: number }[];
  /** What is spoken, mono s16 at 24 kHz. Default: a wavering tone of 50 ms a character. */
  readonly speech?: (input: string) => Int16Array;
  /** The size of the samples that the header of a speech announces, bytes. Default: 0xFFFFFFFF, as at Groq. */
  readonly speechSize?: number;
  /** A speech is sent as these bytes only, without a header. Default: as WAV. */
  readonly rawSpeech?: { readonly contentType: string };
  /** Voices it knows, and no text above 200 characters; null: any. Default: those of Orpheus. */
  readonly voices?: readonly string[] | null;
  /** The models it names, with what each is for where it says so. Default: one, `m`. */
  readonly models?: readonly { readonly id: string; readonly task?: string }[];
  /** Time between two pieces of a stream, milliseconds. Default 0. */
  readonly pieceDelayMs?: number;
}

/** A running server. */
export interface FakeGroq {
  /** For GROQ_BASE_URL. */
  readonly url: string;
  readonly apiKey: string;
  /** Everything that came in, oldest first. */
  readonly requests: readonly FakeGroqRequest[];
  /** Connections that were ever made, and those that are open. */
  readonly connections: { readonly made: number; readonly open: number };
  /** The next `times` requests of this kind meet the fault; `times` may be Infinity. Faults of a kind queue up. */
  fail(kind: FakeGroqKind, fault: FakeGroqFault, times?: number): void;
  /** Takes all faults back. */
  heal(): void;
  close(): Promise<void>;
}

const PATHS: Readonly<Record<string, FakeGroqKind>> = {
  '/chat/completions': 'chat',
  '/audio/transcriptions': 'transcription',
  '/audio/speech': 'speech',
  '/models': 'models',
};
const MAX_BODY_BYTES = 25 * 1024 * 1024;
const SPEECH_RATE = 24_000;

/** A server on loopback that speaks the wire of Groq's API: SSE, multipart, streamed WAV; and breaks it on demand. */
export async function startFakeGroq(options: FakeGroqOptions = {}): Promise<FakeGroq> {
  const apiKey = options.apiKey === undefined ? 'gsk_test' : options.apiKey;
  const basePath = options.basePath ?? '/openai/v1';
  const requests: FakeGroqRequest[] = [];
  const faults: { readonly kind: FakeGroqKind; readonly fault: FakeGroqFault; left: number }[] = [];

  const takeFault = (kind: FakeGroqKind): FakeGroqFault | undefined => {
    const entry = faults.find((candidate) => candidate.kind === kind && candidate.left > 0);
    if (entry) entry.left -= 1;
    return entry?.fault;
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = request.url ?? '';
    const kind = path.startsWith(basePath) ? PATHS[path.slice(basePath.length).replace(/\?.*$/, '')] : undefined;
    if (!kind || request.method !== (kind === 'models' ? 'GET' : 'POST')) {
      sendError(response, 404, {
        message: `Unknown request URL: ${request.method} ${request.url}`,
        code: 'unknown_url',
      });
      return;
    }
    const body = await readBody(request);
    const receivedAt = performance.now();
    const authorized =
      options.anyKey === true || request.headers.authorization === (apiKey === null ? undefined : `Bearer ${apiKey}`);
    const fault = takeFault(kind);
    const record: FakeGroqRequest = {
      kind,
      path,
      at: Date.now(),
      authorized,
      fault,
      tookMs: undefined,
      closedEarly: false,
      answered: false,
      ...(await understand(kind, request, body)),
    };
    requests.push(record);
    response.on('finish', () => {
      record.answered = true;
    });
    response.on('close', () => {
      record.closedEarly = !response.writableFinished;
    });
    if (!authorized) {
      sendError(response, 401, { message: 'Invalid API Key', code: 'invalid_api_key' });
      return;
    }
    if (fault?.type === 'status') {
      const echo = fault.echoKey ? ` You sent: ${request.headers.authorization}` : '';
      if (fault.retryAfter !== undefined) response.setHeader('retry-after', String(fault.retryAfter));
      sendError(response, fault.status, {
        message: `${fault.message ?? 'Scripted fault.'}${echo}`,
        code: fault.code ?? 'scripted_fault',
      });
      return;
    }
    if (fault?.type === 'drop') {
      request.socket.resetAndDestroy();
      return;
    }
    if (fault?.type === 'garbage') {
      response.writeHead(200, { 'content-type': kind === 'chat' ? 'text/event-stream' : 'application/json' });
      response.end(kind === 'chat' ? 'data: {"choices": [\n\n' : '<html>502 Bad Gateway</html>');
      return;
    }
    if (fault?.type === 'slow') await delay(fault.delayMs, response, fault.clock);
    const problem = badRequest(record, options.voices);
    if (problem) sendError(response, 400, { message: problem });
    else await answer(record, response, () => (record.tookMs ??= performance.now() - receivedAt));
  };

  const answer = async (record: FakeGroqRequest, response: ServerResponse, onPiece: () => void): Promise<void> => {
    if (record.kind === 'models') {
      response.writeHead(200, { 'content-type': 'application/json' });
      const data = options.models ?? [{ id: 'm', object: 'model', created: 0, owned_by: 'test' }];
      response.end(JSON.stringify({ object: 'list', data }));
    } else if (record.chat) {
      const reply = typeof options.reply === 'function' ? options.reply(record.chat) : options.reply;
      const written = typeof reply === 'object' ? reply : { text: reply ?? 'Hello there. I am the server of a test.' };
      response.writeHead(200, { 'content-type': written.contentType ?? 'text/event-stream' });
      await stream(response, chatPieces(written), record.fault, onPiece);
    } else if (record.speech) {
      const { input } = record.speech;
      const samples = options.speech?.(input) ?? toneFor(input, SPEECH_RATE);
      const { rawSpeech } = options;
      const wav = wavPieces(samples, options.speechSize);
      response.writeHead(200, { 'content-type': rawSpeech?.contentType ?? 'audio/wav' });
      await stream(response, rawSpeech ? rawPieces(wav) : wav, record.fault, onPiece);
    } else if (record.transcription) {
      const { transcript } = options;
      const { samples } = record.transcription;
      const text = (typeof transcript === 'function' ? transcript(samples) : transcript) ?? 'what time is it';
      const segments = options.segments ?? [{ text: ` ${text}`, no_speech_prob: 0.01, avg_logprob: -0.2 }];
      const json = JSON.stringify({ task: 'transcribe', text: ` ${text}`, segments, x_groq: { id: 'req_fake' } });
      response.writeHead(200, { 'content-type': 'application/json' });
      await stream(response, [json.slice(0, 20), json.slice(20)], record.fault, onPiece);
    }
  };

  const stream = async (
    response: ServerResponse,
    pieces: readonly (string | Uint8Array)[],
    fault: FakeGroqFault | undefined,
    onPiece: () => void,
  ): Promise<void> => {
    for (const [index, piece] of pieces.entries()) {
      if (response.destroyed) return;
      if (fault && 'afterPieces' in fault && index === fault.afterPieces) {
        if (fault.type === 'stall') return;
        if (fault.type === 'malformed') response.write('data: {"choices": [\n\n');
        else if (fault.type === 'stream_error') {
          const { status, code } = fault;
          const error = { message: 'Scripted fault.', type: 'server_error', code, status_code: status };
          response.end(`event: error\ndata: ${JSON.stringify({ error })}\n\n`);
        } else if (fault.clean) response.end();
        else response.socket?.resetAndDestroy();
        if (fault.type !== 'malformed') return;
      }
      onPiece();
      response.write(piece);
      // One turn of the loop between two pieces: else they would arrive as one.
      await delay(options.pieceDelayMs ?? 0, response);
    }
    response.end();
  };

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else sendError(response, 400, { message: String(error) });
    });
  });
  const connections = { made: 0, open: 0 };
  server.on('connection', (socket) => {
    connections.made += 1;
    connections.open += 1;
    socket.on('close', () => {
      connections.open -= 1;
    });
  });
  const port = await listenOnLoopback(server, options.port);
  return {
    url: `http://127.0.0.1:${port}`,
    apiKey: apiKey ?? '',
    requests,
    connections,
    fail: (kind, fault, times = 1) => {
      faults.push({ kind, fault, left: times });
    },
    heal: () => {
      faults.length = 0;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function understand(
  kind: FakeGroqKind,
  request: IncomingMessage,
  body: Buffer,
): Promise<Pick<FakeGroqRequest, 'chat' | 'wholeChat' | 'transcription' | 'speech'>> {
  if (kind === 'models') return {};
  if (kind === 'transcription') {
    return { transcription: await readTranscription(body, request.headers['content-type'] ?? '') };
  }
  const json: unknown = JSON.parse(body.toString('utf8'));
  return kind === 'chat' ? { chat: chatSchema.parse(json), wholeChat: json } : { speech: speechSchema.parse(json) };
}

/** A WAV file whose size is not known yet, in pieces of odd length. */
function wavPieces(samples: Int16Array, size: number | undefined): Uint8Array[] {
  const header = streamingWavHeader(SPEECH_RATE, size);
  const bytes = Buffer.concat([header, Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength)]);
  const pieces: Uint8Array[] = [bytes.subarray(0, 7), bytes.subarray(7, 45)];
  for (let at = 45; at < bytes.length; at += 4_801) pieces.push(bytes.subarray(at, at + 4_801));
  return pieces;
}

/** The same without the header. */
function rawPieces(wav: readonly Uint8Array[]): Uint8Array[] {
  const bytes = Buffer.concat(wav).subarray(streamingWavHeader(SPEECH_RATE).length);
  return [bytes.subarray(0, 1_001), bytes.subarray(1_001)];
}

function sendError(response: ServerResponse, status: number, error: { message: string; code?: string }): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ error: { type: 'invalid_request_error', ...error } }));
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request) {
    size += (part as Buffer).length;
    if (size > MAX_BODY_BYTES) throw new Error('the body is larger than Groq takes');
    parts.push(part as Buffer);
  }
  return Buffer.concat(parts);
}

function delay(ms: number, response: ServerResponse, clock = systemClock): Promise<void> {
  return new Promise((resolve) => {
    const timer = clock.setTimer(done, ms);
    function done(): void {
      clock.clearTimer(timer);
      response.off('close', done);
      resolve();
    }
    response.on('close', done);
  });
}
