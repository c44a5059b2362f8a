import { expect, it, onTestFinished } from 'vitest';
import { simDevice, startBackend } from './support/backend.ts';
import { startFaultProxy } from './support/devices/fault-proxy.ts';
import { VirtualTime } from './support/time/virtual-time.ts';

/** About 60 s of speech. */
const SENTENCES = Array.from(
  { length: 14 },
  (_, index) => `Number ${index} says that the old horse walked slowly home.`,
);

/** Has a `pcm` device, whose microphone is silent, say a minute over a network of so many bytes a second. */
async function sayOver(bandwidth: number | undefined) {
  const time = new VirtualTime();
  const device = await simDevice({ name: 'desk', protocol: 'pcm', microphone: 'nothing', clock: time.clock });
  const proxy = await startFaultProxy(device.port, time.clock);
  onTestFinished(() => proxy.close());
  proxy.set({ latencyMs: 5, ...(bandwidth === undefined ? {} : { bandwidth }) });
  const { app, all } = await startBackend([device], { time, entries: { desk: { port: proxy.port } } });
  await time.during(device.waitForConnection());
  await time.pass(2_000);
  const saying = app.fleet.say('desk', { text: SENTENCES.join(' '), interrupt: false, listenAfter: false });
  if (typeof saying === 'string') throw new Error(saying);
  const result = await time.during(saying);
  return { result, warnings: all('device.warning').map(({ code }) => code) };
}

it('a network that carries the audio warns of nothing', async () => {
  const { result, warnings } = await sayOver(60_000);
  expect(result).toMatchObject({ outcome: 'played', heard: SENTENCES.join(' ') });
  expect(warnings).toEqual([]);
});

it('of a network that carries less than the audio, and keeps the rest to itself, the result tells the truth', async () => {
  const { result, warnings } = await sayOver(26_000);
  expect(warnings).toEqual(['slow_link']);
  expect(result.outcome).toBe('failed');
  expect(result.heard).not.toBe('');
  // Whole sentences, in their order.
  for (const sentence of result.heard.match(/[^.]+\./g) ?? []) expect(SENTENCES).toContain(sentence.trim());
});
