import { describe, expect, it } from 'vitest';
import { InterimPolicy } from './interim-policy.ts';

/**
 * Plays speech to a policy whose recogniser answers at once.
 * @param words what the recogniser has heard after so much audio, milliseconds
 */
function setUp(words: (atMs: number) => string = () => 'what time is it') {
  const policy = new InterimPolicy();
  const asked: number[] = [];
  let atMs = 0;
  let overAtMs: number | undefined;
  const hear = (speech: boolean, ms: number) => {
    for (const until = atMs + ms; atMs < until; ) {
      atMs += 20;
      const step = policy.step(speech, 20);
      if (step === 'over') overAtMs ??= atMs;
      if (step !== 'ask') continue;
      asked.push(atMs);
      policy.answered(words(atMs));
    }
  };
  return { policy, asked, hear, over: () => overAtMs };
}

describe('when a recogniser without partials is asked early', () => {
  it('at a likely end, once, and what it says then is the end of it', () => {
    const { policy, asked, hear } = setUp();
    hear(true, 900);
    hear(false, 3_000);
    expect(asked).toEqual([1_200]);
    expect(policy.isDone).toBe(true);
  });

  it('again behind speech that goes on after a pause', () => {
    const { policy, asked, hear } = setUp((atMs) => (atMs < 2_000 ? 'set a timer for um' : 'set a timer for um five'));
    hear(true, 900);
    hear(false, 1_500);
    expect(policy.isDone).toBe(true);
    hear(true, 600);
    expect(policy.isDone).toBe(false);
    hear(false, 700);
    expect(asked).toEqual([1_200, 3_300]);
  });

  it('not while it is being asked', () => {
    const policy = new InterimPolicy();
    let asks = 0;
    for (let frame = 0; frame < 500; frame++) if (policy.step(true, 20) === 'ask') asks += 1;
    expect(asks).toBe(1);
    expect(policy.isAsking).toBe(true);
  });

  it('no more when it has failed', () => {
    const policy = new InterimPolicy();
    let asks = 0;
    for (let frame = 0; frame < 1_500; frame++) {
      if (policy.step(true, 20) !== 'ask') continue;
      asks += 1;
      policy.failed();
    }
    expect(asks).toBe(1);
    expect(policy.isDone).toBe(false);
  });

  it.each([
    [
      'who speaks on and on',
      (atMs: number) => Array.from({ length: atMs / 300 }, (_, word) => `word${word}`).join(' '),
    ],
    ['a television without words', () => ''],
  ])('at most 12 times in 30 s: %s', (_, words) => {
    const { asked, hear } = setUp(words);
    hear(true, 30_000);
    expect(asked.length).toBeGreaterThan(1);
    expect(asked.length).toBeLessThanOrEqual(12);
    const seconds = asked.reduce((sum, atMs) => sum + atMs / 1_000, 0);
    expect(seconds).toBeLessThanOrEqual(170);
  });
});

describe('speech that brings no new words', () => {
  it.each([400, 700, 1_000, 1_500, 2_000, 3_000, 5_000, 8_000])(
    'behind a question of %i ms ends it within 2.6 s',
    (questionMs) => {
      const { hear, over } = setUp((atMs) =>
        Array.from({ length: Math.ceil(Math.min(atMs, questionMs) / 250) }, (_, word) => `word${word}`).join(' '),
      );
      hear(true, 40_000);
      expect(over()).toBeGreaterThan(questionMs);
      expect((over() ?? Number.POSITIVE_INFINITY) - questionMs).toBeLessThanOrEqual(2_600);
    },
  );

  it('is not what begins behind a pause', () => {
    const { hear, over } = setUp(() => 'set a timer for um');
    hear(true, 1_500);
    hear(false, 2_300);
    hear(true, 600);
    expect(over()).toBeUndefined();
  });

  it('is not known before there was a word', () => {
    const { policy, hear, over } = setUp(() => '');
    hear(true, 20_000);
    expect(over()).toBeUndefined();
    expect(policy.isWordless).toBe(true);
  });
});
