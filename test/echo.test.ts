import { describe, expect, it } from 'vitest';
import { simDevice, startBackend } from './support/backend.ts';
import { demoSample } from './support/demo-samples.ts';

/** Answers in a row, each of which could be taken for the user's next words. */
const TURNS = 2;

describe('a device that hears itself', () => {
  it.each([
    ['full', -10, 60],
    ['full', -20, 250],
    ['full', -6, 120],
    ['half', -6, 60],
    ['half', -15, 250],
  ] as const)(
    'does not talk with itself: %s duplex, %i dB, %i ms',
    { timeout: 90_000 },
    async (duplex, gainDb, delayMs) => {
      const device = await simDevice({ name: 'hall', echo: { gainDb, delayMs } });
      const { all } = await startBackend([device], { entries: { hall: { duplex } } });
      await device.waitForConnection();
      for (let turn = 0; turn < TURNS; turn++) {
        await device.say(demoSample(turn % 2 === 0 ? '01.wav' : '06.wav'));
        await device.waitForReply({ timeoutMs: 30_000 });
        await device.speaker.idle();
        // Whatever comes back has come back by then.
        await new Promise((resolve) => setTimeout(resolve, 2_500));
      }
      expect(all('turn.ended').map(({ outcome }) => outcome)).toEqual(new Array(TURNS).fill('answered'));
    },
  );
});
