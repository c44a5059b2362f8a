import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { streamingWavHeader } from '../../../test/fakes/fake-groq-wav.ts';
import { encodeWav } from '../../audio/wav.ts';
import { CallErrors } from './requests/errors.ts';
import { GROQ } from './requests/service.ts';
import { WavStream } from './wav-stream.ts';

const ERRORS = new CallErrors({
  service: GROQ,
  isHome: true,
  address: () => 'https://server/v1',
  show: (words) => words,
  wallNow: () => 0,
});

const SAMPLES = Int16Array.from({ length: 300 }, (_, index) => index * 97 - 15_000);

function pcm(): Uint8Array {
  return new Uint8Array(SAMPLES.buffer.slice(0));
}

function readInPieces(bytes: Uint8Array, sizes: readonly number[]): { samples: number[]; sampleRate: number } {
  const wav = new WavStream(ERRORS);
  const samples: number[] = [];
  let at = 0;
  for (let index = 0; at < bytes.length; index++) {
    const size = sizes[index % sizes.length] ?? 1;
    samples.push(...wav.push(bytes.subarray(at, at + size)));
    at += size;
  }
  wav.finish();
  return { samples, sampleRate: wav.sampleRate };
}

describe('WavStream', () => {
  it('reads the same samples however the bytes are split, from a file of known and of unknown size', () => {
    const unknown = Buffer.concat([streamingWavHeader(24_000), pcm()]);
    const known = encodeWav(SAMPLES, 24_000);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 12 }), (sizes) => {
        for (const bytes of [unknown, known]) {
          expect(readInPieces(bytes, sizes)).toEqual({ samples: [...SAMPLES], sampleRate: 24_000 });
        }
      }),
      { numRuns: 60 },
    );
  });

  it('leaves out what follows the samples', () => {
    const bytes = Buffer.concat([encodeWav(SAMPLES, 16_000), Buffer.from('LIST\x04\0\0\0INFO', 'latin1')]);
    expect(readInPieces(bytes, [50]).samples).toHaveLength(SAMPLES.length);
  });

  it.each([
    2_000_000_000,
    0x7ffffffe,
    0x7fffffff,
    0x7fffffff - 36,
    0x7fffffff - 44,
    0x7ffff000,
    0x80000000,
    0xfffffffe,
    0xffffffff,
    0xffffffff - 36,
    0,
    601,
    602,
    1_440_000,
    10_000_000,
  ])('takes what has come for the whole when a made-up size was announced: %i', (size) => {
    const bytes = Buffer.from(encodeWav(SAMPLES, 24_000));
    bytes.writeUInt32LE(size, 40);
    for (const riff of [size, 0, 0xffffffff, (size + 36) % 2 ** 32]) {
      bytes.writeUInt32LE(riff, 4);
      expect(readInPieces(bytes, [7, 100])).toEqual({ samples: [...SAMPLES], sampleRate: 24_000 });
    }
  });

  it('misses what is missing', () => {
    const bytes = encodeWav(SAMPLES, 16_000);
    for (const length of [0, 5, 30, 44, bytes.length - 1]) {
      expect(() => readInPieces(bytes.subarray(0, length), [1000])).toThrow(
        expect.objectContaining({ code: 'engine_bad_answer', retryable: true }),
      );
    }
  });

  it.each([
    { what: 'HTML', bytes: Buffer.from('<html>502 Bad Gateway</html>') },
    { what: 'stereo', bytes: patched(22, 2) },
    { what: '8 bits', bytes: patched(34, 8) },
    { what: 'floats', bytes: patched(20, 3) },
    {
      what: 'no header within 64 kB',
      bytes: Buffer.concat([
        patched(40, 0).subarray(0, 36),
        Buffer.from('JUNK\xff\xff\xff\x7f', 'latin1'),
        Buffer.alloc(70_000),
      ]),
    },
  ])('refuses $what', ({ bytes }) => {
    expect(() => new WavStream(ERRORS).push(bytes)).toThrow(expect.objectContaining({ code: 'engine_bad_answer' }));
  });
});

function patched(offset: number, value: number): Buffer {
  const bytes = Buffer.from(encodeWav(SAMPLES, 16_000));
  bytes.writeUInt16LE(value, offset);
  return bytes;
}
