import { describe, expect, it } from 'vitest';
import { verdict } from './verdict.ts';

const good = { device: 'hall', said: 'what time is it', heard: 'what time is it' };

describe('the verdict on a demo run', () => {
  it('is good when everything was heard and played', () => {
    expect(verdict([good, good])).toEqual({ ok: true, lines: ['2 turns, 0 of 8 words misheard (0.0 %)'] });
  });

  it('names the device and the stage that failed', () => {
    const failure = { stage: 'played', reason: 'the loudspeaker was silent' } as const;
    const { ok, lines } = verdict([good, { ...good, failure }]);
    expect(ok).toBe(false);
    expect(lines).toEqual(['hall failed at "played" of "what time is it": the loudspeaker was silent']);
  });

  it('is bad when more than a fifth of the words were misheard, or nothing was said', () => {
    expect(verdict([good, { ...good, heard: 'what time is' }]).ok).toBe(true);
    expect(verdict([good, { ...good, heard: 'what' }]).ok).toBe(false);
    expect(verdict([]).ok).toBe(false);
  });
});
