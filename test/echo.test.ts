import { describe, expect, it } from 'vitest';
import { simDevice, startBackend } from './support/backend.ts';
import { demoSample } from './support/demo-samples.ts';

/** Questions in a row; the answer to each comes back into the microphone. `node bench/echo.mjs` asks more of them. */
const QUESTIONS = ['01.wav', '06.wav', '07.wav'];

/** Duplex, level of the echo in dB, its delay in milliseconds. */
const ROOMS = [
  ['full', -6, 120],
  ['full', -12, 60],
  ['full', -20, 300],
  ['half', -6, 60],
  ['half', -15, 200],
] as const;

describe('devices that hear themselves', () => {
  it('do not talk with themselves', { timeout: 120_000 }, async () => {
    const rooms = await Promise.all(
      ROOMS.map(async ([duplex, gainDb, delayMs]) => {
        const name = `${duplex}${gainDb}dB${delayMs}ms`;
        return { name, duplex, device: await simDevice({ name, echo: { gainDb, delayMs } }) };
      }),
    );
    const { all } = await startBackend(
      rooms.map(({ device }) => device),
      { entries: Object.fromEntries(rooms.map(({ name, duplex }) => [name, { duplex }])) },
    );
    await Promise.all(
      rooms.map(async ({ device }) => {
        await device.waitForConnection();
        for (const question of QUESTIONS) {
          await device.say(demoSample(question));
          await device.waitForReply({ timeoutMs: 30_000 });
          await device.speaker.idle();
          // Whatever comes back has come back by then.
          await new Promise((resolve) => setTimeout(resolve, 2_000));
        }
      }),
    );
    // A bit of echo may begin a turn; nothing of it may pass for words, and no answer may be cut.
    const heard = rooms.map(({ name }) => all('turn.heard').filter(({ device }) => device === name).length);
    expect(heard).toEqual(rooms.map(() => QUESTIONS.length));
    expect(all('turn.ended').map(({ outcome }) => outcome)).not.toContain('interrupted');
  });

  it('are interrupted by who speaks over the echo', { timeout: 60_000 }, async () => {
    const device = await simDevice({ name: 'hall', echo: { gainDb: -30, delayMs: 100 } });
    const { all } = await startBackend([device], { entries: { hall: { duplex: 'full' } } });
    await device.waitForConnection();
    await device.say(demoSample('06.wav'));
    await expect.poll(() => all('turn.speaking'), { timeout: 15_000 }).toHaveLength(1);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    await device.say(demoSample('01.wav'));
    await expect.poll(() => all('turn.ended')[0]?.outcome, { timeout: 15_000 }).toBe('interrupted');
    const [first] = all('turn.ended');
    expect(first?.written.length).toBeGreaterThan(first?.answer.length ?? 0);
    expect(first?.written.toLowerCase()).toContain(first?.answer.split(' ').slice(0, 2).join(' ').toLowerCase());
    await expect.poll(() => all('turn.heard').length, { timeout: 15_000 }).toBe(2);
    expect(all('turn.heard')[1]?.text).toContain('time');
  });
});
