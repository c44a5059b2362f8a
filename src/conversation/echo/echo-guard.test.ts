import { describe, expect, it } from 'vitest';
import { EchoGuard } from './echo-guard.ts';

/** Levels that wander like those of speech, alike at no two places, dB. */
function wandering(seed: number): (frame: number) => number {
  const levels: number[] = [];
  let [state, level] = [seed, -30];
  for (let frame = 0; frame < 400; frame++) {
    state = (state * 48_271) % 0x7fffffff;
    level = 0.7 * level + 0.3 * (-30 + 40 * (state / 0x7fffffff - 0.5));
    levels.push(level);
  }
  return (frame) => levels[frame + 100] ?? QUIET;
}

const QUIET = -90;
const speech = wandering(1);
/** Speech of another rhythm, as loud as the answer. */
const other = wandering(2);

/** Hears a frame, and tells whether it can be the user's. */
function hear(guard: EchoGuard, level: number, nowMs: number): boolean {
  guard.heard(level, nowMs);
  return guard.isUser(level, nowMs);
}

interface Answer {
  readonly fromMs: number;
  readonly frames?: number;
  /** Level of the microphone at each frame of the answer. */
  readonly microphone: (frame: number) => number;
}

/** Lets an answer sound. Returns how many frames could be the user's. */
function answer(guard: EchoGuard, { fromMs, frames = 200, microphone }: Answer): number {
  let believed = 0;
  for (let frame = 0; frame < frames; frame++) {
    const nowMs = fromMs + frame * 20;
    guard.played(speech(frame), nowMs);
    const level = microphone(frame);
    if (hear(guard, level, nowMs) && level > -60) believed += 1;
  }
  return believed;
}

const echo = (gainDb: number, delayMs: number) => (frame: number) =>
  frame >= delayMs / 20 ? speech(frame - delayMs / 20) + gainDb : QUIET;

describe('EchoGuard', () => {
  it('believes the user while nothing sounds', () => {
    const guard = new EchoGuard();
    expect(hear(guard, -60, 1_000)).toBe(true);
    expect(guard.hasEcho).toBe('unknown');
    expect(guard.tailMs).toBe(0);
  });

  it.each([
    [-6, 60],
    [-10, 120],
    [-12, 700],
    [-20, 300],
    [-6, 1_100],
    [-12, 1_900],
    [-35, 400],
  ])('finds an echo of %i dB, %i ms late, and hears a user who is louder than that', (gainDb, delayMs) => {
    const guard = new EchoGuard();
    answer(guard, { fromMs: 1_000, microphone: echo(gainDb, delayMs) });
    expect(guard.judge()).toBe('echo');
    guard.answerEnded();
    expect(guard.hasEcho).toBe('yes');
    expect(Math.abs((guard.gainDb ?? 0) - gainDb)).toBeLessThan(3);
    expect(Math.abs(guard.tailMs - delayMs - 120)).toBeLessThanOrEqual(40);
    // The next answer: its echo is not the user's, a voice 12 dB above the loudest echo is.
    expect(answer(guard, { fromMs: 20_000, microphone: echo(gainDb, delayMs) })).toBe(0);
    expect(guard.judge()).toBe('echo');
    let believed = 0;
    const loudest = Math.max(...Array.from({ length: 300 }, (_, frame) => speech(frame)));
    for (let frame = 0; frame < 30; frame++) {
      const nowMs = 24_000 + frame * 20;
      guard.played(speech(200 + frame), nowMs);
      if (hear(guard, loudest + gainDb + 12, nowMs)) believed += 1;
    }
    expect(believed).toBe(30);
    expect(guard.judge()).toBe('user');
  });

  it('knows within the first answer', () => {
    const guard = new EchoGuard();
    answer(guard, { fromMs: 1_000, frames: 60, microphone: echo(-15, 0) });
    expect(guard.gainDb).toBeCloseTo(-15, -1);
    expect(guard.judge()).toBe('echo');
  });

  it.each([
    ['into the first answer', 30, 45],
    ['at its very beginning', 0, 20],
    ['through all of it', 0, 200],
  ])('a user who speaks %s is believed, and so is every later one', (_, from, to) => {
    const guard = new EchoGuard();
    const user = (frame: number) => (frame >= from && frame < to ? other(frame) : QUIET);
    answer(guard, { fromMs: 1_000, frames: Math.max(to, 65), microphone: user });
    expect(guard.judge()).toBe('user');
    guard.answerEnded();
    expect(guard.hasEcho).not.toBe('yes');
    for (const fromMs of [20_000, 40_000]) {
      const late = (frame: number) => (frame >= 70 ? other(frame) : QUIET);
      expect(answer(guard, { fromMs, frames: 100, microphone: late })).toBe(30);
      expect(guard.judge()).toBe('user');
      guard.answerEnded();
    }
  });

  it('says that it is unclear while too little was heard', () => {
    const guard = new EchoGuard();
    answer(guard, { fromMs: 1_000, frames: 15, microphone: other });
    expect(guard.judge()).toBe('unclear');
    const late = new EchoGuard();
    // The echo has only begun to come.
    answer(late, { fromMs: 1_000, frames: 70, microphone: echo(-6, 900) });
    expect(late.judge()).not.toBe('user');
  });

  it('a device that stays quiet during its answer has no echo', () => {
    const guard = new EchoGuard();
    answer(guard, { fromMs: 1_000, frames: 60, microphone: () => -88 });
    guard.answerEnded();
    expect(guard.hasEcho).toBe('no');
    expect(guard.isUser(-45, 20_000)).toBe(true);
    answer(guard, { fromMs: 20_000, frames: 10, microphone: other });
    expect(guard.judge()).toBe('user');
  });

  it('a device without an echo stays one whose user always speaks soon behind the answer', () => {
    const guard = new EchoGuard();
    for (let round = 0; round < 4; round++) {
      const fromMs = 1_000 + round * 10_000;
      answer(guard, { fromMs, microphone: () => QUIET });
      guard.answerEnded();
      expect(guard.hasEcho).toBe('no');
      // The answer has ended at 4 s; the user speaks for two seconds from half a second behind it.
      for (let frame = 0; frame < 100; frame++) hear(guard, other(frame), fromMs + 4_500 + frame * 20);
    }
  });

  it('takes the noise that a codec makes for a silent microphone for no user', () => {
    const guard = new EchoGuard();
    answer(guard, { fromMs: 1_000, microphone: () => -70 });
    guard.answerEnded();
    guard.played(-20, 8_000);
    expect(hear(guard, -66, 8_020)).toBe(false);
    expect(hear(guard, -45, 8_040)).toBe(true);
  });

  it('finds an echo that comes later than the first answers, before a user is believed to interrupt', () => {
    const guard = new EchoGuard();
    answer(guard, { fromMs: 1_000, frames: 60, microphone: () => -88 });
    guard.answerEnded();
    answer(guard, { fromMs: 20_000, frames: 100, microphone: echo(-10, 100) });
    expect(guard.judge()).toBe('echo');
    expect(guard.gainDb).toBeCloseTo(-10, -1);
    expect(guard.isUser(-42, 22_000)).toBe(false);
  });

  it('forgets within one answer an echo that is no longer there', () => {
    const guard = new EchoGuard();
    answer(guard, { fromMs: 1_000, microphone: echo(-6, 100) });
    guard.answerEnded();
    answer(guard, { fromMs: 20_000, microphone: () => -88 });
    guard.answerEnded();
    expect(guard.hasEcho).toBe('no');
    expect(guard.tailMs).toBe(0);
  });

  it('takes a user for no echo whose levels follow those of the answer by chance, after a microphone that was quiet', () => {
    const guard = new EchoGuard();
    const byChance = echo(-10, 100);
    const late = (frame: number) => (frame >= 180 ? byChance(frame) : QUIET);
    expect(answer(guard, { fromMs: 1_000, frames: 295, microphone: late })).toBe(115);
    expect(guard.judge()).toBe('user');
  });

  it('forgets within one answer an echo that it was wrong about', () => {
    const guard = new EchoGuard();
    guard.heardWords(1_000);
    expect(guard.hasEcho).toBe('yes');
    expect(guard.tailMs).toBe(1_120);
    guard.answerEnded();
    answer(guard, { fromMs: 20_000, microphone: other });
    guard.answerEnded();
    expect(guard.hasEcho).toBe('unknown');
    expect(guard.tailMs).toBe(0);
  });

  it('finds an echo that has become later', () => {
    const guard = new EchoGuard();
    answer(guard, { fromMs: 1_000, microphone: echo(-10, 100) });
    guard.answerEnded();
    answer(guard, { fromMs: 20_000, microphone: echo(-10, 800) });
    expect(guard.judge()).toBe('echo');
    expect(Math.abs(guard.tailMs - 920)).toBeLessThanOrEqual(20);
  });

  it('forgets the echo of what was played long ago, and at once what was discarded', () => {
    const guard = new EchoGuard();
    answer(guard, { fromMs: 1_000, microphone: echo(-10, 100) });
    guard.answerEnded();
    expect(guard.isUser(-45, 5_200)).toBe(false);
    expect(guard.isUser(-45, 5_700)).toBe(true);
    guard.played(-20, 8_200);
    guard.flushed(8_000);
    // Nothing sounds that it could be the echo of.
    expect(guard.isUser(-45, 8_300)).toBe(true);
  });

  it('knows an echo whose frames come four at a time', () => {
    const guard = new EchoGuard();
    for (let message = 0; message < 15; message++) {
      for (let part = 0; part < 4; part++) {
        const frame = message * 4 + part;
        guard.played(speech(frame), 1_000 + frame * 20);
      }
      for (let part = 0; part < 4; part++) guard.heard(speech(message * 4 + part - 6) - 20, 1_000 + message * 80);
    }
    expect(guard.gainDb).toBeCloseTo(-20, -1);
  });

  it('knows an echo whose frames come late, as in a process that gets too little of the processor', () => {
    const guard = new EchoGuard();
    let waiting: number[] = [];
    for (let frame = 0; frame < 70; frame++) {
      // Times are not quite those of the frames either.
      guard.played(speech(frame), 1_000 + frame * 20 + (frame % 3) * 6);
      waiting.push(speech(frame - 6) - 20);
      if (frame % 7 < 4 || frame < 4 || (frame > 12 && frame < 45)) continue;
      for (const late of waiting) guard.heard(late, 1_000 + frame * 20);
      waiting = [];
    }
    expect(guard.gainDb).toBeCloseTo(-20, -1);
  });
});
