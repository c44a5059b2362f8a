import { WAV_HEADER_BYTES, wavHeader } from '#src/audio/wav';
import { DialtoneError } from '#src/core/errors';

/** Both sides of a conversation on one time line. */
export interface TwoChannels {
  /** Hz. */
  readonly sampleRate: number;
  /** What the microphone sent: the left channel. Mono s16. */
  readonly mic: Int16Array;
  /** What the loudspeaker played: the right channel, as long as the left one. */
  readonly speaker: Int16Array;
}

/** Bytes of one sample of both channels. */
export const STEREO_BYTES = 4;

/** The 44 bytes in front of the samples: two channels, 16-bit PCM. */
export function stereoWavHeader(sampleCount: number, sampleRate: number): Uint8Array {
  const bytes = wavHeader(sampleCount * 2, sampleRate);
  const view = new DataView(bytes.buffer);
  view.setUint16(22, 2, true);
  view.setUint32(28, sampleRate * STEREO_BYTES, true);
  view.setUint16(32, STEREO_BYTES, true);
  return bytes;
}

/**
 * Reads a recording that {@link stereoWavHeader} begins. Throws DialtoneError `audio_bad_format` for any other file: what
 * lies on which channel is known of our own recordings only.
 */
export function parseStereoWav(bytes: Uint8Array): TwoChannels {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = (at: number): string => Buffer.from(bytes.subarray(at, at + 4)).toString('latin1');
  const isOurs =
    bytes.length >= WAV_HEADER_BYTES &&
    text(0) === 'RIFF' &&
    text(8) === 'WAVE' &&
    text(36) === 'data' &&
    view.getUint16(22, true) === 2 &&
    view.getUint16(34, true) === 16;
  if (!isOurs) {
    const how = '`npm run device-sim -- --record FILE` makes one.';
    throw new DialtoneError('audio_bad_format', `This is not a recording of both sides of a conversation: ${how}`);
  }
  const count = Math.floor((bytes.length - WAV_HEADER_BYTES) / STEREO_BYTES);
  const [mic, speaker] = [new Int16Array(count), new Int16Array(count)];
  for (let index = 0; index < count; index++) {
    const at = WAV_HEADER_BYTES + index * STEREO_BYTES;
    mic[index] = view.getInt16(at, true);
    speaker[index] = view.getInt16(at + 2, true);
  }
  return { sampleRate: view.getUint32(24, true), mic, speaker };
}
