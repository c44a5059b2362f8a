import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DialtoneError } from '../core/errors.ts';
import { int16ToPcmBytes } from './pcm.ts';
import { encodeWav, parseWav, wavHeader } from './wav.ts';

const SAMPLES = Int16Array.of(0, 1, -1, 1000, -1000, 32_767, -32_768);

interface FmtOptions {
  readonly tag?: number;
  readonly channels?: number;
  readonly bits?: number;
  readonly extensibleTag?: number;
}

function fmt(options: FmtOptions = {}): Buffer {
  const { tag = 1, channels = 1, bits = 16, extensibleTag } = options;
  const body = Buffer.alloc(extensibleTag === undefined ? 16 : 40);
  body.writeUInt16LE(extensibleTag === undefined ? tag : 0xfffe, 0);
  body.writeUInt16LE(channels, 2);
  body.writeUInt32LE(22_050, 4);
  body.writeUInt32LE((22_050 * channels * bits) / 8, 8);
  body.writeUInt16LE((channels * bits) / 8, 12);
  body.writeUInt16LE(bits, 14);
  if (extensibleTag !== undefined) {
    body.writeUInt16LE(22, 16);
    body.writeUInt16LE(bits, 18);
    body.writeUInt16LE(extensibleTag, 24);
  }
  return chunk('fmt ', body);
}

function chunk(id: string, body: Uint8Array, size = body.length): Buffer {
  const header = Buffer.alloc(8);
  header.write(id, 'latin1');
  header.writeUInt32LE(size, 4);
  return Buffer.concat([header, body, Buffer.alloc(body.length % 2)]);
}

function data(samples: Int16Array, size?: number): Buffer {
  return chunk('data', Buffer.from(samples.slice().buffer), size);
}

function riff(...chunks: Buffer[]): Buffer {
  const body = Buffer.concat(chunks);
  const header = Buffer.from('RIFF....WAVE', 'latin1');
  header.writeUInt32LE(4 + body.length, 4);
  return Buffer.concat([header, body]);
}

test('what is encoded is read back, and the header is the usual one', () => {
  const wav = encodeWav(SAMPLES, 24_000);
  expect(parseWav(wav)).toEqual({ sampleRate: 24_000, samples: SAMPLES });
  expect(Buffer.from(wav.subarray(0, 44)).toString('hex')).toBe(
    '524946463200000057415645666d74201000000001000100c05d000080bb00000200100064617461' + '0e000000',
  );
});

test('the recorded questions are read', () => {
  const wav = parseWav(readFileSync(new URL('../../assets/asr-demo-model/samples/00.wav', import.meta.url)));
  expect(wav.sampleRate).toBe(16_000);
  expect(wav.samples.length).toBeGreaterThan(8000);
});

test('chunks come in any order, unknown ones and odd ones among them', () => {
  const odd = chunk('LIST', Buffer.from('abc'));
  expect(parseWav(riff(odd, fmt(), odd, data(SAMPLES), odd)).samples).toEqual(SAMPLES);
  expect(parseWav(riff(data(SAMPLES), odd, fmt())).samples).toEqual(SAMPLES);
});

test.each([0, 0xffffffff, 0x7fffffff, 1_000_000])('a streaming header with data size %i goes to the end', (size) => {
  const wav = riff(fmt(), data(SAMPLES, size));
  wav.writeUInt32LE(size, 4);
  expect(parseWav(wav)).toEqual({ sampleRate: 22_050, samples: SAMPLES });
});

test('stereo is mixed to one channel', () => {
  const wav = riff(fmt({ channels: 2 }), data(Int16Array.of(1000, 2000, -32_768, -32_768, 32_767, -32_767)));
  expect([...parseWav(wav).samples]).toEqual([1500, -32_768, 0]);
});

test('float and extensible formats', () => {
  const floats = chunk('data', Buffer.from(Float32Array.of(0, 0.5, -1, 2, Number.NaN).buffer));
  const expected = [0, 16_384, -32_768, 32_767, 0];
  expect([...parseWav(riff(fmt({ tag: 3, bits: 32 }), floats)).samples]).toEqual(expected);
  expect([...parseWav(riff(fmt({ extensibleTag: 3, bits: 32 }), floats)).samples]).toEqual(expected);
  expect(parseWav(riff(fmt({ extensibleTag: 1 }), data(SAMPLES))).samples).toEqual(SAMPLES);
});

test('a file at an odd place in memory', () => {
  const wav = encodeWav(SAMPLES, 16_000);
  const shifted = new Uint8Array(wav.length + 1);
  shifted.set(wav, 1);
  expect(parseWav(shifted.subarray(1)).samples).toEqual(SAMPLES);
});

test.each<[string, Uint8Array]>([
  ['nothing', new Uint8Array(0)],
  ['text', Buffer.from('<html>502 Bad Gateway</html>')],
  ['no fmt', riff(data(SAMPLES))],
  ['no data', riff(fmt())],
  ['a cut fmt', riff(chunk('fmt ', Buffer.alloc(4)), data(SAMPLES))],
  ['8-bit', riff(fmt({ bits: 8 }), data(SAMPLES))],
  ['24-bit', riff(fmt({ bits: 24 }), data(SAMPLES))],
  ['mu-law', riff(fmt({ tag: 7, bits: 8 }), data(SAMPLES))],
  ['no channels', riff(fmt({ channels: 0 }), data(SAMPLES))],
  ['200 channels', riff(fmt({ channels: 200 }), data(SAMPLES))],
])('%s is refused', (_, bytes) => {
  try {
    parseWav(bytes);
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(DialtoneError);
    expect(error).toMatchObject({ code: 'audio_bad_format' });
  }
});

test('damaged files are refused or read, never a crash', () => {
  const wav = riff(chunk('LIST', Buffer.from('abc')), fmt({ channels: 2 }), data(SAMPLES));
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(wav.length - 1), fc.nat(255)), { maxLength: 8 }),
      fc.nat(wav.length),
      (changes, length) => {
        const bytes = Uint8Array.from(wav);
        for (const [at, value] of changes) bytes[at] = value;
        try {
          parseWav(bytes.subarray(0, length));
        } catch (error) {
          expect(error).toBeInstanceOf(DialtoneError);
        }
      },
    ),
    { numRuns: 2000 },
  );
});

test('a file whose writer was killed before it knew the length is read to its end', () => {
  const wav = Buffer.concat([wavHeader(0, 24_000), int16ToPcmBytes(Int16Array.of(1, 2, 3))]);
  expect(parseWav(wav)).toEqual({ sampleRate: 24_000, samples: Int16Array.of(1, 2, 3) });
});
