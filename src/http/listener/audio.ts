import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { readOggOpus } from '../../audio/ogg/ogg-opus-file.ts';
import type { OpusCodec } from '../../audio/opus/opus.ts';
import { HEARING_RATE } from '../../audio/rates.ts';
import { toDialtoneError } from '../../core/errors.ts';
import type { SpeechRefusal } from '../../fleet/fleet.ts';
import { bearerOf } from './bearer.ts';
import type { ListenerApp, ListenerAppDeps } from './listener-app.ts';

/** Where a device sends what it has recorded of its user. */
export const AUDIO_PATH = '/audio';

/** The largest recording, bytes: the longest at 256 kbit/s. Voice needs a tenth. */
export const MAX_AUDIO_BYTES = 1024 * 1024;

/** The longest, milliseconds: so long a user may speak. */
const MAX_AUDIO_MS = 30_000;

/** So many packets are decoded at once: about a millisecond. */
const PACKETS_AT_ONCE = 10;

const STATUS_OF = { other: 415, damaged: 400, too_long: 413 } as const;

/** Why a device cannot be spoken with. */
const REFUSALS: Readonly<Record<SpeechRefusal, readonly [ContentfulStatusCode, string]>> = {
  busy: [409, 'the user is speaking already: send it again when that is over'],
  not_connected: [503, 'the device is not connected any more'],
  disabled: [503, 'the device is switched off'],
  misconfigured: [503, 'the entry of the device in devices.json is wrong'],
  unknown_device: [503, 'the device is in no entry of devices.json any more'],
};

/**
 * `POST /audio`: what a device has recorded of its user, as one Ogg-Opus file, with the token of its session. It is a turn of its
 * conversation: answered over its link with the text as the body, as soon as it is recognised; the answer follows over the link.
 */
export function addAudioRoute(app: ListenerApp, { pictures, fleet, codec }: ListenerAppDeps): void {
  app.post(AUDIO_PATH, async (c) => {
    const bytes = await bodyOf(c);
    if (!bytes) return c.json({ error: 'not all of the recording came' }, 400);
    const file = readOggOpus(bytes, MAX_AUDIO_MS);
    if ('problem' in file) {
      return c.json({ error: `send one mono Ogg-Opus file: ${file.message}` }, STATUS_OF[file.problem]);
    }
    let samples: Int16Array;
    try {
      samples = await decode(file.packets, file.preSkip, codec);
    } catch (error) {
      if (toDialtoneError(error).code !== 'opus_bad_packet') throw error;
      return c.json({ error: 'a packet of the recording cannot be decoded' }, 400);
    }
    // Its session may have ended since it began to send.
    const device = pictures.deviceOf(bearerOf(c) ?? '');
    const heard = device === undefined ? 'not_connected' : fleet.hearRecording(device, samples);
    if (typeof heard === 'string') {
      const [status, error] = REFUSALS[heard];
      return c.json({ error }, status);
    }
    const result = await heard;
    const duration_ms = Math.round(file.durationMs);
    if (result.outcome === 'heard') return c.json({ text: result.text, turn: result.turn, duration_ms });
    if (result.outcome === 'no_speech') return c.json({ text: '', turn: result.turn, duration_ms });
    if (result.outcome === 'failed') return c.json({ error: result.error.message, code: result.error.code }, 502);
    if (result.outcome === 'interrupted') return c.json({ error: 'it was interrupted before it was recognised' }, 409);
    return c.json({ error: 'the device has lost its connection' }, 503);
  });
}

/** The body; undefined when it broke off. */
async function bodyOf(c: Context): Promise<Uint8Array | undefined> {
  try {
    return new Uint8Array(await c.req.arrayBuffer());
  } catch {
    return undefined;
  }
}

/** @returns mono s16 at 16 kHz @throws DialtoneError `opus_bad_packet` */
async function decode(packets: readonly Uint8Array[], preSkip: number, codec: OpusCodec): Promise<Int16Array> {
  const decoder = await codec.createDecoder({ sampleRate: HEARING_RATE });
  const pieces: Int16Array[] = [];
  try {
    for (const [index, packet] of packets.entries()) {
      if (index % PACKETS_AT_ONCE === PACKETS_AT_ONCE - 1) await new Promise((resolve) => setImmediate(resolve));
      pieces.push(decoder.decode(packet));
    }
  } finally {
    decoder.free();
  }
  const samples = new Int16Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    samples.set(piece, at);
    at += piece.length;
  }
  return samples.subarray(Math.floor((preSkip * HEARING_RATE) / 48_000));
}
