import { z } from 'zod';

/** A longer text is not parsed: a pin sends a few hundred bytes. */
const MAX_CHARACTERS = 16_384;

/** What a pin says it can do. A field that it did not send is left out. */
export interface PinCapabilities {
  readonly psram?: boolean | undefined;
  readonly max_chunk_bytes?: number | undefined;
}

/** A chunk of audio is coming, as the next binary message. */
export interface ChunkMeta {
  readonly seq: number;
  /** Its length; firmware calls it `len`, the server of HotPin `len_bytes`. */
  readonly bytes: number;
  /** Hz; undefined: not said. */
  readonly sampleRate: number | undefined;
}

/** A text message of a pin, as far as it is known (HotPin_WebServer, requirements 4.2, and its firmware). */
export type PinMessage =
  /** `hello` and `client_on`: the device is there. */
  | { readonly type: 'greeting'; readonly capabilities: PinCapabilities | undefined }
  | { readonly type: 'recording_started' }
  | { readonly type: 'chunk'; readonly meta: ChunkMeta }
  | { readonly type: 'recording_stopped' }
  /** A picture was taken; it comes over HTTP. */
  | { readonly type: 'image_captured' }
  | { readonly type: 'ready_for_playback' }
  | { readonly type: 'playback_complete' }
  | { readonly type: 'ping' }
  /** The device cannot do what it was told: it is busy. */
  | { readonly type: 'reject' }
  /** What went wrong on the device; for the log. */
  | { readonly type: 'error'; readonly detail: string }
  /** Said for the server's log only. */
  | { readonly type: 'note' };

/** A message, or why it cannot be used: a sentence for the author of the firmware. */
export type PinMessageResult =
  | { readonly message: PinMessage }
  | { readonly problem: string; readonly reason: 'bad_json' | 'unknown_type' };

const capabilitiesSchema = z.object({
  psram: z.boolean().optional().catch(undefined),
  max_chunk_bytes: z.int().min(1).max(1_000_000).optional().catch(undefined),
});

const metaSchema = z.object({
  seq: z.int().min(0).max(2_147_483_647),
  len_bytes: z.int().min(0).optional(),
  len: z.int().min(0).optional(),
  sample_rate: z.number().optional().catch(undefined),
});

const errorSchema = z.object({ error: z.string().max(200).catch('unknown'), state: z.string().max(40).catch('') });

/** Reads a text message of a pin. Never throws. */
export function readPinMessage(text: string): PinMessageResult {
  const json = parseJson(text);
  if (typeof json !== 'object' || json === null || !('type' in json) || typeof json.type !== 'string') {
    return { problem: 'this is no JSON object with a "type"', reason: 'bad_json' };
  }
  switch (json.type) {
    case 'hello':
    case 'client_on': {
      const said = 'capabilities' in json ? capabilitiesSchema.safeParse(json.capabilities) : undefined;
      return { message: { type: 'greeting', capabilities: said?.success ? said.data : undefined } };
    }
    case 'audio_chunk_meta':
      return readMeta(json);
    case 'error': {
      const { error, state } = errorSchema.parse(json);
      return { message: { type: 'error', detail: state === '' ? error : `${error} (${state})` } };
    }
    case 'recording_started':
    case 'recording_stopped':
    case 'image_captured':
    case 'ready_for_playback':
    case 'playback_complete':
    case 'ping':
    case 'reject':
      return { message: { type: json.type } };
    case 'pong':
    case 'image_received':
      return { message: { type: 'note' } };
    default:
      return { problem: `Unknown message type: ${json.type.slice(0, 40)}`, reason: 'unknown_type' };
  }
}

function readMeta(json: object): PinMessageResult {
  const read = metaSchema.safeParse(json);
  const bytes = read.success ? (read.data.len_bytes ?? read.data.len) : undefined;
  if (!read.success || bytes === undefined) {
    return { problem: 'audio_chunk_meta needs "seq" and "len_bytes" (or "len"), whole numbers', reason: 'bad_json' };
  }
  return { message: { type: 'chunk', meta: { seq: read.data.seq, bytes, sampleRate: read.data.sample_rate } } };
}

function parseJson(text: string): unknown {
  if (text.length > MAX_CHARACTERS) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
