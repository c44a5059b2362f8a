import { describe, expect, it } from 'vitest';
import { demoSample } from './support/audio/demo-samples.ts';
import { simDevice, startBackend } from './support/backend.ts';
import { VirtualTime } from './support/time/virtual-time.ts';

/** Questions in a row; the answer to each comes back into the microphone. `node bench/echo.mjs` asks more of them. */
const QUESTIONS = ['01.wav', '06.wav', '07.wav'];

/** Protocol, duplex, level of the echo in dB, its delay in milliseconds: the last ones have a late loudspeaker. */
const ROOMS = [
  ['realtime', 'full', -6, 120],
  ['realtime', 'full', -12, 60],
  ['realtime', 'full', -20, 300],
  ['realtime', 'half', -6, 60],
  ['realtime', 'half', -15, 200],
  ['realtime', 'full', -12, 700],
  ['realtime', 'full', -6, 1_100],
  ['realtime', 'half', -12, 900],
  ['pcm', 'half', -10, 400],
  ['pcm', 'half', -10, 600],
  ['pcm', 'half', -10, 900],
] as const;

describe('devices that hear themselves', () => {
  it('do not talk with themselves', async () => {
    const time = new VirtualTime();
    const rooms = await Promise.all(
      ROOMS.map(async ([protocol, duplex, gainDb, delayMs]) => {
        const name = `${protocol} ${duplex} ${gainDb} dB ${delayMs} ms`;
        const device = await simDevice({ name, protocol, echo: { gainDb, delayMs }, clock: time.clock });
        return { name, duplex, device };
      }),
    );
    const { all } = await startBackend(
      rooms.map(({ device }) => device),
      { time, entries: Object.fromEntries(rooms.map(({ name, duplex }) => [name, { duplex }])) },
    );
    await Promise.all(
      rooms.map(async ({ device }) => {
        await time.during(device.waitForConnection());
        for (const question of QUESTIONS) {
          await time.during(device.say(demoSample(question)));
          await time.during(device.waitForReply({ timeoutMs: 30_000 }));
          await time.during(device.speaker.idle());
          // Whatever comes back has come back by then.
          await time.pass(2_000);
        }
      }),
    );
    // A bit of echo may begin a turn; nothing of it may pass for words, and no answer may be cut.
    const heard = rooms.map(({ name }) => all('turn.heard').filter(({ device }) => device === name).length);
    expect(rooms.map(({ name }, index) => `${name}: ${heard[index]}`)).toEqual(
      rooms.map(({ name }) => `${name}: ${QUESTIONS.length}`),
    );
    expect(all('turn.ended').map(({ outcome }) => outcome)).not.toContain('interrupted');
  });

  it('are interrupted by who speaks over the echo', async () => {
    const time = new VirtualTime();
    const device = await simDevice({ name: 'hall', echo: { gainDb: -30, delayMs: 100 }, clock: time.clock });
    const { all } = await startBackend([device], { time, entries: { hall: { duplex: 'full' } } });
    await time.during(device.waitForConnection());
    await time.during(device.say(demoSample('06.wav')));
    await time.until(() => expect(all('turn.speaking')).toHaveLength(1));
    await time.pass(1_500);
    await time.during(device.say(demoSample('07.wav')));
    await time.until(() => expect(all('turn.ended')[0]?.outcome).toBe('interrupted'));
    const [first] = all('turn.ended');
    expect(first?.written.length).toBeGreaterThan(first?.answer.length ?? 0);
    expect(first?.written.toLowerCase()).toContain(first?.answer.split(' ').slice(0, 2).join(' ').toLowerCase());
    await time.until(() => expect(all('turn.heard').length).toBe(2));
    expect(all('turn.heard')[1]?.text).toContain('fourteen plus seven');
  });
});
