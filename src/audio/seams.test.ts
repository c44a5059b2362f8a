import { describe, expect, it } from 'vitest';
import { demoSamples } from '../../test/support/audio/demo-samples.ts';
import { whiteNoise } from '../../test/support/audio/white-noise.ts';
import { concatSamples, tone } from './pcm.ts';
import { Seams } from './seams.ts';

const SPEECH = concatSamples(demoSamples().map(({ samples }) => samples));

/** Whether the seams are taken for broken when only every `share`th message of so many samples arrives. */
function areBroken(samples: Int16Array, share: number, length: number): boolean {
  const seams = new Seams();
  for (let at = 0; at < samples.length; at += share * length) seams.add(samples.subarray(at, at + length));
  return seams.areBroken;
}

describe.each([160, 320, 640])('speech in messages of %i samples', (length) => {
  it.each([2, 3])('jumps between them when one of %i arrives', (share) => {
    expect(areBroken(SPEECH, share, length)).toBe(true);
  });

  it('follows when all arrive, also at 8 kHz', () => {
    expect(areBroken(SPEECH, 1, length)).toBe(false);
    expect(
      areBroken(
        SPEECH.filter((_, index) => index % 2 === 0),
        1,
        length,
      ),
    ).toBe(false);
  });
});

it.each([
  ['silence', new Int16Array(160_000)],
  ['a quiet room', whiteNoise(160_000).map((sample) => sample >> 8)],
  ['loud noise', whiteNoise(160_000)],
  ['a tone', tone({ hz: 440, ms: 10_000, sampleRate: 16_000, amplitude: 0.5 })],
])('%s that is whole never jumps', (_, samples) => {
  for (const length of [160, 320, 640]) expect(areBroken(samples, 1, length)).toBe(false);
});

it('notices that they begin to jump, and that they follow again', () => {
  const seams = new Seams();
  const add = (share: number) => {
    for (let at = 0; at < SPEECH.length; at += share * 320) seams.add(SPEECH.subarray(at, at + 320));
    return seams.areBroken;
  };
  expect([add(1), add(2), add(1)]).toEqual([false, true, false]);
});

it('says nothing of a few messages', () => expect(areBroken(SPEECH.subarray(20_000, 32_000), 2, 320)).toBe(false));
