import { describe, expect, it } from 'vitest';
import { DEFAULT_ENDPOINTING, Endpointing } from './endpointing.ts';

const FRAME_MS = 20;

function started(): Endpointing {
  const endpointing = new Endpointing(DEFAULT_ENDPOINTING);
  endpointing.start();
  return endpointing;
}

/** Feeds frames until it ends; milliseconds and reason. */
function runUntilEnd(endpointing: Endpointing, speech: boolean, limitMs = 60_000) {
  for (let ms = FRAME_MS; ms <= limitMs; ms += FRAME_MS) {
    const reason = endpointing.ends(speech, FRAME_MS);
    if (reason) return { ms, reason };
  }
  return null;
}

describe('Endpointing', () => {
  it('takes 60 ms of speech for a beginning, and a click for none', () => {
    const endpointing = new Endpointing();
    expect([true, true].map((speech) => endpointing.begins(speech, FRAME_MS))).toEqual([false, false]);
    expect(endpointing.begins(true, FRAME_MS)).toBe(true);
    endpointing.reset();
    expect([true, false, false, true, false, true].map((s) => endpointing.begins(s, FRAME_MS)).some(Boolean)).toBe(
      false,
    );
  });

  it('ends 500 ms after the last speech once there are words', () => {
    const endpointing = started();
    runUntilEnd(endpointing, true, 1_000);
    endpointing.partial('hello', false);
    expect(runUntilEnd(endpointing, false)).toEqual({ ms: 500, reason: 'silence' });
  });

  it('waits while the words still change', () => {
    const endpointing = started();
    endpointing.partial('hello', false);
    expect(runUntilEnd(endpointing, false, 480)).toBeNull();
    endpointing.partial('hello there', false);
    expect(runUntilEnd(endpointing, false)).toEqual({ ms: 200, reason: 'silence' });
  });

  it('does not end in a pause of 480 ms', () => {
    const endpointing = started();
    endpointing.partial('hello', false);
    expect(runUntilEnd(endpointing, false, 480)).toBeNull();
    expect(endpointing.ends(true, FRAME_MS)).toBeNull();
    expect(runUntilEnd(endpointing, false, 480)).toBeNull();
  });

  it('gives a noise without words longer', () => {
    expect(runUntilEnd(started(), false)).toEqual({ ms: 1_200, reason: 'no_words' });
  });

  it('believes the recogniser although noise goes on', () => {
    const endpointing = started();
    endpointing.partial('stop', true);
    expect(runUntilEnd(endpointing, true)).toEqual({ ms: 20, reason: 'recogniser' });
  });

  it('ends what never ends', () => {
    expect(runUntilEnd(started(), true)).toEqual({ ms: 30_000, reason: 'too_long' });
  });
});
