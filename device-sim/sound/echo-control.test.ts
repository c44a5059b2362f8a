import { expect, it } from 'vitest';
import { meanSquare, rms, tone } from '#src/audio/pcm';
import { ManualClock } from '#src/core/manual-clock';
import { demoSample } from '../../test/support/audio/demo-samples.ts';
import { HalfDuplex } from './echo-control.ts';
import { createWebrtcAec } from './webrtc-aec.ts';

it('half duplex: the microphone is deaf while the loudspeaker sounds, and 400 ms longer', () => {
  const clock = new ManualClock();
  const control = new HalfDuplex(clock);
  const loud = tone({ hz: 440, ms: 20, sampleRate: 16_000, amplitude: 0.5 });
  expect(rms(control.near(loud))).toBeGreaterThan(0.2);
  control.far(loud);
  clock.advance(399);
  control.far(new Int16Array(320));
  expect(control.near(loud)).toEqual(new Int16Array(320));
  clock.advance(1);
  expect(control.near(loud)).toBe(loud);
});

/** Loudness of what an array holds, dB of full scale. */
const dB = (samples: Int16Array): number => 10 * Math.log10(meanSquare(samples) + 1e-12);

it.each([
  { rate: 16_000, delayMs: 40 },
  { rate: 16_000, delayMs: 120 },
  { rate: 24_000, delayMs: 120 },
])('webrtc: takes the echo out at $rate Hz and $delayMs ms, and leaves the user in', async ({ rate, delayMs }) => {
  // Speech of 12 s comes out of the loudspeaker, and 12 dB softer and a little later into the microphone.
  const spoken = ['00.wav', '05.wav', '06.wav', '07.wav'].map((file) => demoSample(file).samples);
  const far = new Int16Array(rate * 14);
  let end = 0;
  for (const samples of [...spoken, ...spoken].slice(0, 6)) {
    for (let at = 0; at < samples.length && end < rate * 11; at++) far[end++] = samples[at] ?? 0;
  }
  const near = new Int16Array(far.length).map((_, at) => (far[at - (delayMs * rate) / 1000] ?? 0) / 4 + (at % 7) - 3);
  const user = tone({ hz: 700, ms: 1_000, sampleRate: rate, amplitude: 0.25 });
  const quietFrom = end + rate / 2;
  for (let at = 0; at < user.length && quietFrom + at < near.length; at++) {
    near[quietFrom + at] = (near[quietFrom + at] ?? 0) + (user[at] ?? 0);
  }

  const aec = await createWebrtcAec({ mic: rate, speaker: rate });
  const cleaned: number[] = [];
  const step = rate / 50;
  for (let at = 0; at < far.length; at += step) {
    aec.far(far.subarray(at, at + step));
    cleaned.push(...aec.near(near.slice(at, at + step)));
  }
  aec.free();
  expect(Math.abs(cleaned.length - near.length)).toBeLessThan(rate / 20);
  // It has learned the room after some seconds.
  const [from, to] = [rate * 6, Math.min(end, rate * 11)];
  const attenuation = dB(near.subarray(from, to)) - dB(Int16Array.from(cleaned.slice(from, to)));
  expect(attenuation).toBeGreaterThan(25);
  const heardUser = Int16Array.from(cleaned.slice(quietFrom, quietFrom + user.length));
  expect(dB(heardUser)).toBeGreaterThan(dB(user) - 6);
});
