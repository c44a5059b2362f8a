// What encoding speech costs, and how near to the original it stays, in the two ways libopus can be tuned.
// Run: npm run build && node bench/opus-applications.mjs
import { loadOpusCodec } from '../dist/audio/opus/opus-codec.js';
import { allSpeech } from './support/recordings.mjs';

const FRAME = 960;
const PASSES = 6;
const codec = await loadOpusCodec();
const speech = await allSpeech(24_000);
const decoder = () => codec.createDecoder({ sampleRate: 24_000 });

console.log('| application, bit/s, complexity | encode (µs a packet of 40 ms) | decode | kbit/s | signal to noise |');
console.log('| --- | --- | --- | --- | --- |');
for (const [application, bitrate, complexity] of [
  ['voip', 25_500, 5],
  ['voip', 25_500, 0],
  ['audio', 25_500, 5],
  ['audio', 32_000, 5],
  ['audio', 32_000, 0],
  ['audio', 40_000, 0],
]) {
  const cells = await measure({ application, bitrate, complexity });
  console.log(`| ${application}, ${bitrate}, ${complexity} | ${cells.join(' | ')} |`);
}

async function measure(options) {
  const count = Math.floor(speech.length / FRAME);
  const encodeMs = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  const decodeMs = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  const result = new Int16Array(count * FRAME);
  let bytes = 0;
  for (let pass = 0; pass < PASSES; pass++) {
    const encoder = await codec.createEncoder({ sampleRate: 24_000, frameMs: 40, ...options });
    const ear = await decoder();
    bytes = 0;
    for (let index = 0; index < count; index++) {
      const started = performance.now();
      const packet = encoder.encode(speech.slice(index * FRAME, (index + 1) * FRAME));
      const encoded = performance.now();
      result.set(ear.decode(packet), index * FRAME);
      encodeMs[index] = Math.min(encodeMs[index], encoded - started);
      decodeMs[index] = Math.min(decodeMs[index], performance.now() - encoded);
      bytes += packet.length;
    }
    encoder.free();
    ear.free();
  }
  const mean = (values) => ((values.reduce((sum, each) => sum + each, 0) * 1000) / count).toFixed(0);
  const kilobits = ((bytes * 8) / (count * 40)).toFixed(1);
  return [mean(encodeMs), mean(decodeMs), kilobits, `${signalToNoise(result).toFixed(1)} dB`];
}

/** Of what was decoded, at the delay at which it fits best, dB. */
function signalToNoise(decoded) {
  let best = Number.NEGATIVE_INFINITY;
  for (let delay = 0; delay < 400; delay++) {
    let signal = 0;
    let noise = 0;
    for (let at = 0; at + delay < decoded.length; at += 7) {
      signal += speech[at] ** 2;
      noise += (speech[at] - decoded[at + delay]) ** 2;
    }
    best = Math.max(best, 10 * Math.log10(signal / noise));
  }
  return best;
}
