import type { SimAudioFormat } from '../../device/options.ts';
import type { MicFormat } from '../../mic/mic-frames.ts';
import { createOggInput, RawInput } from '../../speaker/audio-input.ts';
import type { DeviceWire } from '../wire.ts';
import { RealtimeDownlink } from './realtime-downlink.ts';
import { RealtimeUplink } from './realtime-uplink.ts';

const SAMPLE_RATE = 24_000;
const PACKET_MS = 40;

/**
 * A device of the original: JSON texts with base64 audio, 24 kHz mono both ways, 80 ms a message.
 * A device without a codec uses its raw format in both directions.
 */
export function createRealtimeWire(format: SimAudioFormat): DeviceWire {
  const container = format === 'ogg-opus' ? 'ogg' : 'none';
  const micFormat: MicFormat = {
    coding: format === 'ogg-opus' ? 'opus' : format,
    sampleRate: SAMPLE_RATE,
    frameMs: PACKET_MS,
  };
  return {
    path: '/realtime',
    subprotocol: 'realtime',
    micFormat,
    framesPerMessage: 2,
    speakerRate: SAMPLE_RATE,
    createUplink: () => new RealtimeUplink(container, PACKET_MS),
    createAudioInput: async (decode) =>
      format === 'ogg-opus' ? createOggInput(SAMPLE_RATE, decode) : new RawInput(format, SAMPLE_RATE, decode),
    createDownlink: (input, listener) => new RealtimeDownlink(input, container, listener),
    button: () => undefined,
    status: () => undefined,
  };
}
