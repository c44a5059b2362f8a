import { describe, expect, it } from 'vitest';
import { OggOpusWriter } from '#src/audio/ogg/ogg-writer';
import { loadOpusCodec } from '#src/audio/opus/opus-codec';
import { demoSample } from './support/audio/demo-samples.ts';
import { startBackend } from './support/backend.ts';
import { xiaozhiDevice } from './support/devices/xiaozhi-device.ts';
import { VirtualTime } from './support/time/virtual-time.ts';

const QUESTION = demoSample('01.wav');
const FRAME = 960;

/** A recording as the stackchan gateway packs it: packets of 60 ms in Ogg. */
async function recording(samples: Int16Array): Promise<Buffer> {
  const codec = await loadOpusCodec();
  const encoder = await codec.createEncoder({ sampleRate: 16_000, frameMs: 60, application: 'voip' });
  const writer = new OggOpusWriter();
  const pages = [writer.headerPages()];
  for (let at = 0; at < samples.length; at += FRAME) {
    const frame = new Int16Array(FRAME);
    frame.set(samples.subarray(at, at + FRAME));
    pages.push(writer.page(encoder.encode(frame), 2_880));
  }
  encoder.free();
  return Buffer.concat(pages);
}

/** A connected robot, and what uploads its recordings. */
async function robot(more: Readonly<Record<string, unknown>> = {}) {
  const time = new VirtualTime();
  const backend = await startBackend([], {
    time,
    env: { LISTEN_PORT: '0', LISTEN_HOST: '127.0.0.1' },
    more: [
      {
        name: 'toy',
        protocol: 'xiaozhi',
        direction: 'accept',
        id: '02:00:00:00:00:01',
        persistent: true,
        greeting: false,
        long_silence: false,
        idle_timeout: false,
        ...more,
      },
    ],
  });
  const device = xiaozhiDevice(backend.app.listenPort, { clock: time.clock, kind: 'stackchan' });
  await time.during(device.connect());
  await time.until(() => device.vision !== undefined);
  const upload = async (body: Uint8Array | ReadableStream, token = device.vision?.token) => {
    const response = await fetch(`http://127.0.0.1:${backend.app.listenPort}/audio`, {
      method: 'POST',
      body,
      duplex: 'half',
      headers: { 'Content-Type': 'audio/ogg', ...(token === '' ? {} : { Authorization: `Bearer ${token}` }) },
    } as RequestInit);
    return { status: response.status, body: (await response.json()) as Readonly<Record<string, unknown>> };
  };
  return { ...backend, time, device, upload };
}

describe('a recording that a device uploads', () => {
  it.each(['always', 'push_to_talk', 'wake_word'])(
    'is a turn of its conversation: activation %s',
    async (activation) => {
      const { all, time, device, upload } = await robot({
        activation,
        ...(activation === 'wake_word' ? { wake_words: ['jarvis'] } : {}),
      });
      const answer = await time.during(upload(await recording(QUESTION.samples)));
      expect(answer).toEqual({ status: 200, body: { text: QUESTION.text, turn: 1, duration_ms: expect.any(Number) } });
      await time.until(() => all('turn.ended').length === 1);
      expect(all('turn.ended')[0]).toMatchObject({ outcome: 'answered', heard: QUESTION.text, kind: 'user' });
      expect(device.of('stt')).toMatchObject([{ text: QUESTION.text }]);
      expect(device.soundMs).toBeGreaterThan(500);
      expect(device.problems).toEqual([]);
    },
  );

  it('interrupts an answer; two at once are one too many', async () => {
    const { all, time, device, upload } = await robot();
    const body = await recording(QUESTION.samples);
    await time.during(upload(body));
    await time.until(() => device.soundMs > 200);
    const both = await time.during(Promise.all([upload(body), upload(body)]));
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    await time.until(() => all('turn.ended').length === 2);
    expect(all('turn.ended').map(({ outcome }) => outcome)).toEqual(['interrupted', 'answered']);
  });

  it('without words is told so', async () => {
    const { time, upload } = await robot();
    const silence = await time.during(upload(await recording(new Int16Array(16_000))));
    expect(silence).toMatchObject({ status: 200, body: { text: '' } });
    const again = await time.during(upload(await recording(QUESTION.samples)));
    expect(again).toMatchObject({ status: 200, body: { text: QUESTION.text } });
  });

  it('that is wrong is refused, and the next one is heard', async () => {
    const { app, all, time, device, upload } = await robot();
    const good = await recording(QUESTION.samples);
    const stereo = Buffer.from(good);
    stereo[28 + 9] = 2;
    const vorbis = Buffer.from(good);
    vorbis.set(Buffer.from('\x01vorbis\0', 'latin1'), 28);
    const endless = () =>
      new ReadableStream<Uint8Array>({ pull: (controller) => controller.enqueue(new Uint8Array(65_536)) });
    const refused = [
      await upload(good, ''),
      await upload(good, 'other'),
      await upload(endless(), ''),
      await upload(endless()),
      await upload(Buffer.alloc(2 * 1024 * 1024)),
      await upload(Buffer.alloc(0)),
      await upload(Buffer.from('RIFF')),
      await upload(vorbis),
      await upload(stereo),
      await upload(good.subarray(0, -10)),
      await upload(await recording(new Int16Array(31 * 16_000))),
    ];
    expect(refused.map(({ status }) => status)).toEqual([401, 401, 401, 413, 413, 415, 415, 415, 415, 400, 413]);
    for (const { body } of refused) expect(body.error ?? body.detail).toEqual(expect.any(String));
    const get = await fetch(`http://127.0.0.1:${app.listenPort}/audio`, {
      headers: { Authorization: `Bearer ${device.vision?.token}` },
    });
    expect(get.status).toBe(404);
    expect(all('turn.started')).toEqual([]);
    expect((await time.during(upload(good))).body).toMatchObject({ text: QUESTION.text });
    const { token } = device.vision ?? {};
    device.off();
    await time.until(() => app.fleet.get('toy')?.state === 'waiting');
    expect((await upload(good, token)).status).toBe(401);
  });

  it('whose device goes while it is recognised ends with it', async () => {
    const { all, time, device, upload } = await robot();
    const pending = upload(await recording(QUESTION.samples));
    await time.until(() => all('turn.started').length === 1);
    device.off();
    expect(await time.during(pending)).toMatchObject({ status: 503, body: { error: expect.any(String) } });
  });
});
