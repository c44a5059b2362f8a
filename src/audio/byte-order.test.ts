import { expect, it } from 'vitest';
import { demoSamples } from '../../test/support/audio/demo-samples.ts';
import { whiteNoise } from '../../test/support/audio/white-noise.ts';
import { dice } from '../../test/support/time/dice.ts';
import { ByteOrder } from './byte-order.ts';
import { concatSamples, tone } from './pcm.ts';

const FRAME = 320;

function swapped(samples: Int16Array): Int16Array {
  return new Int16Array(Buffer.from(samples.slice().buffer).swap16().buffer.slice(0));
}

/** Whether the order is taken for wrong when these samples come in messages of 20 ms. */
function isTakenForSwapped(samples: Int16Array): boolean {
  const order = new ByteOrder();
  for (let at = 0; at < samples.length; at += FRAME) order.add(samples.subarray(at, at + FRAME));
  return order.isSwapped;
}

const speech = concatSamples(demoSamples().map(({ samples }) => samples));
const scaled = (samples: Int16Array, factor: number) => samples.map((sample) => Math.round(sample * factor));
const random = dice();
const roomNoise = (peak: number) => Int16Array.from({ length: 160_000 }, () => Math.round((2 * random() - 1) * peak));

it.each([
  ['speech', speech],
  ['soft speech', scaled(speech, 0.05)],
  ['a tone', tone({ hz: 440, ms: 5_000, sampleRate: 16_000, amplitude: 0.5 })],
  ['a quiet room', roomNoise(20)],
])('%s with its bytes swapped is noticed, and with its bytes in order is not', (_, samples) => {
  expect(isTakenForSwapped(swapped(samples))).toBe(true);
  expect(isTakenForSwapped(samples)).toBe(false);
});

it.each([
  ['silence', new Int16Array(160_000)],
  ['a constant', new Int16Array(160_000).fill(3)],
  ['a quiet room', roomNoise(3)],
  ['a loud room', roomNoise(2_000)],
  ['white noise at full scale', whiteNoise(160_000)],
  ['speech of 8 bits', speech.map((sample) => sample & ~0xff)],
  ['speech of 8 bits with a noisy last bit', speech.map((sample) => (sample & ~0xff) | Math.round(random()))],
  ['speech of 8 bits, each byte twice', speech.map((sample) => (sample & ~0xff) | ((sample >> 8) & 0xff))],
  ['speech that is clipped', scaled(speech, 50).map((sample) => Math.max(-32_768, Math.min(32_767, sample)))],
])('%s in order is not taken for swapped', (_, samples) => expect(isTakenForSwapped(samples)).toBe(false));
