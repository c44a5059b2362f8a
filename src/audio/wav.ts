import { DialtoneError } from '../core/errors.ts';
import { floatToInt16 } from './pcm.ts';

/** Mono audio out of a WAV file. */
export interface WavAudio {
  /** Hz. */
  readonly sampleRate: number;
  /** Mono s16. */
  readonly samples: Int16Array;
}

/** Bytes of the header that {@link wavHeader} makes. */
export const WAV_HEADER_BYTES = 44;

const FORMAT_PCM = 1;
const FORMAT_FLOAT = 3;
const FORMAT_EXTENSIBLE = 0xfffe;
const UNKNOWN_SIZE = 0xffffffff;
const MAX_CHANNELS = 8;

interface Format {
  readonly tag: number;
  readonly channels: number;
  readonly sampleRate: number;
  readonly bits: number;
}

/**
 * Reads a WAV file: 16-bit PCM or 32-bit float, one channel or more (mixed to one), chunks in any order. A data chunk whose
 * size is 0, 0xFFFFFFFF or beyond the end goes to the end of the file: so HTTP speech services send it. Throws
 * DialtoneError `audio_bad_format`.
 */
export function parseWav(bytes: Uint8Array): WavAudio {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || ascii(view, 0) !== 'RIFF' || ascii(view, 8) !== 'WAVE') {
    throw badWav('it does not begin with a RIFF/WAVE header');
  }
  let format: Format | undefined;
  let data: { readonly start: number; readonly end: number } | undefined;
  let at = 12;
  while (at + 8 <= bytes.length && !(format && data)) {
    const id = ascii(view, at);
    const size = view.getUint32(at + 4, true);
    const start = at + 8;
    let end = start + size;
    if (id === 'fmt ') format = readFormat(view, start, size);
    if (id === 'data') {
      if (size === 0 || size === UNKNOWN_SIZE || end > bytes.length) end = bytes.length;
      data = { start, end };
    }
    at = end + (end % 2 === start % 2 ? 0 : 1);
  }
  if (!format) throw badWav('it has no fmt chunk');
  if (!data) throw badWav('it has no data chunk');
  return { sampleRate: format.sampleRate, samples: readSamples(view, data.start, data.end, format) };
}

/** A WAV file: mono, 16-bit PCM. */
export function encodeWav(samples: Int16Array, sampleRate: number): Uint8Array {
  const bytes = new Uint8Array(WAV_HEADER_BYTES + samples.byteLength);
  bytes.set(wavHeader(samples.length, sampleRate));
  bytes.set(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength), WAV_HEADER_BYTES);
  return bytes;
}

/** The 44 bytes in front of the samples: mono, 16-bit PCM. */
export function wavHeader(sampleCount: number, sampleRate: number): Uint8Array {
  const bytes = new Uint8Array(WAV_HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  const dataBytes = sampleCount * 2;
  setAscii(view, 0, 'RIFF');
  view.setUint32(4, WAV_HEADER_BYTES - 8 + dataBytes, true);
  setAscii(view, 8, 'WAVE');
  setAscii(view, 12, 'fmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, FORMAT_PCM, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, sampleRate * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  setAscii(view, 36, 'data');
  view.setUint32(40, dataBytes, true);
  return bytes;
}

function readFormat(view: DataView, at: number, size: number): Format {
  if (size < 16 || at + size > view.byteLength) throw badWav('its fmt chunk is cut');
  let tag = view.getUint16(at, true);
  // The true tag of an extensible format is the first half of its GUID.
  if (tag === FORMAT_EXTENSIBLE && size >= 26) tag = view.getUint16(at + 24, true);
  const format: Format = {
    tag,
    channels: view.getUint16(at + 2, true),
    sampleRate: view.getUint32(at + 4, true),
    bits: view.getUint16(at + 14, true),
  };
  if (format.channels < 1 || format.channels > MAX_CHANNELS) throw badWav(`it has ${format.channels} channels`);
  if (format.sampleRate === 0) throw badWav('its sample rate is 0');
  const known = (tag === FORMAT_PCM && format.bits === 16) || (tag === FORMAT_FLOAT && format.bits === 32);
  if (!known) throw badWav(`it holds ${format.bits}-bit samples of format ${tag}`);
  return format;
}

function readSamples(view: DataView, start: number, end: number, format: Format): Int16Array {
  const { channels } = format;
  const width = format.bits / 8;
  const count = Math.floor((end - start) / (width * channels));
  const mixed = new Float32Array(count);
  for (let index = 0; index < count; index++) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++) {
      const at = start + (index * channels + channel) * width;
      sum += format.tag === FORMAT_FLOAT ? view.getFloat32(at, true) : view.getInt16(at, true) / 32_768;
    }
    mixed[index] = sum / channels;
  }
  return floatToInt16(mixed);
}

function ascii(view: DataView, at: number): string {
  return String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3));
}

function setAscii(view: DataView, at: number, text: string): void {
  for (let index = 0; index < text.length; index++) view.setUint8(at + index, text.charCodeAt(index));
}

function badWav(why: string): DialtoneError {
  return new DialtoneError(
    'audio_bad_format',
    `This is not a WAV file that dialtone reads: ${why}. It reads 16-bit PCM and 32-bit float; ` +
      '`ffmpeg -i in.wav -c:a pcm_s16le out.wav` makes one.',
  );
}
