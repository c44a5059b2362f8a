import { expect, it } from 'vitest';
import { OggOpusWriter } from '#src/audio/ogg/ogg-writer';
import { loadOpusCodec } from '#src/audio/opus/opus-codec';
import { demoSample } from './support/audio/demo-samples.ts';
import { startBackend } from './support/backend.ts';
import { appendMessage, RawDevice, rawEntry } from './support/devices/raw-device.ts';
import { VirtualTime } from './support/time/virtual-time.ts';

const SPEECH = demoSample('01.wav').samples;
const FRAME_MS = 20;
const FRAME = 16 * FRAME_MS;

/** 10 s of speech in messages of 20 ms. */
async function messages(protocol: string): Promise<(string | Uint8Array)[]> {
  const frames = Array.from({ length: 500 }, (_, index) => {
    const at = (index * FRAME) % (SPEECH.length - FRAME);
    return SPEECH.slice(at, at + FRAME);
  });
  if (protocol === 'pcm') return frames.map((frame) => new Uint8Array(frame.buffer));
  const encoder = await (await loadOpusCodec()).createEncoder({ sampleRate: 16_000, frameMs: FRAME_MS });
  const writer = new OggOpusWriter();
  const pages = frames.map((frame) => appendMessage(writer.page(encoder.encode(frame), FRAME_MS * 48)));
  encoder.free();
  return pages;
}

it.each(['realtime', 'pcm'])('two backends on one device learn it, both, once (%s)', async (protocol) => {
  const time = new VirtualTime();
  const device = await RawDevice.start();
  const entry = rawEntry(device, { protocol });
  const first = await startBackend([], { time, more: [entry] });
  await time.until(() => expect(first.app.fleet.get('raw')?.state).toBe('ready'));
  const all = await messages(protocol);
  // Alone it gets all of it.
  for (const message of all) {
    device.send(message);
    await time.pass(FRAME_MS);
  }
  expect(first.all('device.warning')).toEqual([]);
  const second = await startBackend([], { time, more: [entry] });
  await time.until(() => expect(second.app.fleet.get('raw')?.state).toBe('ready'));
  const sockets = [...device.sockets];
  expect(sockets).toHaveLength(2);
  for (const [index, message] of all.entries()) {
    sockets[index % 2]?.send(message);
    await time.pass(FRAME_MS);
  }
  for (const { all, app, log } of [first, second]) {
    expect(all('device.warning').map(({ code }) => code)).toEqual(['shared_device']);
    expect(app.fleet.get('raw')?.warnings.map(({ code }) => code)).toEqual(['shared_device']);
    expect(log().split('another backend')).toHaveLength(2);
    const metrics = await (await fetch(`${app.url}/metrics`)).text();
    expect(metrics).toMatch(/^dialtone_device_warnings_total\{code="shared_device"\} 1$/m);
  }
});
