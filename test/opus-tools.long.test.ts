import { beforeAll, describe, expect, it } from 'vitest';
import { concatSamples, rms } from '#src/audio/pcm';
import { createResampler } from '#src/audio/resample';
import { loadSpeech } from '../device-sim/mic/speech.ts';
import { demoSample } from './support/audio/demo-samples.ts';
import { oggPages, opusPacketMs, opusPackets } from './support/audio/ogg-pages.ts';
import { hasOpusTools, opusdec, opusenc } from './support/audio/opus-tools.ts';
import { startBackend } from './support/backend.ts';
import { appendMessage, RawDevice, rawEntry } from './support/devices/raw-device.ts';
import { openWire } from './support/devices/wire.ts';
import { dice } from './support/time/dice.ts';
import { VirtualTime } from './support/time/virtual-time.ts';

const RATE = 24_000;
const HEARING = 16;

/** Speech, and noise that takes all the bits that an encoder may spend. 24 kHz. */
let speech: Int16Array;
const random = dice();
const noise = Int16Array.from({ length: RATE }, () => (2 * random() - 1) * 12_000);

beforeAll(async () => {
  const { samples, sampleRate } = await loadSpeech(demoSample('01.wav'));
  const resampler = await createResampler(sampleRate, RATE);
  speech = concatSamples([resampler.process(samples), resampler.flush()]);
  resampler.free();
});

/** Cuts a stream where its pages begin. */
function byPage(stream: Buffer): Buffer[] {
  const starts: number[] = [];
  for (let at = stream.indexOf('OggS'); at >= 0; at = stream.indexOf('OggS', at + 4)) starts.push(at);
  return starts.map((start, index) => stream.subarray(start, starts[index + 1]));
}

function byBytes(stream: Buffer, size: number): Buffer[] {
  return Array.from({ length: Math.ceil(stream.length / size) }, (_, index) =>
    stream.subarray(index * size, (index + 1) * size),
  );
}

/** How alike two stretches of sound are: 1 the same, 0 nothing in common. */
function likeness(a: Int16Array, b: Int16Array): number {
  let product = 0;
  for (let index = 0; index < Math.min(a.length, b.length); index++) product += (a[index] ?? 0) * (b[index] ?? 0);
  return product / (Math.sqrt(a.length * b.length) * rms(a) * rms(b) * 32_768 ** 2);
}

const BITRATES = [6, 24, 64, 96, 160, 256] as const;
const FRAMES_MS = [2.5, 5, 10, 20, 40, 60] as const;
const MODES = ['--vbr', '--cvbr', '--hard-cbr'] as const;

const present = hasOpusTools('streams of opusenc heard by us, and ours by opusdec');

describe.skipIf(!present)('streams of opusenc', () => {
  /** Sends the stream from a real device, and checks that every packet of it was heard. */
  async function heardWhole(stream: Buffer, messages = byPage(stream)): Promise<Int16Array> {
    const { device, listener } = await openWire({ protocol: 'realtime' });
    for (const message of messages) device.send(appendMessage(message));
    const packets = opusPackets(oggPages(Buffer.concat(messages)));
    const expected = packets.reduce((sum, packet) => sum + opusPacketMs(packet) * HEARING, 0);
    await expect.poll(() => listener.sampleCount + listener.drops.length).toBeGreaterThanOrEqual(expected);
    expect(listener.drops).toEqual([]);
    expect(listener.sampleCount).toBe(expected);
    return listener.samples;
  }

  it.each(FRAMES_MS.flatMap((frameMs) => BITRATES.map((bitrate) => ({ frameMs, bitrate }))))(
    'with packets of $frameMs ms at $bitrate kbit/s are heard whole, however their rate varies',
    async ({ frameMs, bitrate }) => {
      for (const mode of MODES) {
        const options = ['--bitrate', String(bitrate), '--framesize', String(frameMs), mode];
        await heardWhole(opusenc(noise, RATE, options));
      }
    },
  );

  it('hold packets of more than 1,275 bytes, that are heard as well', async () => {
    const stream = opusenc(noise, RATE, ['--bitrate', '256', '--framesize', '60', '--hard-cbr']);
    const sizes = opusPackets(oggPages(stream)).map(({ length }) => length);
    expect(sizes.filter((size) => size > 1_900).length).toBeGreaterThan(10);
    await heardWhole(stream);
  });

  it('of speech are heard as the speech that they are: --bitrate 96 --framesize 60', async () => {
    const stream = opusenc(speech, RATE, ['--bitrate', '96', '--framesize', '60']);
    const heard = await heardWhole(stream);
    const resampler = await createResampler(RATE, 16_000);
    const said = concatSamples([resampler.process(speech), resampler.flush()]);
    resampler.free();
    // The encoder's delay of 6.5 ms is heard before it.
    expect(likeness(said, heard.subarray(6.5 * HEARING, 6.5 * HEARING + said.length))).toBeGreaterThan(0.95);
  });

  it('of two channels, of all containers and tunings, cut into messages anywhere', async () => {
    const stereo = ['--raw-chan', '2', '--bitrate', '192', '--framesize', '60', '--hard-cbr'];
    await heardWhole(opusenc(noise, RATE, stereo));
    await heardWhole(opusenc(noise, RATE, ['--max-delay', '0', '--framesize', '40']));
    await heardWhole(opusenc(noise, 48_000, ['--music', '--comp', '0', '--expect-loss', '20']));
    const stream = opusenc(noise, RATE, ['--speech', '--bitrate', '96', '--framesize', '60']);
    for (const size of [100, 1_000, 4_096, 20_000]) await heardWhole(stream, byBytes(stream, size));
    // One stream behind another, as when the device begins anew.
    const twice = [...byPage(stream), ...byPage(stream)];
    await heardWhole(stream, twice);
  });
});

describe.skipIf(!present)('a question of opusenc', () => {
  it.each([
    { why: 'a page each packet', options: ['--max-delay', '0'] },
    { why: 'a page a second', options: [] },
  ])('is understood, with $why', async ({ options }) => {
    const time = new VirtualTime();
    const device = await RawDevice.start();
    const { all } = await startBackend([], { time, more: [rawEntry(device)] });
    await time.until(() => device.connections > 0);
    const { samples, sampleRate } = demoSample('01.wav');
    const padded = concatSamples([new Int16Array(sampleRate / 2), samples, new Int16Array(3 * sampleRate)]);
    const stream = opusenc(padded, sampleRate, ['--bitrate', '96', '--framesize', '60', ...options]);
    for (const page of byPage(stream)) {
      await time.pass(opusPackets(oggPages(page)).reduce((sum, packet) => sum + opusPacketMs(packet), 0));
      device.send(appendMessage(page));
    }
    await time.until(() => expect(all('turn.heard')[0]?.text).toBe('what time is it'));
    expect(all('device.dropped')).toEqual([]);
  });
});

describe.skipIf(!present)('what opusdec makes of our streams', () => {
  /** A whole number of frames of 80 ms of speech, then silence as behind every answer. */
  const answer = () => {
    const samples = new Int16Array(Math.ceil(speech.length / 1_920) * 1_920 + 1_920);
    samples.set(speech);
    return samples;
  };

  /** What a device was sent of some answers, one after the other. */
  async function sentOf(answers: readonly Int16Array[], codec: 'libopus-wasm' | 'opusscript'): Promise<Buffer> {
    const { device, session } = await openWire({ protocol: 'realtime' }, codec);
    const { frameMs, sampleRate } = session.playback;
    const size = (frameMs * sampleRate) / 1_000;
    for (const samples of answers) {
      await session.prepareToPlay();
      for (let at = 0; at < samples.length; at += size) session.play(samples.subarray(at, at + size));
      session.send({ type: 'reply_done' });
    }
    const frames = answers.reduce((sum, samples) => sum + samples.length / size, 0);
    await expect.poll(() => device.deltas().length).toBe(frames);
    return Buffer.concat(device.deltas());
  }

  it.each(['libopus-wasm', 'opusscript'] as const)(
    'is every answer from its first sample to its last (%s)',
    async (codec) => {
      const one = answer();
      const played = opusdec(await sentOf([one, one], codec), RATE);
      // What it skips is the encoder's delay, so that the sound begins at its beginning.
      expect(2 * one.length - played.length).toBe((RATE * 6.5) / 1_000);
      for (const start of [0, one.length]) {
        expect(likeness(speech, played.subarray(start, start + speech.length))).toBeGreaterThan(0.95);
        // The first 80 ms, which an announced delay of 80 ms would have cost, and the last.
        const first = speech.findIndex((sample) => Math.abs(sample) > 500);
        const last = speech.findLastIndex((sample) => Math.abs(sample) > 500);
        for (const at of [first, last - 1_920]) {
          const part = played.subarray(start + at, start + at + 1_920);
          expect(likeness(speech.subarray(at, at + 1_920), part)).toBeGreaterThan(0.8);
        }
      }
    },
  );
});
