import { describe, expect, it } from 'vitest';
import { dice } from '../../test/support/time/dice.ts';
import { ArrivalRate } from './arrival-rate.ts';

const EXPECTED = 16_000;

/** Other dice for each seed. */
function diceOf(seed: number): () => number {
  const random = dice();
  for (let throws = 0; throws < 1_000 * seed; throws++) random();
  return random;
}

interface Message {
  readonly atMs: number;
  readonly samples: number;
}

/** Messages of a microphone of this rate, as they are sent. */
function microphone(hz: number, seconds: number, messageMs = 20): Message[] {
  const count = Math.round((seconds * 1_000) / messageMs);
  const samples = Math.round((hz * messageMs) / 1_000);
  return Array.from({ length: count }, (_, index) => ({ atMs: (index + 1) * messageMs, samples }));
}

/** A network that adds to each message so many milliseconds, and keeps their order. */
function delayed(messages: readonly Message[], delayMs: (atMs: number) => number): Message[] {
  let before = 0;
  return messages.map(({ atMs, samples }) => {
    before = Math.max(before, atMs + delayMs(atMs));
    return { atMs: before, samples };
  });
}

/** A network that carries at most so many samples a second, and nothing within stalls. */
function narrow(messages: readonly Message[], hz: number, stalls: (atMs: number) => boolean = () => false): Message[] {
  let free = 0;
  return messages.map(({ atMs, samples }) => {
    free = Math.max(free, atMs) + (samples * 1_000) / hz;
    while (stalls(free)) free += 10;
    return { atMs: free, samples };
  });
}

/** The first rate that is told, and when. */
function told(messages: readonly Message[]): { readonly hz: number; readonly atMs: number } | undefined {
  const rate = new ArrivalRate(EXPECTED, 0);
  for (const { atMs, samples } of messages) {
    const hz = rate.add(samples, atMs);
    if (hz !== undefined) return { hz, atMs };
  }
  return undefined;
}

describe('another rate is told within seconds', () => {
  it.each([8_000, 11_025, 24_000, 32_000, 44_100, 48_000, 96_000])('%i Hz', (hz) => {
    const found = told(microphone(hz, 10));
    expect(found?.hz).toBeGreaterThan(hz * 0.97);
    expect(found?.hz).toBeLessThan(hz * 1.03);
    expect(found?.atMs).toBeLessThan(hz > EXPECTED ? 4_000 : 7_500);
  });

  it.each([8_000, 24_000, 48_000])('%i Hz through a network that delays each message by up to 30 ms', (hz) => {
    const random = dice();
    const found = told(delayed(microphone(hz, 60), () => 30 * random()));
    expect(found?.hz).toBeGreaterThan(hz * 0.95);
    expect(found?.hz).toBeLessThan(hz * 1.05);
  });

  it('whatever the length of the messages', () => {
    for (const messageMs of [5, 60, 200, 1_000])
      expect(told(microphone(24_000, 20, messageMs))?.hz).toBeCloseTo(24_000);
  });

  it('after pauses that the device has made itself', () => {
    const pauseMs = 2_000;
    const messages = microphone(24_000, 8).map(({ atMs, samples }) => ({ atMs: atMs + pauseMs, samples }));
    expect(told([{ atMs: 1, samples: 320 }, ...messages])?.hz).toBeCloseTo(24_000);
  });
});

describe('a device at the right rate is never told of', () => {
  const MINUTES = 20 * 60;

  it.each([1, 2, 3, 4, 5])('on a network that delays each message by up to 400 ms (%i)', (seed) => {
    const random = diceOf(seed);
    expect(told(delayed(microphone(EXPECTED, MINUTES), () => 400 * random()))).toBeUndefined();
  });

  it.each([
    [300, 3_000],
    [600, 3_000],
    [240, 500],
    [2_000, 6_000],
    [9_000, 30_000],
  ])('on a network that stalls for %i ms every %i ms and then delivers all at once', (stallMs, everyMs) => {
    const delay = (atMs: number) => Math.max(0, stallMs - (atMs % everyMs));
    expect(told(delayed(microphone(EXPECTED, MINUTES), delay))).toBeUndefined();
  });

  it.each([1.25, 1.5, 2, 3])('on a network that stalls and then catches up %f times as fast', (factor) => {
    const stalls = (atMs: number) => atMs % 30_000 < 5_000;
    expect(told(narrow(microphone(EXPECTED, MINUTES), factor * EXPECTED, stalls))).toBeUndefined();
  });

  it.each([1, 2, 3, 4, 5])('that leaves out silence between words and sentences (%i)', (seed) => {
    const random = diceOf(seed);
    let isSpeech = true;
    let changesAtMs = 0;
    const messages = microphone(EXPECTED, MINUTES).filter(({ atMs }) => {
      if (atMs < changesAtMs) return isSpeech;
      isSpeech = !isSpeech;
      const pauseMs = random() < 0.8 ? 40 + 200 * random() : 400 + 3_000 * random();
      changesAtMs = atMs + (isSpeech ? 100 + 600 * random() : pauseMs);
      return isSpeech;
    });
    expect(told(messages)).toBeUndefined();
  });

  it.each([1, 2, 3])('that sends only while its button is pressed (%i)', (seed) => {
    const random = diceOf(seed);
    let isPressed = true;
    let changesAtMs = 0;
    const messages = microphone(EXPECTED, MINUTES).filter(({ atMs }) => {
      if (atMs >= changesAtMs) {
        isPressed = !isPressed;
        changesAtMs = atMs + 500 + 8_000 * random();
      }
      return isPressed;
    });
    expect(told(messages)).toBeUndefined();
  });

  it('with a crystal that is 1 % wrong', () => {
    for (const hz of [15_840, 16_160]) expect(told(microphone(hz, MINUTES))).toBeUndefined();
  });

  it('whose line was overloaded now and then', () => {
    const rate = new ArrivalRate(EXPECTED, 0);
    for (const [index, { atMs, samples }] of microphone(EXPECTED, MINUTES).entries()) {
      if (index % 40 < 20) rate.missed();
      else expect(rate.add(samples, atMs)).toBeUndefined();
    }
  });
});
