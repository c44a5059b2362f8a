import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OggOpusWriter } from '#src/audio/ogg/ogg-writer';
import { loadOpusCodec } from '#src/audio/opus/opus-codec';
import { rms, tone } from '#src/audio/pcm';
import { VirtualTime } from '../../../test/support/time/virtual-time.ts';
import { type SimDevice, type SimDeviceOptions, startSimDevice } from '../../device/sim-device.ts';
import { loadSpeech } from '../../mic/speech.ts';
import { decodeOgg, RawBackend, until } from '../../testing/raw-backend.ts';
import { OggRules } from './ogg-rules.ts';

const QUESTION = new URL('../../../assets/asr-demo-model/samples/01.wav', import.meta.url);

let time: VirtualTime;
let device: SimDevice;
const start = async (options: SimDeviceOptions = {}): Promise<SimDevice> => {
  device = await startSimDevice({ clock: time.clock, ...options });
  return device;
};
beforeEach(() => {
  time = new VirtualTime();
});
afterEach(() => device.stop());

/** Ogg-Opus messages of 80 ms with a tone in them. */
async function toneMessages(count: number): Promise<string[]> {
  const encoder = await (await loadOpusCodec()).createEncoder({ sampleRate: 24_000, frameMs: 40 });
  const writer = new OggOpusWriter();
  const sound = tone({ hz: 440, ms: count * 80, sampleRate: 24_000, amplitude: 0.5 });
  const messages: string[] = [];
  for (let message = 0; message < count; message++) {
    const pages: Uint8Array[] = message === 0 ? [writer.headerPages()] : [];
    for (let frame = 0; frame < 2; frame++) {
      const at = (message * 2 + frame) * encoder.frameSamples;
      pages.push(writer.page(encoder.encode(sound.subarray(at, at + encoder.frameSamples)), 1920));
    }
    messages.push(Buffer.concat(pages).toString('base64'));
  }
  encoder.free();
  return messages;
}

describe('handshake of a realtime device', () => {
  it('negotiates realtime without compression, on any path, and writes down what it was asked', async () => {
    await start();
    const backend = await RawBackend.dial(`ws://127.0.0.1:${device.port}/any/path?x=1`);
    expect(backend.socket.protocol).toBe('realtime');
    expect(backend.socket.extensions).toBe('');
    expect(device.handshakes).toMatchObject([
      { connection: 1, path: '/any/path?x=1', offeredSubprotocols: ['realtime'], subprotocol: 'realtime' },
    ]);
    expect(device.handshakes[0]?.headers.host).toBe(`127.0.0.1:${device.port}`);
    await backend.close();
  });

  it('accepts a backend that offers nothing', async () => {
    await start();
    const backend = await RawBackend.dial(device.url, []);
    expect(backend.socket.protocol).toBe('');
    expect(device.openSockets).toBe(1);
    await backend.close();
    await time.until(() => device.openSockets === 0);
    expect(device.connections).toBe(1);
  });

  it('refuses with a status and headers until told otherwise', async () => {
    await start();
    device.refuse(503, { 'Retry-After': '7' });
    await expect(RawBackend.dial(device.url)).rejects.toThrow('503');
    device.accept();
    await (await RawBackend.dial(device.url)).close();
  });
});

describe('microphone of a realtime device', () => {
  it('sends silence from the first moment, in real time, as a whole Ogg stream', async () => {
    await start();
    const backend = await RawBackend.dial(device.url);
    const began = time.clock.now();
    await time.until(() => backend.texts.length >= 10);
    const tookMs = time.clock.now() - began;
    expect(tookMs).toBeGreaterThan(700);
    await backend.close();
    expect(Object.keys(JSON.parse(backend.texts[0] ?? ''))).toEqual(['type', 'audio']);
    const messages = backend.appended();
    const rules = new OggRules();
    expect(messages.flatMap((message) => rules.check(message))).toEqual([]);
    const heard = await decodeOgg(messages);
    expect(heard.length).toBe(messages.length * 1280);
    expect(rms(heard)).toBeLessThan(0.002);
  });

  it('says a WAV file so that it can be decoded to the same speech', async () => {
    await start({ microphone: 'nothing' });
    const speech = await loadSpeech({ wav: QUESTION });
    const backend = await RawBackend.dial(device.url);
    const said = await time.during(device.say(speech));
    await time.until(() => backend.texts.length * 80 >= said.durationMs);
    const heard = await decodeOgg(backend.appended());
    const heardMs = heard.length / 16;
    expect(heardMs).toBeGreaterThanOrEqual(said.durationMs);
    expect(heardMs).toBeLessThan(said.durationMs + 80);
    expect(rms(heard) / rms(speech.samples)).toBeGreaterThan(0.8);
    expect(rms(heard) / rms(speech.samples)).toBeLessThan(1.2);
    const tookMs = said.endedAt - said.startedAt;
    expect(tookMs).toBeGreaterThan(said.durationMs - 1);
    await backend.close();
  });

  it('goes on mid-stream, without headers, on a second connection', async () => {
    await start();
    const first = await RawBackend.dial(device.url);
    await time.until(() => first.texts.length >= 3);
    await first.close();
    const second = await RawBackend.dial(device.url);
    await time.until(() => second.texts.length >= 3);
    await second.close();
    const pagesBefore = 2 + first.texts.length * 2;
    const page = second.appended()[0];
    expect(page?.subarray(0, 4).toString()).toBe('OggS');
    expect(page?.[5]).toBe(0);
    expect(page?.readUInt32LE(18)).toBeGreaterThanOrEqual(pagesBefore);
    expect(page?.readUInt32LE(18)).toBeLessThan(pagesBefore + 5);
    expect((await decodeOgg(second.appended())).length).toBe(second.texts.length * 1280);
  });

  it('starts anew on every connection when its codec belongs to the connection', async () => {
    await start({ codecPerProcess: false });
    for (let round = 0; round < 2; round++) {
      const backend = await RawBackend.dial(device.url);
      await time.until(() => backend.texts.length >= 1);
      expect(new OggRules().check(backend.appended()[0] ?? Buffer.alloc(1))).toEqual([]);
      await backend.close();
    }
  });

  it.each([
    ['pcm16', 3840, 2],
    ['pcmf32', 7680, 4],
  ] as const)('sends %s in the same field', async (audioFormat, bytes, width) => {
    await start({ audioFormat });
    const backend = await RawBackend.dial(device.url);
    await time.during(
      device.say({
        name: 'tone',
        sampleRate: 24_000,
        samples: tone({ hz: 440, ms: 160, sampleRate: 24_000, amplitude: 0.5 }),
      }),
    );
    await time.until(() => backend.texts.length >= 3);
    await backend.close();
    const messages = backend.appended();
    expect(new Set(messages.map((message) => message.length))).toEqual(new Set([bytes]));
    const all = Buffer.concat(messages);
    let peak = 0;
    for (let at = 0; at < all.length; at += width) {
      peak = Math.max(peak, width === 2 ? all.readInt16LE(at) / 32768 : all.readFloatLE(at));
    }
    expect(peak).toBeGreaterThan(0.48);
    expect(peak).toBeLessThan(0.52);
  });

  it('is silent without audio', async () => {
    await start({ noAudio: true });
    const backend = await RawBackend.dial(device.url);
    await expect(device.say({ wav: QUESTION })).rejects.toMatchObject({ code: 'unsupported' });
    await time.pass(200);
    expect(backend.texts).toEqual([]);
    await backend.close();
  });
});

describe('loudspeaker of a realtime device', () => {
  it('puts an answer together and says how far its audio ran ahead', async () => {
    await start();
    const messages = await toneMessages(6);
    const backend = await RawBackend.dial(device.url);
    const awaited = device.waitForReply();
    backend.event('session.update', { session: { voice: 'Gertrude' } });
    for (const delta of ['what', 'time']) {
      backend.event('conversation.item.input_audio_transcription.delta', { delta, start_time: 0 });
    }
    backend.event('response.created', { response: { chat_history: [] } });
    for (const delta of [' It is', ' late.']) backend.event('unmute.response.text.delta.ready', { delta });
    for (const [index, delta] of messages.entries()) {
      if (index === 3) {
        // Time stands still while they arrive.
        await until(() => device.speaker.aheadMs === 240);
        time.clock.advance(40);
      }
      backend.event('response.audio.delta', { delta });
    }
    backend.event('response.text.delta', { delta: 'It' });
    backend.event('response.text.done', { text: 'It is late.' });
    backend.event('response.audio.done');
    const reply = await awaited;
    expect(reply).toMatchObject({
      transcript: 'what time',
      replyText: 'It is late.',
      spokenText: 'It',
      audioMs: 480,
      sampleRate: 24_000,
      interrupted: false,
      errors: [],
    });
    expect(reply.samples.length).toBe(6 * 1920);
    expect(rms(reply.samples)).toBeGreaterThan(0.25);
    // What had not sounded of the first three messages, and the three behind the pause.
    expect(reply.maxAheadMs).toBe(200 + 240);
    expect(reply.events.at(-1)).toBe('response.audio.done');
    expect(device.session).toEqual({ voice: 'Gertrude' });
    expect(device.violations).toEqual([]);
    await time.during(device.speaker.idle());
    expect(device.speaker.playedMs).toBe(480);
    await backend.close();
  });

  it('counts without decoding when it has no audio', async () => {
    await start({ noAudio: true });
    const messages = await toneMessages(3);
    const backend = await RawBackend.dial(device.url);
    backend.event('session.update');
    backend.event('response.created');
    for (const delta of messages) backend.event('response.audio.delta', { delta });
    backend.event('response.audio.done');
    const reply = await time.during(device.waitForReply());
    expect([reply.audioMs, reply.samples.length]).toEqual([240, 0]);
    await backend.close();
  });

  it('is emptied by an interruption', async () => {
    await start();
    const messages = await toneMessages(4);
    const backend = await RawBackend.dial(device.url);
    backend.event('session.update');
    backend.event('response.created');
    for (const delta of messages) backend.event('response.audio.delta', { delta });
    backend.event('unmute.interrupted_by_vad');
    backend.event('response.audio.done');
    const reply = await time.during(device.waitForReply());
    expect(reply.interrupted).toBe(true);
    expect(device.speaker.aheadMs).toBe(0);
    expect(device.speaker.flushedMs).toBeGreaterThan(100);
    await backend.close();
  });

  it('notices what a real device would choke on', async () => {
    await start();
    const [good = ''] = await toneMessages(1);
    const backend = await RawBackend.dial(device.url);
    const cut = Buffer.from(good, 'base64').subarray(0, 300).toString('base64');
    backend.event('response.audio.delta', { delta: Buffer.alloc(1920).toString('base64') });
    backend.event('response.created', { response: { chat_history: [{ role: 'system', content: 'x' }] } });
    backend.event('response.audio.delta', { delta: cut });
    backend.event('response.audio.delta', { delta: '!!!!' });
    backend.event('unmute.additional_outputs', { args: {} });
    backend.socket.send('{"type":"response.audio.done","event_id":"1"}');
    await time.during(device.waitForReply());
    const faults = [
      'first message',
      'outside an answer',
      'do not begin with "OggS"',
      'before the last answer was ended',
      'chat history',
      'cut',
      'not base64',
      'debug data',
      'event_id',
    ];
    expect(device.violations).toEqual(faults.map((fault) => expect.stringContaining(fault)));
    await backend.close();
  });

  it('takes any junk without closing, and understands what follows', async () => {
    await start();
    const backend = await RawBackend.dial(device.url);
    for (const junk of ['', 'x', '[]', 'null', '{}', '{"type":7}', '{"type":"response.audio.delta"}']) {
      backend.socket.send(junk);
    }
    backend.socket.send(Buffer.from([0xff, 0xfe, 0]));
    backend.socket.send(
      JSON.stringify({ type: 'response.audio.delta', delta: Buffer.from('OggS junk').toString('base64') }),
    );
    backend.event('something.new');
    const [delta] = await toneMessages(1);
    backend.event('response.audio.delta', { delta });
    backend.event('response.audio.done');
    expect((await time.during(device.waitForReply())).audioMs).toBe(80);
    expect(device.openSockets).toBe(1);
    expect(device.messages.map(({ type }) => type)).toContain('something.new');
    await backend.close();
  });
});
