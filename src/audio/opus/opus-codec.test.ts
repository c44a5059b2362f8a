import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { DialtoneError } from '../../core/errors.ts';
import { OggOpusWriter } from '../ogg/ogg-writer.ts';
import { rms, tone } from '../pcm.ts';
import { createResampler } from '../resample.ts';
import { parseWav } from '../wav.ts';
import type { OpusCodec, OpusDecoder } from './opus.ts';
import { loadOpusCodec } from './opus-codec.ts';
import { checkOpusPacket } from './opus-packet.ts';

const FRAME_24K = 960;
const FRAME_16K = 640;

const recorded = parseWav(
  readFileSync(new URL('../../../assets/asr-demo-model/samples/00.wav', import.meta.url)),
).samples;
const upsampler = await createResampler(16_000, 24_000);
/** Speech at 24 kHz. */
const speech = upsampler.process(recorded);

const codecs = await Promise.all((['libopus-wasm', 'opusscript'] as const).map(loadOpusCodec));
const [standard] = codecs as [OpusCodec, OpusCodec];

/** 40 ms packets of speech, as a device would send them. */
async function encodeSpeech(codec: OpusCodec, count: number): Promise<Uint8Array[]> {
  const encoder = await codec.createEncoder({ sampleRate: 24_000, frameMs: 40 });
  // From 0.4 s on: before that the recording is quiet.
  const packets = Array.from({ length: count }, (_, index) =>
    encoder.encode(speech.subarray((10 + index) * FRAME_24K, (11 + index) * FRAME_24K)),
  );
  encoder.free();
  return packets;
}

async function decodeAll(codec: OpusCodec, packets: readonly Uint8Array[]): Promise<Int16Array> {
  const decoder = await codec.createDecoder({ sampleRate: 16_000 });
  const samples = Int16Array.from(packets.flatMap((packet) => [...decoder.decode(packet)]));
  decoder.free();
  return samples;
}

/** How alike two signals are at the best delay up to 20 ms: 1 is the same. */
function likeness(a: Int16Array, b: Int16Array): number {
  let best = 0;
  const count = Math.min(a.length, b.length) - 320;
  for (let delay = 0; delay < 320; delay++) {
    let product = 0;
    let powerA = 0;
    let powerB = 0;
    for (let index = 0; index < count; index++) {
      const x = a[index + delay] ?? 0;
      const y = b[index] ?? 0;
      product += x * y;
      powerA += x * x;
      powerB += y * y;
    }
    best = Math.max(best, product / Math.sqrt(powerA * powerB));
  }
  return best;
}

/** Pseudo-random numbers in [0, 1), the same in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

function randomPacket(random: () => number): Uint8Array {
  const length = random() < 0.2 ? Math.floor(random() * 8) : Math.floor(random() * 1300);
  return Uint8Array.from({ length }, () => Math.floor(random() * 256));
}

test.each(codecs)('$name: speech at 24 kHz comes back as the same speech at 16 kHz', async (codec) => {
  const packets = await encodeSpeech(codec, 30);
  for (const packet of packets) expect(checkOpusPacket(packet)).toEqual({ ok: true, durationMs: 40 });
  const decoded = await decodeAll(codec, packets);
  expect(decoded.length).toBe(30 * FRAME_16K);
  expect(likeness(decoded, recorded.subarray(10 * FRAME_16K, 40 * FRAME_16K))).toBeGreaterThan(0.9);
});

test('each codec decodes what the other encoded', async () => {
  for (const [from, to] of [codecs, codecs.toReversed()] as [OpusCodec, OpusCodec][]) {
    const decoded = await decodeAll(to, await encodeSpeech(from, 30));
    expect(likeness(decoded, recorded.subarray(10 * FRAME_16K, 40 * FRAME_16K))).toBeGreaterThan(0.9);
  }
});

test.each(codecs)('$name: every rate and frame length', async (codec) => {
  for (const sampleRate of [8000, 12_000, 16_000, 24_000, 48_000] as const) {
    for (const frameMs of [10, 20, 40, 60] as const) {
      const encoder = await codec.createEncoder({ sampleRate, frameMs });
      const decoder = await codec.createDecoder({ sampleRate });
      expect(encoder.frameSamples).toBe((sampleRate * frameMs) / 1000);
      const samples = tone({ hz: 400, ms: frameMs, sampleRate, amplitude: 0.5 });
      let decoded = new Int16Array(0);
      for (let frame = 0; frame < 5; frame++) decoded = decoder.decode(encoder.encode(samples)).slice();
      expect(decoded.length).toBe(samples.length);
      expect(rms(decoded)).toBeCloseTo(rms(samples), 1);
      encoder.free();
      decoder.free();
    }
  }
});

test.each(codecs)('$name: delays by as much as the Ogg header announces', async (codec) => {
  const sampleRate = 48_000;
  const encoder = await codec.createEncoder({ sampleRate, frameMs: 40, bitrate: 128_000, complexity: 10 });
  const decoder = await codec.createDecoder({ sampleRate });
  const frames = 10;
  const original = Int16Array.from({ length: frames * encoder.frameSamples }, (_, at) => {
    // Chirps: alike at one delay only.
    return 8_000 * Math.sin(2 * Math.PI * (at / sampleRate) * (300 + at / 100));
  });
  const decoded = new Int16Array(original.length);
  for (let frame = 0; frame < frames; frame++) {
    const at = frame * encoder.frameSamples;
    decoded.set(decoder.decode(encoder.encode(original.subarray(at, at + encoder.frameSamples))), at);
  }
  const preSkip = new DataView(new OggOpusWriter().headerPages().buffer).getUint16(28 + 10, true);
  const product = (delay: number) => {
    let sum = 0;
    for (let at = 10_000; at < 18_000; at++) sum += (original[at - delay] ?? 0) * (decoded[at] ?? 0);
    return sum;
  };
  const delays = Array.from({ length: 1_000 }, (_, delay) => delay);
  expect(delays.reduce((best, delay) => (product(delay) > product(best) ? delay : best), 0)).toBe(preSkip);
  encoder.free();
  decoder.free();
});

test.each(codecs)('$name: packets of several large frames', async (codec) => {
  const sampleRate = 48_000;
  const encoder = await codec.createEncoder({ sampleRate, frameMs: 60, bitrate: 500_000 });
  const decoder = await codec.createDecoder({ sampleRate: 16_000 });
  // Noise fills the bitrate up.
  let seed = 1;
  const noise = Int16Array.from({ length: encoder.frameSamples }, () => {
    seed = (seed * 48_271) % 0x7fffffff;
    return (seed % 20_000) - 10_000;
  });
  for (let frame = 0; frame < 5; frame++) {
    const packet = encoder.encode(noise);
    expect(packet.length).toBeGreaterThan(1275);
    expect(checkOpusPacket(packet)).toEqual({ ok: true, durationMs: 60 });
    expect(decoder.decode(packet)).toHaveLength(960);
  }
  encoder.free();
  decoder.free();
});

test.each(codecs)('$name: 200 coders at once, every one still right', async (codec) => {
  const packets = await encodeSpeech(codec, 15);
  await expectAllRight(codec, packets, 200);
});

test('2,000 decoders of the default codec at once, every one still right', async () => {
  const packets = await encodeSpeech(standard, 15);
  await expectAllRight(standard, packets, 2000);
});

/** Packet by packet through all decoders in turn, with encoders coming and going: each must decode as if it were alone. */
async function expectAllRight(codec: OpusCodec, packets: readonly Uint8Array[], count: number): Promise<void> {
  const expected = await decodeAll(codec, packets);
  const decoders: OpusDecoder[] = [];
  for (let index = 0; index < count; index++) decoders.push(await codec.createDecoder({ sampleRate: 16_000 }));
  const frame = speech.subarray(0, FRAME_24K);
  let wrong = 0;
  for (const [index, packet] of packets.entries()) {
    const encoders = await Promise.all(
      Array.from({ length: 20 }, () => codec.createEncoder({ sampleRate: 24_000, frameMs: 40 })),
    );
    const right = Buffer.from(expected.buffer, index * FRAME_16K * 2, FRAME_16K * 2);
    for (const [place, decoder] of decoders.entries()) {
      const decoded = decoder.decode(packet);
      if (!right.equals(Buffer.from(decoded.buffer, decoded.byteOffset, decoded.byteLength))) wrong++;
      if (place % 100 === 0) encoders[place % 20]?.encode(frame);
    }
    for (const encoder of encoders) encoder.free();
  }
  for (const decoder of decoders) decoder.free();
  expect(wrong).toBe(0);
}

test.each(codecs)('$name: many encoders at once write what one alone writes', async (codec) => {
  const expected = await encodeSpeech(codec, 5);
  const encoders = await Promise.all(
    Array.from({ length: 170 }, () => codec.createEncoder({ sampleRate: 24_000, frameMs: 40 })),
  );
  for (const [index, packet] of expected.entries()) {
    const frame = speech.subarray((10 + index) * FRAME_24K, (11 + index) * FRAME_24K);
    for (const encoder of encoders) expect(Buffer.from(packet).equals(encoder.encode(frame))).toBe(true);
  }
  for (const encoder of encoders) encoder.free();
});

test.each(codecs)('$name: a coder made after others were freed knows nothing of them', async (codec) => {
  const packets = await encodeSpeech(codec, 10);
  const fresh = await decodeAll(codec, packets);
  for (let round = 0; round < 5; round++) expect(await decodeAll(codec, packets)).toEqual(fresh);
  // Also the settings of an encoder must not survive it.
  const thin = await codec.createEncoder({ sampleRate: 24_000, frameMs: 40, bitrate: 6000, complexity: 0 });
  thin.encode(speech.subarray(0, FRAME_24K));
  thin.free();
  expect(await encodeSpeech(codec, 10)).toEqual(packets);
});

test.each(codecs)('$name: 20,000 random packets, and the decoder still works', async (codec) => {
  const random = seeded(7);
  const packets = await encodeSpeech(codec, 25);
  const clean = await decodeAll(codec, packets);
  const decoder = await codec.createDecoder({ sampleRate: 16_000 });
  const counts = { refused: 0, failed: 0, decoded: 0 };
  for (let index = 0; index < 20_000; index++) {
    const packet = randomPacket(random);
    const check = checkOpusPacket(packet);
    // Also what the check refuses must not harm: every tenth goes on to the decoder all the same.
    if (!check.ok && index % 10 !== 0) {
      counts.refused++;
      continue;
    }
    try {
      const samples = decoder.decode(packet);
      if (check.ok) expect(samples.length).toBe(check.durationMs * 16);
      counts.decoded++;
    } catch (error) {
      expect(error).toBeInstanceOf(DialtoneError);
      expect(error).toMatchObject({ code: 'opus_bad_packet' });
      counts.failed++;
    }
  }
  expect(counts.decoded).toBeGreaterThan(5000);
  expect(counts.refused + counts.failed).toBeGreaterThan(5000);
  const after = Int16Array.from(packets.flatMap((packet) => [...decoder.decode(packet)]));
  // The noise dies away within a few packets; then the speech is the one that a clean decoder hears.
  expect(likeness(after.subarray(15 * FRAME_16K), clean.subarray(15 * FRAME_16K))).toBeGreaterThan(0.9);
  expect(await decodeAll(codec, packets)).toEqual(clean);
});

test.each(codecs)('$name: what the check accepts decodes, stereo and 120 ms too', async (codec) => {
  for (const sampleRate of [16_000, 48_000] as const) {
    const decoder = await codec.createDecoder({ sampleRate });
    for (let config = 0; config < 32; config++) {
      for (const stereo of [0, 4]) {
        const packet = Uint8Array.from([(config << 3) | stereo | 1, ...new Array<number>(40).fill(0x21)]);
        const check = checkOpusPacket(packet);
        expect(check.ok).toBe(true);
        if (check.ok) expect(decoder.decode(packet).length).toBe((check.durationMs * sampleRate) / 1000);
      }
    }
    decoder.free();
  }
});

test.each(codecs)('$name: a packet without bytes is a bad packet', async (codec) => {
  const decoder = await codec.createDecoder({ sampleRate: 16_000 });
  expect(() => decoder.decode(new Uint8Array(0))).toThrow(expect.objectContaining({ code: 'opus_bad_packet' }));
  expect(() => decoder.decode(new Uint8Array(262_144))).toThrow(expect.objectContaining({ code: 'opus_bad_packet' }));
  decoder.free();
});

test.each(codecs)('$name: a frame of another length is a RangeError, a freed coder says so', async (codec) => {
  const encoder = await codec.createEncoder({ sampleRate: 24_000, frameMs: 40 });
  const decoder = await codec.createDecoder({ sampleRate: 16_000 });
  expect(() => encoder.encode(new Int16Array(959))).toThrow(RangeError);
  const packet = encoder.encode(new Int16Array(960));
  for (const coder of [encoder, decoder]) {
    coder.free();
    coder.free();
  }
  expect(() => encoder.encode(new Int16Array(960))).toThrow(DialtoneError);
  expect(() => decoder.decode(packet)).toThrow(DialtoneError);
});

test.each(codecs)('$name: results are the caller’s to keep', async (codec) => {
  const [first, second] = (await encodeSpeech(codec, 2)) as [Uint8Array, Uint8Array];
  const decoder = await codec.createDecoder({ sampleRate: 16_000 });
  const samples = decoder.decode(first);
  const copy = samples.slice();
  decoder.decode(second);
  expect(samples).toEqual(copy);
  decoder.free();
});

test('coders that come and go take no more memory', async () => {
  for (const codec of codecs) {
    const packets = await encodeSpeech(codec, 1);
    const cycle = async (count: number) => {
      for (let index = 0; index < count; index++) {
        const encoder = await codec.createEncoder({ sampleRate: 24_000, frameMs: 40 });
        encoder.encode(speech.subarray(0, FRAME_24K));
        encoder.free();
        await decodeAll(codec, packets);
      }
    };
    await cycle(100);
    const before = process.memoryUsage().external;
    await cycle(1000);
    // WebAssembly memory only ever grows: a leak of 18 KB a decoder would show as 18 MB.
    expect(process.memoryUsage().external - before).toBeLessThan(8e6);
  }
});
