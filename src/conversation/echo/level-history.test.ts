import { describe, expect, it } from 'vitest';
import { LevelHistory } from './level-history.ts';

describe('LevelHistory', () => {
  it('is silent where nothing sounded', () => {
    const history = new LevelHistory(10);
    expect(history.at(5)).toBe(-90);
    history.put(100, -20);
    history.put(103, -30);
    expect([99, 100, 101, 102, 103, 104].map((slot) => history.at(slot))).toEqual([-90, -20, -90, -90, -30, -90]);
  });

  it('keeps so many slots', () => {
    const history = new LevelHistory(3);
    for (const slot of [10, 11, 12, 13]) history.put(slot, -slot);
    expect([10, 11, 12, 13].map((slot) => history.at(slot))).toEqual([-90, -11, -12, -13]);
    // Far too old: nothing of it may land elsewhere.
    history.put(4, -1);
    expect([11, 12, 13].map((slot) => history.at(slot))).toEqual([-11, -12, -13]);
  });

  it('takes the louder of two at the same time', () => {
    const history = new LevelHistory(3);
    history.put(1, -40);
    history.put(2, -40);
    history.put(1, -20);
    history.put(2, -60);
    expect([history.at(1), history.at(2)]).toEqual([-20, -40]);
  });

  it('knows the loudest from some slot on, whatever the ring holds', () => {
    const history = new LevelHistory(4);
    expect(history.loudestFrom(0)).toBe(-90);
    for (const [slot, level] of [-10, -40, -30, -50, -20, -60].entries()) history.put(slot, level);
    expect([-5, 0, 3, 4, 5, 6].map((slot) => history.loudestFrom(slot))).toEqual([-20, -20, -20, -20, -60, -90]);
  });

  it('forgets what does not sound after all', () => {
    const history = new LevelHistory(5);
    for (const slot of [1, 2, 3]) history.put(slot, -10);
    history.silenceAfter(1);
    expect([1, 2, 3].map((slot) => history.at(slot))).toEqual([-10, -90, -90]);
  });
});
