// Speech of the demo recordings, cut to length.
import { readFileSync } from 'node:fs';
import { concatSamples } from '../../dist/audio/pcm.js';
import { createResampler } from '../../dist/audio/resample.js';
import { parseWav } from '../../dist/audio/wav.js';

/** All ten recordings, one behind the other, mono s16. @param {number} sampleRate Hz @returns {Promise<Int16Array>} */
export async function allSpeech(sampleRate) {
  const parts = [];
  for (let file = 0; file < 10; file++) {
    const wav = recording(file);
    const resampler = await createResampler(wav.sampleRate, sampleRate);
    parts.push(resampler.process(wav.samples), resampler.flush());
    resampler.free();
  }
  return concatSamples(parts);
}

/** Where the words of the question begin in its recording, milliseconds. */
const WORDS_FROM_MS = 560;

/**
 * What the devices of the bench say: words for 2 s without a pause that would end them, and nothing behind them. A clip that
 * ends with the beginning of another word interrupts the answer to its first ones.
 * @param {number} sampleRate Hz @param {number} ms @returns {Promise<Int16Array>}
 */
export async function question(sampleRate, ms) {
  const wav = recording(6);
  const resampler = await createResampler(wav.sampleRate, sampleRate);
  const words = wav.samples.subarray((WORDS_FROM_MS * wav.sampleRate) / 1000);
  const samples = resampler.process(words).slice(0, (ms * sampleRate) / 1000);
  resampler.free();
  return samples;
}

/** One of the ten recordings. @param {number} file 0 .. 9 */
export function recording(file) {
  return parseWav(readFileSync(new URL(`../../assets/asr-demo-model/samples/0${file}.wav`, import.meta.url)));
}
