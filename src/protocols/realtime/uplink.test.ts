import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { FakeListener } from '../../../test/support/devices/fake-link.ts';
import { OggOpusWriter } from '../../audio/ogg/ogg-writer.ts';
import type { OpusCodec, OpusDecoder } from '../../audio/opus/opus.ts';
import { loadOpusCodec } from '../../audio/opus/opus-codec.ts';
import { int16ToPcmBytes, rms, tone } from '../../audio/pcm.ts';
import { createResampler } from '../../audio/resample.ts';
import { Uplink } from './uplink.ts';

const RATE = 24_000;
const FRAME = 960;
const NONE = new Uint8Array(0);

let codec: OpusCodec;
/** A second of a tone in 25 Opus packets of 40 ms. */
let packets: Uint8Array[];

beforeAll(async () => {
  codec = await loadOpusCodec();
  const encoder = await codec.createEncoder({ sampleRate: RATE, frameMs: 40 });
  const samples = tone({ hz: 440, ms: 1000, sampleRate: RATE, amplitude: 0.5 });
  packets = Array.from({ length: 25 }, (_, index) =>
    encoder.encode(samples.subarray(index * FRAME, (index + 1) * FRAME)),
  );
  encoder.free();
});

async function open(format: 'auto' | 'ogg-opus' | 'pcm16' | 'pcmf32', decoder?: OpusDecoder) {
  const listener = new FakeListener();
  const uplink = new Uplink(
    format,
    decoder ?? (await codec.createDecoder({ sampleRate: 16_000 })),
    await createResampler(RATE, 16_000),
    listener,
  );
  onTestFinished(() => uplink.close());
  return { uplink, listener, push: (bytes: Uint8Array) => uplink.receive(Buffer.from(bytes).toString('base64')) };
}

/** The tone as Ogg pages, one each, from the middle of a stream: without header pages, beginning at page 78. */
function midStreamPages(): Uint8Array[] {
  const writer = new OggOpusWriter();
  for (let page = 0; page < 78; page++) writer.page(packets[0] ?? NONE, 1920);
  return packets.map((packet) => writer.page(packet, 1920));
}

/** A tone as raw 24 kHz messages of 80 ms. */
function pcmMessages(kind: 'pcm16' | 'pcmf32', count: number): Uint8Array[] {
  const samples = tone({ hz: 440, ms: count * 80, sampleRate: RATE, amplitude: 0.5 });
  return Array.from({ length: count }, (_, index) => {
    const part = samples.slice(index * 1920, (index + 1) * 1920);
    return kind === 'pcm16' ? int16ToPcmBytes(part) : new Uint8Array(Float32Array.from(part, (s) => s / 32_768).buffer);
  });
}

describe('Ogg-Opus', () => {
  it.each(['auto', 'ogg-opus'] as const)(
    'is decoded from the middle of a stream without any header page (%s)',
    async (format) => {
      const { push, listener } = await open(format);
      for (const page of midStreamPages()) {
        expect(page[5]).toBe(0);
        push(page);
      }
      expect(listener.drops).toEqual([]);
      expect(listener.samples.length).toBe(16_000);
      expect(rms(listener.samples.subarray(1_600))).toBeGreaterThan(0.3);
    },
  );

  it('is the same however the pages are cut into messages, and with header pages anywhere', async () => {
    const plain = await open('ogg-opus');
    for (const page of midStreamPages()) plain.push(page);
    const cut = await open('ogg-opus');
    const stream = Buffer.concat(
      midStreamPages().flatMap((page, index) => (index % 7 === 3 ? [new OggOpusWriter().headerPages(), page] : [page])),
    );
    for (let at = 0; at < stream.length; at += 101) cut.push(stream.subarray(at, at + 101));
    expect(cut.listener.samples).toEqual(plain.listener.samples);
    expect(cut.listener.drops).toEqual([]);
  });

  it('counts garbage once a message, and finds the next page', async () => {
    const { push, listener } = await open('ogg-opus');
    const [first = NONE, second = NONE, third = NONE] = midStreamPages();
    push(Buffer.concat([first.subarray(40), second]));
    push(Buffer.from('no Ogg at all'));
    push(third);
    expect(listener.drops).toEqual(['bad_ogg', 'bad_ogg']);
    expect(listener.pieces).toHaveLength(2);
  });

  it('counts packets that are no Opus, and goes on', async () => {
    const { push, listener } = await open('ogg-opus');
    const writer = new OggOpusWriter();
    // Code 3 with no frames: never Opus (RFC 6716, R6).
    push(writer.page(Uint8Array.of(0x03, 0x00), 1920));
    push(writer.page(packets[0] ?? NONE, 1920));
    expect(listener.drops).toEqual(['bad_opus']);
    expect(listener.pieces).toHaveLength(1);
  });

  it('counts a packet that the decoder itself refuses', async () => {
    const refuse = () => {
      throw new Error('no');
    };
    const { push, listener } = await open('ogg-opus', {
      conceal: () => new Int16Array(),
      decode: refuse,
      free: () => undefined,
    });
    push(midStreamPages()[0] ?? NONE);
    expect(listener.drops).toEqual(['bad_opus']);
  });
});

describe('another backend on the same device', () => {
  /** What is told of a stream of which one page of so many arrives. */
  const toldOf = async (arrives: (page: number) => boolean) => {
    const { push, listener } = await open('auto');
    const writer = new OggOpusWriter();
    const pages = Array.from({ length: 300 }, (_, index) => writer.page(packets[index % 25] ?? NONE, 1920));
    for (const [index, page] of pages.entries()) if (arrives(index)) push(page);
    return listener.events;
  };

  it('that gets every second page is told, once', async () => {
    expect(await toldOf((page) => page % 2 === 1)).toEqual([
      { type: 'warning', code: 'shared_device', message: expect.stringContaining('another backend') },
    ]);
  });

  it('is not told of for a page that is missing now and then', async () => {
    expect(await toldOf((page) => page % 20 !== 7)).toEqual([]);
  });
});

describe('an encoder that sends nothing in silence', () => {
  /** Pages of the tone; before page `index` the stream's time goes on by so many milliseconds. */
  const pagesWithGaps = (gaps: Readonly<Record<number, number>>): Uint8Array[] => {
    const writer = new OggOpusWriter();
    return packets.map((packet, index) => writer.page(packet, 1920 + (gaps[index] ?? 0) * 48));
  };

  it('is heard as silent, in 20 ms pieces, before the next packet', async () => {
    const { push, listener } = await open('ogg-opus');
    for (const page of pagesWithGaps({ 10: 400, 15: 50, 20: 10_000 })) push(page);
    expect(listener.drops).toEqual([]);
    const expected = [Array(10).fill(640), Array(20).fill(320), Array(10).fill(640), Array(150).fill(320)];
    expect(listener.pieces.map((piece) => piece.length)).toEqual([...expected.flat(), ...Array(5).fill(640)]);
    for (const piece of listener.pieces.slice(10, 30)) expect(rms(piece)).toBe(0);
    expect(rms(listener.samples.subarray(1_600, 6_400))).toBeGreaterThan(0.3);
  });

  it('is not looked for where pages were lost, nor after garbage, nor on a new connection', async () => {
    const gaps = { 10: 400, 20: 400 };
    const first = await open('ogg-opus');
    for (const [index, page] of pagesWithGaps(gaps).entries()) {
      if (index === 20) first.push(Buffer.from('no Ogg'));
      if (index !== 9) first.push(page);
    }
    const second = await open('ogg-opus');
    for (const page of pagesWithGaps(gaps).slice(20)) second.push(page);
    expect([...first.listener.pieces, ...second.listener.pieces].filter(({ length }) => length !== 640)).toEqual([]);
  });
});

describe('auto', () => {
  it('knows Ogg at the first page', async () => {
    const { uplink, push } = await open('auto');
    expect(uplink.format).toBeUndefined();
    push(midStreamPages()[0] ?? NONE);
    expect(uplink.format).toBe('ogg-opus');
  });

  it.each(['pcm16', 'pcmf32'] as const)(
    'believes %s after five messages that look like it, and hears those, too',
    async (kind) => {
      const { uplink, push, listener } = await open('auto');
      const messages = pcmMessages(kind, 30);
      for (const message of messages.slice(0, 4)) push(message);
      expect(uplink.format).toBeUndefined();
      expect(listener.pieces).toEqual([]);
      for (const message of messages.slice(4)) push(message);
      expect(uplink.format).toBe(kind);
      expect(listener.drops).toEqual([]);
      // 30 messages of 80 ms; the resampler keeps its last 2 ms.
      expect(listener.samples.length / 16).toBeGreaterThan(30 * 80 - 5);
      expect(rms(listener.samples)).toBeCloseTo(0.5 / Math.SQRT2, 1);
    },
  );

  it('leaves silence undecided and uncounted', async () => {
    const { uplink, push, listener } = await open('auto');
    for (let message = 0; message < 50; message++) push(new Uint8Array(7_680));
    expect(uplink.format).toBeUndefined();
    expect(listener.drops).toEqual([]);
    for (const message of pcmMessages('pcmf32', 5)) push(message);
    expect(uplink.format).toBe('pcmf32');
  });

  it('does not take messages that contradict each other for evidence', async () => {
    const { uplink, push } = await open('auto');
    const [a, b] = [pcmMessages('pcm16', 20), pcmMessages('pcmf32', 20)];
    for (let index = 0; index < 20; index++) push((index % 4 === 3 ? b[index] : a[index]) ?? NONE);
    expect(uplink.format).toBeUndefined();
  });

  it('does not judge by messages that are too short', async () => {
    const { uplink, push } = await open('auto');
    for (let message = 0; message < 50; message++) push(randomBytes(255));
    expect(uplink.format).toBeUndefined();
  });

  it('comes back to Ogg whatever came first, and stays with it', async () => {
    const { uplink, push, listener } = await open('auto');
    for (let message = 0; message < 20; message++) push(randomBytes(1_000));
    const before = listener.pieces.length;
    for (const page of midStreamPages()) push(page);
    expect(uplink.format).toBe('ogg-opus');
    expect(listener.pieces.length - before).toBe(25);
    for (const message of pcmMessages('pcm16', 20)) push(message);
    expect(uplink.format).toBe('ogg-opus');
  });
});

describe('a format that was chosen', () => {
  it.each(['pcm16', 'pcmf32'] as const)('%s is heard from the first message, and never taken for Ogg', async (kind) => {
    const { uplink, push, listener } = await open(kind);
    push(Buffer.from('OggS\0\0\0\0'));
    push(pcmMessages(kind, 1)[0] ?? NONE);
    expect(uplink.format).toBe(kind);
    expect(listener.pieces).toHaveLength(2);
    expect(listener.drops).toEqual([]);
  });

  it.each(['pcm16', 'pcmf32'] as const)('is the same however its bytes are cut into messages (%s)', async (kind) => {
    const plain = await open(kind);
    const cut = await open(kind);
    const all = Buffer.concat(pcmMessages(kind, 5));
    plain.push(all);
    for (const [from, to] of [
      [0, 1],
      [1, 4],
      [4, 645],
      [645, 1_288],
      [1_288, all.length],
    ])
      cut.push(all.subarray(from, to));
    expect(cut.listener.sampleCount).toBe(plain.listener.sampleCount);
    expect(cut.listener.samples).toEqual(plain.listener.samples);
    expect(plain.listener.events).toEqual([]);
    expect(cut.listener.events).toEqual([expect.objectContaining({ type: 'warning', code: 'odd_bytes' })]);
  });

  it.each(['pcm16', 'pcmf32'] as const)('counts bytes that belong to no sample (%s)', async (kind) => {
    const { uplink, push, listener } = await open(kind);
    push(new Uint8Array(3));
    uplink.missed();
    push(pcmMessages(kind, 1)[0] ?? NONE);
    expect(listener.drops).toEqual(['bad_pcm']);
    expect(rms(listener.samples.subarray(160))).toBeGreaterThan(0.3);
  });

  it('plays float32 that is too loud, infinite or no number as what a loudspeaker can play', async () => {
    const { push, listener } = await open('pcmf32');
    const wild = Float32Array.from(
      { length: 1_920 },
      (_, index) => [Infinity, -Infinity, Number.NaN, 1e30][index % 4] ?? 0,
    );
    push(new Uint8Array(wild.buffer));
    expect(listener.drops).toEqual([]);
    expect(listener.samples.length).toBeGreaterThan(1_200);
  });
});

it('counts an audio field that is no text or no base64, ignores an empty one, and never throws', async () => {
  const { uplink, listener } = await open('auto');
  for (const audio of [undefined, null, 7, {}, [], true]) uplink.receive(audio);
  expect(listener.drops).toEqual(Array(6).fill('unexpected'));
  for (const audio of ['%%%', 'A', 'AAA AAA']) uplink.receive(audio);
  expect(listener.drops.slice(6)).toEqual(Array(3).fill('bad_base64'));
  uplink.receive('');
  expect(listener.events).toHaveLength(9);
});
