import { expect, it } from 'vitest';
import { systemClock } from '#src/core/clock';
import { demoSample } from './support/audio/demo-samples.ts';
import { simDevice, startBackend } from './support/backend.ts';
import { sherpaEngines } from './support/engines/sherpa-engines.ts';
import { dice } from './support/time/dice.ts';

const CONVERSATIONS = 20;
const KILLS = 10;

it('twenty conversations lose nothing but their turns when the speech host is killed ten times', async () => {
  const states: string[] = [];
  const { engines, hostPid } = sherpaEngines(
    { NATIVE_HOSTS: '1' },
    {
      clock: systemClock,
      random: dice(),
      report: (event) => void (event.type === 'speech_host.state' && states.push(event.state)),
      debug: () => undefined,
    },
  );
  await engines.ready();
  const devices = await Promise.all(
    Array.from({ length: CONVERSATIONS }, (_, index) => simDevice({ name: `device ${index}` })),
  );
  const { all } = await startBackend(devices, { engines });
  await Promise.all(devices.map((device) => device.waitForConnection()));

  let isOver = false;
  const talk = async (device: (typeof devices)[number]): Promise<void> => {
    while (!isOver) {
      await device.say(demoSample('01.wav'));
      await device.waitForReply({ timeoutMs: 120_000 });
    }
  };
  const talks = devices.map((device) => talk(device).catch((error: unknown) => error));
  for (let kill = 0; kill < KILLS; kill++) {
    const before = all('turn.started').length;
    // Amid the words of a user: a turn has begun since the host came back.
    await expect.poll(() => all('turn.started').length).toBeGreaterThan(before);
    process.kill(hostPid() ?? 0, 'SIGKILL');
    await expect.poll(() => states.filter((state) => state === 'ready').length).toBe(kill + 2);
  }
  const answered = () => all('turn.ended').filter(({ outcome }) => outcome === 'answered').length;
  const afterwards = answered();
  await expect.poll(answered).toBeGreaterThanOrEqual(afterwards + CONVERSATIONS);
  isOver = true;
  expect(await Promise.all(talks)).toEqual(devices.map(() => undefined));

  const turns = all('turn.ended');
  expect(new Set(turns.map(({ outcome }) => outcome))).toEqual(new Set(['answered', 'failed']));
  const failed = turns.filter(({ outcome }) => outcome === 'failed');
  expect(new Set(failed.map(({ error }) => error?.code))).toEqual(new Set(['speech_host_down']));
  // One line each, from the beginning to the end.
  expect(devices.map((device) => device.connections)).toEqual(devices.map(() => 1));
  expect(devices.flatMap((device) => device.violations)).toEqual([]);
});
