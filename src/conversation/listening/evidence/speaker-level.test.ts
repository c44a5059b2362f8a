import { describe, expect, it } from 'vitest';
import { SpeakerLevel } from './speaker-level.ts';

const frames = (ms: number) => ms / 20;

function setUp(lastDb = -20) {
  const level = new SpeakerLevel();
  level.spoke(lastDb);
  const speech = (db: number, ms: number) => {
    for (let frame = 0; frame < frames(ms); frame++) level.speech(db);
  };
  const quiet = (ms: number) => {
    for (let frame = 0; frame < frames(ms); frame++) level.quiet(20);
  };
  return { level, speech, quiet };
}

describe('how loud speech is against the last speaker', () => {
  it.each([
    [-20, false],
    [-29, false],
    [-31, true],
    [-40, true],
    [-10, false],
  ])('%i dB behind a speaker of -20 dB is softer: %s', (db, isSofter) => {
    const { level, speech } = setUp();
    speech(db, 300);
    expect(level.isSofterThanLast).toBe(isSofter);
  });

  it('counts the last 300 ms, so that a soft consonant is none', () => {
    const { level, speech } = setUp();
    speech(-20, 300);
    speech(-50, 100);
    expect(level.isSofterThanLast).toBe(false);
    speech(-50, 200);
    expect(level.isSofterThanLast).toBe(true);
  });

  it('measures anew after a pause', () => {
    const { level, speech, quiet } = setUp();
    speech(-40, 300);
    quiet(500);
    speech(-20, 20);
    expect(level.loudnessDb).toBeCloseTo(-20);
  });

  it('forgets the speaker in quiet only: what goes on without a pause is softer for ever', () => {
    const { level, speech, quiet } = setUp();
    speech(-31, 60_000);
    expect(level.isSofterThanLast).toBe(true);
    quiet(300);
    speech(-31, 300);
    expect(level.isSofterThanLast).toBe(true);
  });

  it('takes a voice behind a pause for another person, unless it is far softer; that too is forgotten', () => {
    const { level, speech, quiet } = setUp();
    quiet(500);
    speech(-36, 300);
    expect(level.isSofterThanLast).toBe(false);
    quiet(500);
    speech(-39, 300);
    expect(level.isSofterThanLast).toBe(true);
    quiet(4_000);
    speech(-39, 300);
    expect(level.isSofterThanLast).toBe(false);
  });

  it('knows of the pause also when the words of the last speaker come late', () => {
    const { level, speech, quiet } = setUp();
    quiet(500);
    level.spoke(-20);
    speech(-36, 300);
    expect(level.isSofterThanLast).toBe(false);
  });

  it('begins without a speaker: anything may be one', () => {
    const level = new SpeakerLevel();
    level.speech(-60);
    expect(level.isSofterThanLast).toBe(false);
  });
});
