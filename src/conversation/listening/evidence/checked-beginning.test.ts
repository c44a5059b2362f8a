import { describe, expect, it } from 'vitest';
import type { CheckVerdict } from '../../../engines/vad.ts';
import { PreRoll } from '../pre-roll.ts';
import { CheckedBeginning } from './checked-beginning.ts';

/** A checker that says what the test says, and what it was asked. */
function rig() {
  const preRoll = new PreRoll(60, 1);
  const asked: number[][] = [];
  let closed = 0;
  let verdict: CheckVerdict = 'pending';
  const checked = new CheckedBeginning(
    {
      id: 'test',
      listen: () => {
        const heard: number[] = [];
        asked.push(heard);
        return {
          write: (samples) => void heard.push(samples[0] ?? 0),
          get verdict() {
            return verdict;
          },
          close: () => {
            closed += 1;
          },
        };
      },
      close: async () => undefined,
    },
    preRoll,
  );
  let last = 0;
  /** One more frame, numbered: whether speech begins with it. */
  const frame = (may: boolean) => {
    last += 1;
    const samples = Int16Array.of(last);
    preRoll.push(samples);
    return checked.begins(may, samples);
  };
  return {
    checked,
    asked,
    frame,
    closed: () => closed,
    says: (next: CheckVerdict) => {
      verdict = next;
    },
  };
}

describe('CheckedBeginning', () => {
  it('asks nothing in silence', () => {
    const { asked, frame } = rig();
    for (let count = 0; count < 100; count++) expect(frame(false)).toBe(false);
    expect(asked).toEqual([]);
  });

  it('hands on the last 600 ms and then every frame, and begins with the answer', () => {
    const { asked, frame, says, checked } = rig();
    for (let count = 0; count < 39; count++) frame(false);
    expect(frame(true)).toBe(false);
    expect(frame(true)).toBe(false);
    expect(asked).toEqual([Array.from({ length: 31 }, (_, index) => 11 + index)]);
    expect(checked.waitedFrames).toBe(2);
    says('speech');
    expect(frame(true)).toBe(true);
  });

  it.each<[CheckVerdict, boolean]>([
    ['pending', false],
    ['noise', false],
    ['speech', true],
    ['unavailable', true],
  ])('takes %s for a beginning: %s', (verdict, begins) => {
    const { frame, says } = rig();
    says(verdict);
    expect(frame(true)).toBe(begins);
  });

  it('begins nothing that the first stage does not take for a beginning', () => {
    const { frame, says } = rig();
    frame(true);
    says('speech');
    expect(frame(false)).toBe(false);
    expect(frame(true)).toBe(true);
  });

  it('listens on for 300 ms behind a noise, and asks anew about the next one', () => {
    const { asked, frame, closed } = rig();
    frame(true);
    for (let count = 0; count < 15; count++) frame(false);
    expect(closed()).toBe(0);
    frame(false);
    expect(closed()).toBe(1);
    frame(true);
    expect(asked).toHaveLength(2);
  });

  it('forgets a sound when something has begun', () => {
    const { frame, checked, closed, says } = rig();
    says('speech');
    frame(true);
    checked.reset();
    checked.reset();
    expect(closed()).toBe(1);
    expect(checked.waitedFrames).toBe(0);
  });
});
