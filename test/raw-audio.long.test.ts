import { expect, it } from 'vitest';
import { demoSample } from './support/audio/demo-samples.ts';
import { startBackend } from './support/backend.ts';
import { appendMessage, RawDevice, rawEntry } from './support/devices/raw-device.ts';
import { VirtualTime } from './support/time/virtual-time.ts';

const QUESTION = demoSample('01.wav');
const SILENCE = new Uint8Array(2 * 16_000);

/** A device of bytes only and a backend that has dialled it. */
async function dialled(entry: Readonly<Record<string, unknown>>) {
  const time = new VirtualTime();
  const device = await RawDevice.start();
  const backend = await startBackend([], { time, more: [rawEntry(device, entry)] });
  await time.until(() => expect(backend.app.fleet.get('raw')?.state).toBe('ready'));
  /** Sends these bytes in messages of these lengths, again and again, one every 20 ms. */
  const send = async (
    bytes: Uint8Array,
    lengths: readonly number[],
    message = (part: Uint8Array) => part as unknown,
  ) => {
    for (let at = 0, index = 0; at < bytes.length; index++) {
      const end = at + (lengths[index % lengths.length] ?? 0);
      device.send(message(bytes.subarray(at, end)) as Uint8Array);
      at = end;
      await time.pass(20);
    }
  };
  return { time, send, ...backend };
}

const bytesOf = (samples: Int16Array) => new Uint8Array(samples.slice().buffer);

it.each([[[641, 639]], [[641]]])('a pcm device is heard in messages of %j bytes', async (lengths) => {
  const { time, send, all, log, app } = await dialled({ protocol: 'pcm' });
  await send(Buffer.concat([bytesOf(QUESTION.samples), SILENCE, SILENCE]), lengths);
  await time.until(() => expect(all('turn.heard').map(({ text }) => text)).toEqual([QUESTION.text]));
  expect(all('device.dropped')).toEqual([]);
  expect(all('device.warning').map(({ code }) => code)).toEqual(['odd_bytes']);
  expect(app.fleet.get('raw')?.warnings.map(({ message }) => message)).toEqual([
    expect.stringContaining('odd number of bytes'),
  ]);
  expect(log().split('odd number of bytes')).toHaveLength(2);
});

it('a realtime device is heard in raw messages of an odd number of bytes', async () => {
  const { time, send, all } = await dialled({ audio_format: 'pcm16' });
  const samples = Int16Array.from({ length: QUESTION.samples.length * 1.5 }, (_, index) => {
    const at = index / 1.5;
    const [before = 0, after = 0] = [QUESTION.samples[Math.floor(at)], QUESTION.samples[Math.ceil(at)]];
    return before + (after - before) * (at % 1);
  });
  const all24k = Buffer.concat([bytesOf(samples), SILENCE, SILENCE, SILENCE]);
  await send(all24k, [961, 959, 963], (part) => appendMessage(part));
  await time.until(() => expect(all('turn.heard').map(({ text }) => text)).toEqual([QUESTION.text]));
  expect(all('device.warning').map(({ code }) => code)).toEqual(['odd_bytes']);
});

it.each([
  ['8 kHz', 320, 'wrong_rate', /arrives at 8,000 Hz/],
  ['24 kHz', 960, 'wrong_rate', /arrives at 24,000 Hz/],
  ['48 kHz', 1_920, 'wrong_rate', /arrives at 48,000 Hz/],
  ['big-endian', 640, 'big_endian', /wrong order/],
])('what a pcm device should change is said in its status and log: %s', async (_, length, code, message) => {
  const { send, all, app } = await dialled({ protocol: 'pcm' });
  const speech = bytesOf(QUESTION.samples);
  if (code === 'big_endian') Buffer.from(speech.buffer).swap16();
  const seconds8 = Buffer.concat(Array<Uint8Array>(Math.ceil((400 * length) / speech.length)).fill(speech));
  await send(seconds8.subarray(0, 400 * length), [length]);
  expect(all('device.warning')).toEqual([expect.objectContaining({ code, message: expect.stringMatching(message) })]);
  expect(app.fleet.get('raw')?.warnings).toEqual([expect.objectContaining({ code })]);
});
