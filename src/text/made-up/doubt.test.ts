import { describe, expect, it } from 'vitest';
import { doubtOf, isMadeUp, isTooDoubtful } from './doubt.ts';

describe('how far Whisper is believed', () => {
  it.each([
    [0.8, -0.55],
    [0.5, -0.9],
    [0.35, -0.55],
    [0.9, -0.3],
    [0.05, -0.8],
    [0.6, -0.2],
    [0.95, -0.05],
  ])('no-speech %d with %d: "Thank you." is made up', (noSpeech, logProb) => {
    expect(isTooDoubtful('phrase', doubtOf({ noSpeech, logProb }))).toBe(true);
    // What is never made up is believed all the same.
    expect(isTooDoubtful(null, doubtOf({ noSpeech, logProb }))).toBe(false);
  });

  it.each([
    [0.01, -0.2],
    [0.05, -0.35],
    [0.2, -0.35],
    [0.1, -0.5],
    [undefined, undefined],
    [null, -0.3],
  ])('no-speech %s with %s: "Thank you." may have been said', (noSpeech, logProb) => {
    const doubt = doubtOf({ noSpeech, logProb });
    expect(isTooDoubtful('phrase', doubt)).toBe(false);
    expect(isTooDoubtful('word', doubt)).toBe(false);
    expect(isTooDoubtful('credit', doubt)).toBe(true);
  });

  it('an unclear "yes" is believed longer than thanks', () => {
    const doubt = doubtOf({ noSpeech: 0.15, logProb: -0.7 });
    expect([isTooDoubtful('phrase', doubt), isTooDoubtful('word', doubt)]).toEqual([true, false]);
  });

  it('beyond both of its own limits nothing is believed', () => {
    expect(isMadeUp({ noSpeech: 0.7, logProb: -1.1 })).toBe(true);
    expect(isMadeUp({ noSpeech: 0.7, logProb: -0.9 })).toBe(false);
    expect(isMadeUp({ noSpeech: 0.5, logProb: -1.1 })).toBe(false);
    expect(isMadeUp({ noSpeech: null, logProb: undefined })).toBe(false);
  });
});
