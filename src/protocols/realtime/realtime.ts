import { HEARING_RATE } from '../../audio/rates.ts';
import { createResampler } from '../../audio/resample.ts';
import type { ProtocolEntry } from '../protocol-entry.ts';
import { type RealtimeOptions, realtimeFields } from './device-fields.ts';
import { DOWNLINK_RATE, Downlink } from './downlink.ts';
import { AHEAD_MS, RealtimeSession } from './session.ts';
import { formatNamed, Uplink } from './uplink.ts';

/** The type of a message stands in its first characters: before the audio, in every implementation known. */
const TYPE_WITHIN = 120;

/**
 * The protocol of Unmute's remote devices: JSON text frames with base64 Ogg-Opus inside, the backend being the client. There
 * is no hello from the device. What it sends and accepts is what was seen on the wire of the original auto-connect system.
 */
export const REALTIME: ProtocolEntry<RealtimeOptions> = {
  id: 'realtime',
  description: 'JSON with Ogg-Opus as in Unmute.',
  transport: 'websocket',
  directions: ['dial'],
  subprotocols: ['realtime'],
  defaultPort: 8765,
  defaultPath: '/realtime',
  defaultDuplex: 'full',
  defaultAheadMs: AHEAD_MS,
  hasButton: false,
  fields: realtimeFields,
  helloTimeoutMs: null,
  keepAlive: { probeAfterMs: 10_000, deadAfterMs: 25_000, mutedDeadAfterMs: 120_000 },
  isCostly: true,

  carriesAudio: (text) => text.slice(0, TYPE_WITHIN).includes('input_audio_buffer.append'),

  async open(link, device, listener, { codec, random, clock, memory }) {
    const decoder = await codec.createDecoder({ sampleRate: HEARING_RATE });
    const resampler = await createResampler(DOWNLINK_RATE, HEARING_RATE);
    const uplink = new Uplink(device.options.audio_format, decoder, resampler, listener, {
      before: formatNamed(memory.recall(device)),
      now: () => clock.now(),
      onFormat: (format) => memory.note(device, format),
    });
    return new RealtimeSession(link, device, listener, uplink, new Downlink(codec), random);
  },
};
