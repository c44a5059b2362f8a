import { describe, expect, it } from 'vitest';
import { PausePrediction } from './pause-prediction.ts';

/** What is said of the pause at each step behind the first twelve. */
function after(likely: readonly number[]): boolean[] {
  const prediction = new PausePrediction();
  for (let step = 0; step < 12; step++) prediction.step([0, 0, 0, 0]);
  return likely.map((value) => {
    prediction.step([1, 1, value, 1]);
    return prediction.isPause;
  });
}

describe('PausePrediction', () => {
  it.each([
    ['low', [0.1, 0.6], [false, false]],
    ['high', [0.61], [true]],
    [
      'between the two thresholds it stays as it was',
      [0.5, 0.7, 0.5, 0.41, 0.4, 0.5],
      [false, true, true, true, false, false],
    ],
    ['the user goes on', [0.9, 0.1, 0.9], [true, false, true]],
  ])('%s', (_name, likely, expected) => {
    expect(after(likely)).toEqual(expected);
  });

  it('says nothing within the first second: the model has not heard enough', () => {
    const prediction = new PausePrediction();
    const changed = Array.from({ length: 13 }, () => prediction.step([1, 1, 1, 1]));
    expect(changed).toEqual([...new Array(12).fill(false), true]);
  });

  it('says nothing for a model that predicts no pauses', () => {
    const prediction = new PausePrediction();
    for (let step = 0; step < 50; step++) expect(prediction.step([])).toBe(false);
    expect(prediction.isPause).toBe(false);
  });
});
