import { z } from 'zod';
import type { DeviceTouch, ListenMode } from '../protocol.ts';
import type { AvatarLoaded } from './tools/avatar-loads.ts';

/** A longer text is not parsed: a page of a tool list has 8,000 bytes, a picture as the result of a tool more. */
const MAX_CHARACTERS = 200_000;

/** A wake word, or what stands for one. */
const MAX_WORD = 100;

/** A text message of a device after its hello, as far as it is known. */
export type DeviceMessage =
  | { readonly type: 'listen_start'; readonly mode: ListenMode }
  | { readonly type: 'listen_stop' }
  | { readonly type: 'wake'; readonly word: string }
  | { readonly type: 'abort' }
  /** `payload`: a message of JSON-RPC. */
  | { readonly type: 'mcp'; readonly payload: unknown }
  | ({ readonly type: 'touch' } & DeviceTouch)
  /** What became of a set of pictures that the device was to fetch. */
  | ({ readonly type: 'avatar_loaded' } & AvatarLoaded)
  /** The answer to a sign of life that was asked for, or one of its own. */
  | { readonly type: 'alive' }
  | { readonly type: 'goodbye' }
  | { readonly type: 'hello' };

/** A message, or why it is dropped. */
export type MessageResult = DeviceMessage | 'bad_json' | 'unknown_type';

const listenSchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('start'), mode: z.enum(['auto', 'manual', 'realtime']).catch('auto') }),
  z.object({ state: z.literal('stop') }),
  z.object({ state: z.literal('detect'), text: z.string().max(MAX_WORD).catch('') }),
]);

/** As the stackchan gateway (0.9.1) takes it: anything else is malformed. */
const touchSchema = z.object({
  event_type: z.literal('touch'),
  subtype: z.enum(['tap', 'stroke']),
  duration_ms: z.int().min(0),
  ts: z.int().min(0),
  session_id: z.string().min(1).max(MAX_WORD),
});

const avatarSchema = z.object({
  checksum: z.string().max(MAX_WORD),
  ok: z.boolean(),
  error: z.string().nullish(),
});

/** The JSON of a text; undefined when it is none, or too long. */
export function parseJson(text: string): unknown {
  if (text.length > MAX_CHARACTERS) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Reads a message of a device. Never throws. @param json parsed */
export function readMessage(json: unknown): MessageResult {
  if (typeof json !== 'object' || json === null || !('type' in json)) return 'bad_json';
  switch (json.type) {
    case 'listen':
      return readListen(json);
    case 'abort':
    case 'goodbye':
    case 'hello':
      return { type: json.type };
    case 'mcp':
      return 'payload' in json ? { type: 'mcp', payload: json.payload } : 'bad_json';
    case 'stackchan-event':
      return readTouch(json);
    case 'avatar_set_loaded':
      return readAvatar(json);
    case 'ping':
    case 'pong':
      return { type: 'alive' };
    default:
      return 'unknown_type';
  }
}

function readListen(json: object): MessageResult {
  const listen = listenSchema.safeParse(json);
  if (!listen.success) return 'bad_json';
  switch (listen.data.state) {
    case 'start':
      return { type: 'listen_start', mode: listen.data.mode };
    case 'stop':
      return { type: 'listen_stop' };
    case 'detect':
      return { type: 'wake', word: listen.data.text.trim() };
  }
}

function readTouch(json: object): MessageResult {
  const touch = touchSchema.safeParse(json);
  if (!touch.success) return 'bad_json';
  const { subtype, duration_ms, ts, session_id } = touch.data;
  return { type: 'touch', gesture: subtype, durationMs: duration_ms, deviceMs: ts, sessionId: session_id };
}

function readAvatar(json: object): MessageResult {
  const loaded = avatarSchema.safeParse(json);
  if (!loaded.success) return 'bad_json';
  const { checksum, ok, error } = loaded.data;
  return { type: 'avatar_loaded', checksum, ok, error: error ?? '' };
}
