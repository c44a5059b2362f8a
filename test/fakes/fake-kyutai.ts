import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { encode } from '@msgpack/msgpack';
import { WebSocketServer } from 'ws';
import { type Clock, systemClock } from '#src/core/clock';
import { FakeKyutaiChannel, type FakeKyutaiFault } from './fake-kyutai-channel.ts';
import { FakeKyutaiEar, type FakeKyutaiEarOptions, type FakeKyutaiWord } from './fake-kyutai-ear.ts';
import { FakeKyutaiVoice } from './fake-kyutai-voice.ts';
import { listenOnLoopback } from './listen.ts';

/** The services, by what they are for. */
export type FakeKyutaiKind = 'stt' | 'tts';

/** How the server behaves. */
export interface FakeKyutaiOptions {
  /** Where it listens on loopback; 0: any free port. Default 0. */
  readonly port?: number;
  /** The only key that it accepts. Default: `public_token`, as at Unmute. */
  readonly apiKey?: string;
  /** Links that each service holds at once; one more hears "no free channels". Default 64. */
  readonly channels?: number;
  /** What is recognised in every utterance. Default: "Hello there." from 0.2 s to 0.9 s. */
  readonly words?: readonly FakeKyutaiWord[];
  /** How likely the user has finished, at a time in the audio, seconds. Default: 0.05 up to the last word's end, then 0.9; null: a model that does not predict it, and sends no steps. */
  readonly pause?: ((seconds: number) => number) | null;
  /** What a link recognises from what it hears, in place of `words` and `pause`. Called for each link. */
  readonly listener?: () => Pick<FakeKyutaiEarOptions, 'words' | 'pause' | 'hear'>;
  /** How far the words are behind the audio, frames of 80 ms. Default 6. */
  readonly delayFrames?: number;
  /** Words that the voice waits for before it begins. Default 3. */
  readonly lookAhead?: number;
  /** Frames of 80 ms of audio for each word. Default 3. */
  readonly framesPerWord?: number;
  /** The samples of a frame of 80 ms, -1 to 1; frames are counted from 0. Default: a level for each word. */
  readonly sound?: (frame: number) => readonly number[];
  /** Messages of another user that come before the first one of ours. Default 0. */
  readonly strayMessages?: number;
  /** Code of the voice's close; undefined: none is given, and the client sees 1005. */
  readonly closeCode?: number;
  /** For slow faults. Default: real time. */
  readonly clock?: Clock;
}

/** A running server. */
export interface FakeKyutai {
  /** For KYUTAI_STT_URL and KYUTAI_TTS_URL. */
  readonly url: string;
  /** The links that were opened, oldest first. */
  readonly ears: readonly FakeKyutaiEar[];
  readonly voices: readonly FakeKyutaiVoice[];
  /** Links that were refused for want of a channel or of the right key. */
  readonly refused: number;
  /** The next `times` links of this kind meet the fault. Faults of a kind queue up. */
  fail(kind: FakeKyutaiKind, fault: FakeKyutaiFault, times?: number): void;
  /** Takes all faults back. */
  heal(): void;
  close(): Promise<void>;
}

const PATHS: Readonly<Record<string, FakeKyutaiKind>> = {
  '/api/asr-streaming': 'stt',
  '/api/tts_streaming': 'tts',
};

const HELLO: readonly FakeKyutaiWord[] = [
  { text: 'Hello', start: 0.2, stop: 0.5 },
  { text: 'there.', start: 0.56, stop: 0.9 },
];

/**
 * A server on loopback that speaks the wire of moshi-server: msgpack over WebSocket for the recogniser and the voice; and
 * breaks it on demand.
 */
export async function startFakeKyutai(options: FakeKyutaiOptions = {}): Promise<FakeKyutai> {
  const { apiKey = 'public_token', channels = 64, strayMessages = 0, clock = systemClock } = options;
  const ears: FakeKyutaiEar[] = [];
  const voices: FakeKyutaiVoice[] = [];
  const faults: { readonly kind: FakeKyutaiKind; readonly fault: FakeKyutaiFault; left: number }[] = [];
  let refused = 0;

  const used = (kind: FakeKyutaiKind): number =>
    (kind === 'stt' ? ears : voices).filter(({ channel }) => !channel.isClosed).length;

  const takeFault = (kind: FakeKyutaiKind): FakeKyutaiFault | undefined => {
    const entry = faults.find((candidate) => candidate.kind === kind && candidate.left > 0);
    if (entry) entry.left -= 1;
    return entry?.fault;
  };

  const sockets = new WebSocketServer({ noServer: true });

  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://fake');
    const kind = PATHS[pathname];
    const key = request.headers['kyutai-api-key'] ?? searchParams.get('auth_id');
    const status = kind === undefined ? '404 Not Found' : key === apiKey ? null : '401 Unauthorized';
    if (kind === undefined || status !== null) {
      refused += 1;
      socket.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
      return;
    }
    const fault = takeFault(kind);
    sockets.handleUpgrade(request, socket, head, (client) => {
      if (fault?.type === 'no_free_channels' || used(kind) >= channels) {
        refused += 1;
        client.send(encode({ type: 'Error', message: 'no free channels' }));
        client.close();
        return;
      }
      const channel = new FakeKyutaiChannel(client, fault, clock, strayMessages);
      if (kind === 'stt') {
        const { words = HELLO, pause = usualPause(words), listener, delayFrames = 6 } = options;
        ears.push(new FakeKyutaiEar(channel, { words, pause, delayFrames, ...listener?.() }));
      } else {
        const { lookAhead = 3, framesPerWord = 3, sound, closeCode } = options;
        voices.push(new FakeKyutaiVoice(channel, searchParams, { lookAhead, framesPerWord, sound, closeCode }));
      }
    });
  };

  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const facts: Readonly<Record<string, unknown>> = {
      '/api/build_info': { build_timestamp: '2026-01-01', git_hash: 'fake' },
      '/api/modules_info': (['stt', 'tts'] as const).map((kind) => ({
        used_slots: String(used(kind)),
        total_slots: String(channels),
      })),
    };
    const fact = facts[request.url ?? ''];
    response.writeHead(fact === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(fact === undefined ? '' : JSON.stringify(fact));
  };

  const server = createServer(answer).on('upgrade', upgrade);
  const port = await listenOnLoopback(server, options.port);
  return {
    url: `ws://127.0.0.1:${port}`,
    ears,
    voices,
    get refused() {
      return refused;
    },
    fail: (kind, fault, times = 1) => {
      faults.push({ kind, fault, left: times });
    },
    heal: () => {
      faults.length = 0;
    },
    close: async () => {
      for (const client of sockets.clients) client.terminate();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function usualPause(words: readonly FakeKyutaiWord[]): (seconds: number) => number {
  const end = words.at(-1)?.stop ?? 0;
  return (seconds) => (seconds < end ? 0.05 : 0.9);
}
