import { expect, it, onTestFinished } from 'vitest';
import { loadOpusCodec } from '#src/audio/opus/opus-codec';
import { rms } from '#src/audio/pcm';
import { createResampler } from '#src/audio/resample';
import { Uplink } from '#src/protocols/realtime/uplink';
import { RawBackend } from '../device-sim/testing/raw-backend.ts';
import { demoSample } from './support/audio/demo-samples.ts';
import { oggPages } from './support/audio/ogg-pages.ts';
import { simDevice, startBackend } from './support/backend.ts';
import { FakeListener } from './support/devices/fake-link.ts';
import { VirtualTime } from './support/time/virtual-time.ts';

// A device whose encoder sends nothing in silence: what it leaves out is silence all the same.

it('leaves no hole in the audio of a device, over a real socket', async () => {
  const time = new VirtualTime();
  let connectedAt = 0;
  const device = await simDevice({
    dtx: true,
    clock: time.clock,
    onEvent: (event) => {
      if (event.type === 'connected') connectedAt = event.at;
    },
  });
  const backend = await RawBackend.dial(device.url);
  const first = await time.during(device.say(demoSample('03.wav')));
  await time.pass(2_000);
  const second = await time.during(device.say(demoSample('00.wav')));
  const sent = backend.texts.length;
  await time.until(() => expect(backend.texts.length).toBeGreaterThan(sent + 1));
  await backend.close();

  const pages = backend.appended().flatMap((bytes) => oggPages(bytes));
  const sentMs = 40 * pages.reduce((sum, { packets }) => sum + packets, 0);
  const empty = pages.filter(({ body }) => body.length <= 2);
  expect(empty.length).toBeGreaterThanOrEqual(4);

  const listener = new FakeListener();
  const decoder = await (await loadOpusCodec()).createDecoder({ sampleRate: 16_000 });
  const uplink = new Uplink('auto', decoder, await createResampler(24_000, 16_000), listener);
  onTestFinished(() => uplink.close());
  for (const bytes of backend.appended()) uplink.receive(bytes.toString('base64'));
  expect(listener.drops).toEqual([]);
  expect(sentMs).toBeLessThan(second.endedAt - connectedAt - 1_200);
  // Everything stands where it was said.
  const heard = (fromMs: number, ms: number) => {
    const from = Math.max(0, Math.round((fromMs - connectedAt) * 16));
    return rms(listener.samples.subarray(from, from + ms * 16));
  };
  expect(listener.samples.length / 16).toBeGreaterThan(second.endedAt - connectedAt);
  expect(heard(first.startedAt, 1_000)).toBeGreaterThan(0.01);
  expect(heard(first.endedAt + 100, 1_700)).toBeLessThan(0.005);
  expect(heard(second.startedAt, 1_000)).toBeGreaterThan(0.01);
});

it('ends a question after its silence, not only when the line has been quiet for long', async () => {
  const time = new VirtualTime();
  const device = await simDevice({ name: 'hall', dtx: true, clock: time.clock });
  const { all } = await startBackend([device], { time, entries: { hall: { greeting: false } } });
  await time.during(device.waitForConnection());
  for (const file of ['01.wav', '00.wav']) {
    await time.during(device.say(demoSample(file)));
    await time.during(device.waitForReply());
    await time.during(device.speaker.idle());
  }
  expect(all('turn.heard').map(({ text }) => text)).toEqual([demoSample('01.wav').text, demoSample('00.wav').text]);
  // A line that is quiet for 1.5 s ends it too.
  for (const { stages } of all('turn.heard')) expect(stages.endpointing).toBeLessThan(1_000);
  expect(device.violations).toEqual([]);
});
