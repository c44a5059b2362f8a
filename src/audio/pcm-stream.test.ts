import fc from 'fast-check';
import { expect, it, test } from 'vitest';
import { int16ToPcmBytes } from './pcm.ts';
import { PcmStream } from './pcm-stream.ts';
import { encodeWav, parseWav, wavHeader } from './wav.ts';

const SAMPLES = Int16Array.from({ length: 300 }, (_, index) => index * 100 - 15_000);

/** What a stream makes of bytes that come in pieces of these lengths, again and again. */
function inPieces(bytes: Uint8Array, lengths: readonly number[], rate?: number): { samples: number[]; rate: unknown } {
  const stream = new PcmStream(rate);
  const samples: number[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const end = at + (lengths[turn % lengths.length] ?? 1);
    samples.push(...stream.push(bytes.subarray(at, end)));
    at = end;
  }
  return { samples, rate: stream.sampleRate };
}

test('raw samples and WAV files are read alike, wherever they are cut', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 5 }), (lengths) => {
      const raw = inPieces(int16ToPcmBytes(SAMPLES), lengths, 22_050);
      expect(raw).toEqual({ samples: [...SAMPLES], rate: 22_050 });
      const wav = encodeWav(SAMPLES, 24_000);
      const trailed = Buffer.concat([wav, Buffer.from('LIST\x04\0\0\0abcd', 'latin1')]);
      const whole = [...parseWav(wav).samples];
      // What the WAV file says counts.
      expect(inPieces(trailed, lengths, 8_000)).toEqual({ samples: whole, rate: 24_000 });
    }),
  );
});

test('a WAV file of unknown length goes to its end', () => {
  const header = Buffer.from(wavHeader(0, 16_000));
  for (const size of [0, 0xffffffff]) {
    header.writeUInt32LE(size, 40);
    const { samples } = inPieces(Buffer.concat([header, int16ToPcmBytes(SAMPLES)]), [50]);
    expect(samples).toHaveLength(SAMPLES.length);
  }
});

test('an odd byte at the end is left out', () => {
  expect(inPieces(Buffer.concat([int16ToPcmBytes(SAMPLES), Buffer.of(1)]), [7], 8_000).samples).toEqual([...SAMPLES]);
});

it.each([
  ['samples of an unknown rate', Buffer.alloc(100), undefined],
  ['a rate above 192,000', encodeWav(SAMPLES, 192_001), undefined],
  ['a rate below 4,000', encodeWav(SAMPLES, 3_999), undefined],
  ['a raw rate above 192,000', Buffer.alloc(100), 192_001],
  [
    'a WAV file without samples in its first 64 kB',
    Buffer.concat([wavHeader(1, 8_000).subarray(0, 36), Buffer.alloc(70_000, 1)]),
    undefined,
  ],
  ['8-bit samples', Buffer.from(wavHeader(100, 16_000)).fill(8, 34, 35), undefined],
])('%s cannot be played', (_, bytes, rate) => {
  expect(() => inPieces(bytes, [1_000], rate)).toThrow(expect.objectContaining({ code: 'audio_bad_format' }));
});
