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
/** So much of a fmt chunk is read, bytes. */
const FORMAT_BYTES = 26;

/** How a WAV file holds its samples. */
export interface WavFormat {
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
  const { format, data } = scan(bytes);
  if (!format) throw badWav('it has no fmt chunk');
  if (!data) throw badWav('it has no data chunk');
  const end = data.bytes === undefined ? bytes.length : Math.min(data.start + data.bytes, bytes.length);
  return { sampleRate: format.sampleRate, samples: wavSamples(bytes.subarray(data.start, end), format) };
}

/**
 * The beginning of a WAV file of which more may come.
 * @returns where its samples begin and how many bytes they are (infinite: up to the end); `incomplete` before that is known
 * @throws DialtoneError `audio_bad_format`
 */
export function wavHead(
  bytes: Uint8Array,
): { readonly format: WavFormat; readonly start: number; readonly bytes: number } | 'incomplete' | 'no_wav' {
  if (!isWav(bytes)) return 'no_wav';
  const { format, data } = scan(bytes);
  if (!data) return 'incomplete';
  if (!format) throw badWav('it has no fmt chunk before its samples');
  return { format, start: data.start, bytes: data.bytes ?? Number.POSITIVE_INFINITY };
}

/** @returns the chunks that are there; `bytes` of the data undefined: up to the end of the file */
function scan(bytes: Uint8Array): {
  readonly format: WavFormat | undefined;
  readonly data: { readonly start: number; readonly bytes: number | undefined } | undefined;
} {
  if (!isWav(bytes)) throw badWav('it does not begin with a RIFF/WAVE header');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let format: WavFormat | undefined;
  let data: { readonly start: number; readonly bytes: number | undefined } | undefined;
  let at = 12;
  while (at + 8 <= bytes.length && !(format && data)) {
    const id = ascii(view, at);
    const size = view.getUint32(at + 4, true);
    const start = at + 8;
    // What is longer than what is there may be a chunk that is still coming.
    if (id === 'fmt ' && start + Math.min(size, FORMAT_BYTES) <= bytes.length) format = readFormat(view, start, size);
    if (id === 'data') data = { start, bytes: size === 0 || size === UNKNOWN_SIZE ? undefined : size };
    const end = data && data.bytes === undefined ? bytes.length : start + size;
    at = end + (end % 2 === start % 2 ? 0 : 1);
  }
  return { format, data };
}

function isWav(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return bytes.length >= 12 && ascii(view, 0) === 'RIFF' && ascii(view, 8) === 'WAVE';
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

/** The same in front of samples whose number is not known yet. */
export function streamedWavHeader(sampleRate: number): Uint8Array {
  const bytes = wavHeader(0, sampleRate);
  const view = new DataView(bytes.buffer);
  view.setUint32(4, UNKNOWN_SIZE, true);
  view.setUint32(40, UNKNOWN_SIZE, true);
  return bytes;
}

function readFormat(view: DataView, at: number, size: number): WavFormat {
  if (size < 16 || at + size > view.byteLength) throw badWav('its fmt chunk is cut');
  let tag = view.getUint16(at, true);
  // The true tag of an extensible format is the first half of its GUID.
  if (tag === FORMAT_EXTENSIBLE && size >= 26) tag = view.getUint16(at + 24, true);
  const format: WavFormat = {
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

/** Mono s16 of whole samples in the format of a WAV file: channels are mixed. */
export function wavSamples(bytes: Uint8Array, format: WavFormat): Int16Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { channels } = format;
  const width = format.bits / 8;
  const count = Math.floor(bytes.length / (width * channels));
  const mixed = new Float32Array(count);
  for (let index = 0; index < count; index++) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++) {
      const at = (index * channels + channel) * width;
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
