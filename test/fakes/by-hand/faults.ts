import type { FakeGroqFault, FakeGroqKind } from '../fake-groq.ts';
import type { FakeKyutaiKind } from '../fake-kyutai.ts';
import type { FakeKyutaiFault } from '../fake-kyutai-channel.ts';
import type { FakeWyomingFault, FakeWyomingKind } from '../fake-wyoming.ts';
import { UsageError } from './usage-error.ts';

/** What goes wrong, where, and how often. */
export type OrderedFault = { readonly times: number } & (
  | { readonly server: 'openai'; readonly kind: FakeGroqKind; readonly fault: FakeGroqFault }
  | { readonly server: 'kyutai'; readonly kind: FakeKyutaiKind; readonly fault: FakeKyutaiFault }
  | {
      readonly server: 'wyoming';
      readonly kind: Exclude<FakeWyomingKind, 'describe'>;
      readonly fault: FakeWyomingFault;
    }
);

/** A fault of a server by its name; undefined: this kind of request has none of this name. @param value of the flag */
type Faults<Kind, Fault> = Readonly<Record<string, (kind: Kind, value: number | undefined) => Fault | undefined>>;

const SLOW_MS = 3_000;

/** Of a stream, three pieces are sent before something happens to it; a transcription has two. */
const piecesOf = (kind: FakeGroqKind): number => (kind === 'transcription' ? 1 : 3);

const OPENAI: Faults<FakeGroqKind, FakeGroqFault> = {
  'slow-first-byte': (_kind, delayMs = SLOW_MS) => ({ type: 'slow', delayMs }),
  '429': (_kind, retryAfter = 5) => ({ type: 'status', status: 429, retryAfter, code: 'rate_limit_exceeded' }),
  status: (_kind, status = 503) => ({ type: 'status', status }),
  cut: (kind) => ({ type: 'cut', afterPieces: piecesOf(kind), clean: false }),
  malformed: (kind) => (kind === 'chat' ? { type: 'malformed', afterPieces: 3 } : { type: 'garbage' }),
  garbage: () => ({ type: 'garbage' }),
  silence: (kind) => ({ type: 'stall', afterPieces: piecesOf(kind) }),
  'error-in-stream': (kind) => (kind === 'chat' ? { type: 'stream_error', afterPieces: 3, status: 500 } : undefined),
};

const KYUTAI: Faults<FakeKyutaiKind, FakeKyutaiFault> = {
  'slow-first-byte': (_kind, delayMs = SLOW_MS) => ({ type: 'slow', delayMs }),
  'no-free-channels': () => ({ type: 'no_free_channels' }),
  'never-ready': () => ({ type: 'never_ready' }),
  cut: () => ({ type: 'cut', afterMessages: 3 }),
  malformed: () => ({ type: 'malformed', afterMessages: 3 }),
  silence: () => ({ type: 'silence', afterMessages: 3 }),
  'error-in-stream': () => ({ type: 'error', afterMessages: 3, message: 'an error that was asked for' }),
};

/** The transcript is one event; speech begins with its format, and then some audio. */
const eventsOf = (kind: FakeWyomingKind): number => (kind === 'transcribe' ? 0 : 2);

const WYOMING: Faults<FakeWyomingKind, FakeWyomingFault> = {
  'slow-first-byte': (_kind, delayMs = SLOW_MS) => ({ type: 'slow', delayMs }),
  cut: (kind) => ({ type: 'cut', afterEvents: eventsOf(kind), clean: false }),
  malformed: (kind) => ({ type: 'malformed', afterEvents: eventsOf(kind) }),
  silence: (kind) => ({ type: 'silence', afterEvents: eventsOf(kind) }),
  'error-in-stream': (kind) => ({ type: 'error', afterEvents: eventsOf(kind), text: 'an error that was asked for' }),
};

/** The faults that each server knows, for `--help`. */
export const FAULT_NAMES = {
  openai: Object.keys(OPENAI),
  kyutai: Object.keys(KYUTAI),
  wyoming: Object.keys(WYOMING),
};

const KINDS = {
  openai: { llm: 'chat', stt: 'transcription', tts: 'speech' },
  kyutai: { stt: 'stt', tts: 'tts' },
  wyoming: { stt: 'transcribe', tts: 'synthesize' },
} as const;

/**
 * Understands `SERVER[-KIND]:FAULT[=NUMBER][,times=N]`, as in `openai-llm:429=5,times=2`: one fault for each kind of
 * request that it is about.
 * @throws UsageError
 */
export function parseFault(text: string): readonly OrderedFault[] {
  const match = /^(openai|kyutai|wyoming)(?:-(llm|stt|tts))?:([\w-]+)(?:=(\d+))?(?:,times=(\d+))?$/.exec(text);
  if (!match) throw new UsageError(`--fault takes SERVER:FAULT, as in openai:429=5, not "${text}".`);
  const [, server, kind, name = '', number, count] = match;
  const value = number === undefined ? undefined : Number(number);
  const times = count === undefined ? Number.POSITIVE_INFINITY : Number(count);
  const found = faultsOf(server as keyof typeof KINDS, kind, name, value);
  if (found.length > 0) return found.map((fault) => ({ ...fault, times }));
  const known = FAULT_NAMES[server as keyof typeof KINDS].join(', ');
  throw new UsageError(`--fault ${text}: there is no such fault. Those of ${server}: ${known}.`);
}

function faultsOf(server: keyof typeof KINDS, kind: string | undefined, name: string, value: number | undefined) {
  const of = <Kind extends string, Fault, Server extends string>(
    label: Server,
    kinds: Readonly<Record<string, Kind>>,
    faults: Faults<Kind, Fault>,
  ) =>
    Object.entries(kinds).flatMap(([short, wire]) => {
      const fault = kind === undefined || kind === short ? faults[name]?.(wire, value) : undefined;
      return fault === undefined ? [] : [{ server: label, kind: wire, fault }];
    });
  if (server === 'openai') return of(server, KINDS.openai, OPENAI);
  return server === 'kyutai' ? of(server, KINDS.kyutai, KYUTAI) : of(server, KINDS.wyoming, WYOMING);
}
