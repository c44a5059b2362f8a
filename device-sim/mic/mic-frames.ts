import type { OpusRate } from '#src/audio/opus/opus';
import { loadOpusCodec } from '#src/audio/opus/opus-codec';
import { concatSamples, int16ToPcmBytes } from '#src/audio/pcm';
import { createResampler } from '#src/audio/resample';
import type { Speech } from './speech.ts';

/** How a microphone's audio is cut and coded. */
export interface MicFormat {
  readonly coding: 'opus' | 'pcm16' | 'pcmf32';
  /** Hz. */
  readonly sampleRate: OpusRate;
  readonly frameMs: 20 | 40;
}

/** Coded frames, in order. Shared between devices: not to be written to. */
export type MicFrames = readonly Uint8Array[];

/** Length of the noise that an idle microphone repeats. */
const AMBIENT_MS = 2000;
/** Encoding goes on after a look at the event loop: other devices speak meanwhile. */
const FRAMES_AT_A_TIME = 8;

// Coded once a process, not once a device: a thousand devices may ask the same question, and all of them hear nothing.
const spoken = new WeakMap<Int16Array, Map<string, Promise<MicFrames>>>();
const ambient = new Map<string, Promise<MicFrames>>();

/** Speech as coded frames, with the microphone's noise on it; the last frame is filled up with noise. */
export function speechFrames(speech: Speech, format: MicFormat, noiseRms: number): Promise<MicFrames> {
  let byFormat = spoken.get(speech.samples);
  if (!byFormat) {
    byFormat = new Map();
    spoken.set(speech.samples, byFormat);
  }
  return remember(byFormat, keyOf(format, noiseRms), async () =>
    encode(await speechSamples(speech, format, noiseRms), format),
  );
}

/** What the microphone hears while the user is silent: coded frames to be repeated for ever. */
export function ambientFrames(format: MicFormat, noiseRms: number): Promise<MicFrames> {
  return remember(ambient, keyOf(format, noiseRms), () => encode(ambientSamples(format, noiseRms), format));
}

/** As {@link speechFrames}, but not coded yet. */
export async function speechSamples(speech: Speech, format: MicFormat, noiseRms: number): Promise<Int16Array[]> {
  const resampler = await createResampler(speech.sampleRate, format.sampleRate);
  const spoken = concatSamples([resampler.process(speech.samples), resampler.flush()]);
  resampler.free();
  const frameSamples = samplesOf(format);
  const samples = noise(Math.ceil(spoken.length / frameSamples) * frameSamples, noiseRms);
  for (let at = 0; at < spoken.length; at++) samples[at] = clip((spoken[at] ?? 0) + (samples[at] ?? 0));
  return cut(samples, frameSamples);
}

/** As {@link ambientFrames}, but not coded yet. */
export function ambientSamples(format: MicFormat, noiseRms: number): Int16Array[] {
  return cut(noise((AMBIENT_MS * format.sampleRate) / 1000, noiseRms), samplesOf(format));
}

/** Codes the frames of one microphone, in order. */
export interface FrameEncoder {
  encode(frame: Int16Array): Uint8Array;
  free(): void;
}

/** Makes an encoder for one microphone. */
export async function createFrameEncoder(format: MicFormat): Promise<FrameEncoder> {
  if (format.coding === 'pcm16') return { encode: int16ToPcmBytes, free: () => {} };
  if (format.coding === 'pcmf32') return { encode: floats, free: () => {} };
  const codec = await loadOpusCodec();
  return codec.createEncoder({ sampleRate: format.sampleRate, frameMs: format.frameMs, application: 'voip' });
}

function remember(
  cache: Map<string, Promise<MicFrames>>,
  key: string,
  make: () => Promise<MicFrames>,
): Promise<MicFrames> {
  let frames = cache.get(key);
  if (!frames) {
    frames = make();
    cache.set(key, frames);
    frames.catch(() => cache.delete(key));
  }
  return frames;
}

async function encode(samples: readonly Int16Array[], format: MicFormat): Promise<MicFrames> {
  const encoder = await createFrameEncoder(format);
  const frames: Uint8Array[] = [];
  try {
    for (const frame of samples) {
      frames.push(encoder.encode(frame));
      if (frames.length % FRAMES_AT_A_TIME === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  } finally {
    encoder.free();
  }
  return frames;
}

/** Whole frames; what is left over is left out. */
function cut(samples: Int16Array, frameSamples: number): Int16Array[] {
  const frames: Int16Array[] = [];
  for (let at = 0; at + frameSamples <= samples.length; at += frameSamples) {
    frames.push(samples.subarray(at, at + frameSamples));
  }
  return frames;
}

function floats(samples: Int16Array): Uint8Array {
  const bytes = new Uint8Array(samples.length * 4);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < samples.length; i++) view.setFloat32(i * 4, (samples[i] ?? 0) / 32768, true);
  return bytes;
}

/** White noise, the same in every run. */
function noise(length: number, rms: number): Int16Array {
  const samples = new Int16Array(length);
  // Uniform noise of +-peak has a root mean square of peak / sqrt(3).
  const peak = rms * Math.sqrt(3);
  let state = 1;
  for (let i = 0; peak > 0 && i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    samples[i] = clip(Math.round((state / 2 ** 31 - 1) * peak));
  }
  return samples;
}

const clip = (value: number): number => Math.min(32767, Math.max(-32768, value));
const samplesOf = (format: MicFormat): number => (format.sampleRate * format.frameMs) / 1000;
const keyOf = (format: MicFormat, noiseRms: number): string =>
  `${format.coding} ${format.sampleRate} ${format.frameMs} ${noiseRms}`;
