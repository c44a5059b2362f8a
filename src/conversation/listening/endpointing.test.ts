import { describe, expect, it } from 'vitest';
import { DEFAULT_ENDPOINTING, Endpointing, type EndpointingOptions, SpeechOnset } from './endpointing.ts';
import { PauseEstimate } from './pause-estimate.ts';

function setUp(options: Partial<EndpointingOptions> = {}, pauses = new PauseEstimate()) {
  const endpointing = new Endpointing({ ...DEFAULT_ENDPOINTING, ...options }, pauses);
  /** Milliseconds of it until the utterance was over, with why; null when it was not. */
  const hear = (speech: boolean, ms: number) => {
    for (let at = 20; at <= ms; at += 20) {
      const reason = endpointing.ends(speech, 20);
      if (reason) return { reason, ms: at };
    }
    return null;
  };
  return { endpointing, hear, pauses };
}

describe('speech that brings no new words', () => {
  it.each([
    ['a television behind a question', 600, 0, { reason: 'nothing_new', ms: 2_200 }],
    ['who goes on after a pause has 1.2 s for the first word', 600, 1_800, { reason: 'nothing_new', ms: 1_200 }],
  ] as const)('ends it: %s', (_, speechMs, pauseMs, end) => {
    const { endpointing, hear } = setUp();
    hear(true, speechMs);
    endpointing.partial('what time is it um', false);
    hear(false, pauseMs);
    expect(hear(true, 10_000)).toEqual(end);
  });
});

describe('endpointing', () => {
  it('ends after the shortest silence when nothing is known of the speaker', () => {
    const { endpointing, hear } = setUp();
    hear(true, 600);
    endpointing.partial('what time is it', false);
    expect(hear(false, 3_000)).toEqual({ reason: 'silence', ms: 500 });
  });

  it('waits for words to settle', () => {
    const { endpointing, hear } = setUp();
    hear(true, 600);
    endpointing.partial('what', false);
    hear(false, 480);
    endpointing.partial('what time', false);
    expect(hear(false, 3_000)).toEqual({ reason: 'silence', ms: 200 });
  });

  it.each(['i would like um', 'tea,', 'tea…', 'tea ...', 'tea -'])(
    'gives who hesitates the longest silence: "%s"',
    (text) => {
      const { endpointing, hear } = setUp();
      hear(true, 600);
      endpointing.partial(text, false);
      expect(hear(false, 3_000)).toEqual({ reason: 'silence', ms: 2_500 });
    },
  );

  it.each(['tea and', 'give me the', 'who is it for'])(
    'gives 700 ms more behind a word that seldom ends: "%s"',
    (text) => {
      const { endpointing, hear } = setUp();
      hear(true, 600);
      endpointing.partial(text, false);
      expect(hear(false, 3_000)).toEqual({ reason: 'silence', ms: 1_200 });
    },
  );

  it.each(['tea and.', 'who is it for?', 'um.', '这是我的。', 'Where is my car?'])(
    'believes a sentence mark: "%s"',
    (text) => {
      const { endpointing, hear } = setUp({ languages: ['en', 'fr'] });
      hear(true, 600);
      endpointing.partial(text, false);
      expect(hear(false, 3_000)).toEqual({ reason: 'silence', ms: 500 });
    },
  );

  it('learns the pauses of a speaker, between the shortest and the longest silence', () => {
    const pauses = new PauseEstimate();
    const first = setUp({ minSilenceMs: 1_000 }, pauses);
    first.endpointing.partial('i think', false);
    for (let pause = 0; pause < 3; pause++) {
      first.hear(true, 400);
      expect(first.hear(false, 900)).toBeNull();
    }
    first.hear(true, 400);
    const second = setUp({}, pauses);
    second.hear(true, 400);
    second.endpointing.partial('what time is it', false);
    const end = second.hear(false, 3_000);
    expect(end?.ms).toBeGreaterThan(1_000);
    expect(end?.ms).toBeLessThan(1_300);
    // A sentence that is plainly complete needs no such patience.
    const third = setUp({}, pauses);
    third.hear(true, 400);
    third.endpointing.partial('What time is it?', false);
    expect(third.hear(false, 3_000)).toEqual({ reason: 'silence', ms: 500 });
  });

  it('never waits longer than the longest silence', () => {
    const pauses = new PauseEstimate();
    pauses.paused(9_000);
    const { endpointing, hear } = setUp({}, pauses);
    hear(true, 400);
    endpointing.partial('what time is it', false);
    expect(hear(false, 9_000)).toEqual({ reason: 'silence', ms: 2_500 });
  });

  it('believes the recogniser at once, but for an unfinished sentence', () => {
    const { endpointing, hear } = setUp();
    hear(true, 600);
    endpointing.partial('what time is it', true);
    expect(hear(true, 100)).toEqual({ reason: 'recogniser', ms: 20 });
    const hesitating = setUp();
    hesitating.hear(true, 600);
    hesitating.endpointing.partial('what time um', true);
    expect(hesitating.hear(false, 1_000)).toBeNull();
    const closed = setUp();
    closed.hear(true, 600);
    closed.hear(false, 200);
    closed.endpointing.partial('what time and', true);
    expect(closed.hear(false, 1_000)).toEqual({ reason: 'silence', ms: 700 });
  });

  it('ends without words sooner or later, and never lasts longer than it may', () => {
    const { hear } = setUp();
    hear(true, 200);
    expect(hear(false, 3_000)).toEqual({ reason: 'no_words', ms: 1_200 });
    expect(setUp().hear(true, 60_000)).toEqual({ reason: 'too_long', ms: 30_000 });
    const blind = setUp({ noWordsMs: null, minSilenceMs: 700 });
    blind.hear(true, 200);
    expect(blind.hear(false, 3_000)).toEqual({ reason: 'silence', ms: 700 });
  });

  it('says when the user has likely finished', () => {
    const { endpointing, hear } = setUp();
    hear(true, 600);
    endpointing.partial('what time is it', false);
    hear(false, 180);
    expect(endpointing.isLikelyOver).toBe(false);
    hear(false, 20);
    expect(endpointing.isLikelyOver).toBe(true);
    endpointing.partial('what time is it and', false);
    expect(endpointing.isLikelyOver).toBe(false);
  });
});

describe('onset', () => {
  it('takes 60 ms of speech for a beginning, not a click, and forgives a gap', () => {
    const onset = new SpeechOnset();
    expect([true, false, true, false].map((speech) => onset.begins(speech, 20))).toEqual([false, false, false, false]);
    expect([true, true, false, true, true].map((speech) => onset.begins(speech, 20))).toEqual([
      false,
      false,
      false,
      false,
      true,
    ]);
    onset.reset();
    expect(onset.begins(true, 20)).toBe(false);
  });
});
