import { describe, expect, it } from 'vitest';
import { EchoGuard } from './echo-guard.ts';

/** Speech-like levels, dB. */
const speech = (frame: number) => -30 + 8 * Math.sin(frame / 3);

/** Lets an answer sound while the microphone hears it at a gain and a delay. */
function answer(guard: EchoGuard, options: { gainDb: number; delayMs: number; fromMs: number; frames?: number }): void {
  const { gainDb, delayMs, fromMs, frames = 200 } = options;
  const delay = delayMs / 20;
  for (let frame = 0; frame < frames + delay; frame++) {
    const nowMs = fromMs + frame * 20;
    if (frame < frames) guard.played(speech(frame), nowMs);
    const echo = frame >= delay ? speech(frame - delay) + gainDb : -90;
    guard.isUser(echo, nowMs, true, true);
  }
  guard.answerEnded(true);
}

describe('EchoGuard', () => {
  it('believes everybody while nothing sounds', () => {
    expect(new EchoGuard().isUser(-60, 1_000, true, true)).toBe(true);
  });

  it.each([
    [-10, 60],
    [-20, 200],
    [-35, 400],
  ])('learns an echo of %i dB, %i ms late, and hears who is louder than that', (gainDb, delayMs) => {
    const guard = new EchoGuard();
    answer(guard, { gainDb, delayMs, fromMs: 1_000 });
    expect(Math.abs((guard.gainDb ?? 0) - gainDb)).toBeLessThan(3);
    // The next answer: its echo is nobody, a voice 12 dB above the echo is somebody.
    let believed = 0;
    for (let frame = 0; frame < 200; frame++) {
      const nowMs = 20_000 + frame * 20;
      guard.played(speech(frame), nowMs);
      const echo = frame >= delayMs / 20 ? speech(frame - delayMs / 20) + gainDb : -90;
      if (guard.isUser(echo, nowMs, true, false)) believed += 1;
      expect(guard.isUser(-22 + gainDb + 12, nowMs, true, false)).toBe(true);
    }
    expect(believed).toBe(0);
  });

  it('knows enough within the first answer', () => {
    const guard = new EchoGuard();
    for (let frame = 0; frame < 60; frame++) {
      guard.played(speech(frame), 1_000 + frame * 20);
      const isUser = guard.isUser(speech(frame) - 15, 1_000 + frame * 20, true, true);
      // Until then nobody can be told from the echo.
      if (frame > 0) expect(isUser).toBe(false);
    }
    expect(guard.gainDb).toBeCloseTo(-15, -1);
  });

  it('does not learn from an answer that somebody spoke over', () => {
    const guard = new EchoGuard();
    answer(guard, { gainDb: -40, delayMs: 100, fromMs: 1_000 });
    for (let frame = 0; frame < 200; frame++) {
      guard.played(speech(frame), 20_000 + frame * 20);
      guard.isUser(-20, 20_000 + frame * 20, true, true);
    }
    guard.answerEnded(false);
    expect(guard.gainDb).toBeLessThan(-30);
  });

  it('takes the noise of a silent microphone for nobody', () => {
    const guard = new EchoGuard();
    answer(guard, { gainDb: -60, delayMs: 100, fromMs: 1_000 });
    guard.played(-20, 8_000);
    expect(guard.isUser(-66, 8_020, true, false)).toBe(false);
    expect(guard.isUser(-45, 8_040, true, false)).toBe(true);
  });

  it('does not take somebody who speaks over the beginning for an echo', () => {
    const guard = new EchoGuard();
    for (let frame = 0; frame < 100; frame++) {
      guard.played(speech(frame), 1_000 + frame * 20);
      // Speech of another rhythm, as loud as the answer.
      guard.isUser(-30 + 10 * Math.sin(frame / 1.3), 1_000 + frame * 20, true, true);
    }
    expect(guard.gainDb).toBe(-90);
    expect(guard.isUser(-45, 3_100, true, false)).toBe(true);
  });

  it('believes who speaks behind a first answer that was too short to learn from', () => {
    const guard = new EchoGuard();
    for (let frame = 0; frame < 10; frame++) guard.played(-20, 1_000 + frame * 20);
    expect(guard.isUser(-40, 1_300, true, false)).toBe(false);
    expect(guard.isUser(-40, 1_300, false, false)).toBe(true);
  });

  it('forgets an echo 1.2 seconds after it was played, and at once what was flushed', () => {
    const guard = new EchoGuard();
    answer(guard, { gainDb: -10, delayMs: 100, fromMs: 1_000 });
    expect(guard.isUser(-45, 5_300, true, false)).toBe(false);
    expect(guard.isUser(-45, 6_400, true, false)).toBe(true);
    guard.played(-20, 8_200);
    guard.flushed(8_000);
    // Nothing sounds that it could be the echo of.
    expect(guard.isUser(-45, 8_100, true, false)).toBe(true);
  });

  it('knows an echo whose frames come four at a time', () => {
    const guard = new EchoGuard();
    // Speech of no period that two delays could share.
    const level = (frame: number) => -30 + 8 * Math.sin(frame / 2.3) + 5 * Math.sin(frame / 0.7);
    for (let message = 0; message < 15; message++) {
      for (let part = 0; part < 4; part++) {
        const frame = message * 4 + part;
        guard.played(level(frame), 1_000 + frame * 20);
      }
      for (let part = 0; part < 4; part++)
        guard.isUser(level(message * 4 + part - 6) - 20, 1_000 + message * 80, true, true);
    }
    expect(guard.gainDb).toBeCloseTo(-20, -1);
  });

  it('knows an echo whose frames come late, as in a process that gets too little of the processor', () => {
    const guard = new EchoGuard();
    const level = (frame: number) => -30 + 8 * Math.sin(frame / 2.3) + 5 * Math.sin(frame / 0.7);
    let waiting: number[] = [];
    for (let frame = 0; frame < 70; frame++) {
      // Times are not quite those of the frames either.
      guard.played(level(frame), 1_000 + frame * 20 + (frame % 3) * 6);
      waiting.push(level(frame - 6) - 20);
      if (frame % 7 < 4 || frame < 4 || (frame > 12 && frame < 45)) continue;
      for (const late of waiting) guard.isUser(late, 1_000 + frame * 20, true, true);
      waiting = [];
    }
    expect(guard.gainDb).toBeCloseTo(-20, -1);
  });

  it('waits while it cannot tell an echo from somebody', () => {
    const guard = new EchoGuard();
    for (let frame = 0; frame < 70; frame++) {
      guard.played(speech(frame), 1_000 + frame * 20);
      guard.isUser(-30 + 10 * Math.sin(frame / 1.3), 1_000 + frame * 20, true, true);
    }
    expect(guard.gainDb).toBeNull();
    guard.answerEnded(true);
    expect(guard.gainDb).toBeNull();
  });

  describe('that found no echo at first', () => {
    const deaf = () => {
      const guard = new EchoGuard();
      for (let frame = 0; frame < 60; frame++) {
        guard.played(speech(frame), 1_000 + frame * 20);
        guard.isUser(-88, 1_000 + frame * 20, true, true);
      }
      guard.answerEnded(true);
      expect(guard.gainDb).toBeLessThan(-50);
      return guard;
    };

    it('finds one that comes later, before anybody is believed to interrupt', () => {
      const guard = deaf();
      for (let frame = 0; frame < 100; frame++) {
        guard.played(speech(frame), 20_000 + frame * 20);
        guard.isUser(speech(frame - 5) - 10, 20_000 + frame * 20, true, false);
      }
      expect(guard.isEcho()).toBe(true);
      expect(guard.gainDb).toBeCloseTo(-10, -1);
      expect(guard.isUser(-32, 22_000, true, false)).toBe(false);
    });

    it('believes who interrupts after a while of silence', () => {
      const guard = deaf();
      for (let frame = 0; frame < 100; frame++) {
        guard.played(speech(frame), 20_000 + frame * 20);
        guard.isUser(frame < 70 ? -88 : -25 + 6 * Math.sin(frame / 1.7), 20_000 + frame * 20, true, false);
      }
      expect(guard.isEcho()).toBe(false);
    });
  });
});
