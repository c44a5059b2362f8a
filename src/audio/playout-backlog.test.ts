import { describe, expect, it } from 'vitest';
import { ManualClock } from '../core/manual-clock.ts';
import { SharedPacer } from './pacer.ts';
import { Playout } from './playout.ts';

const FRAME_MS = 40;

/** A link that needs so long for a frame of 40 ms, and a loudspeaker behind it. */
function setUp(frameTakesMs: number, aheadMs = 200) {
  const clock = new ManualClock();
  const log: string[] = [];
  let leavesAtMs = 0;
  let soundsUntilMs = 0;
  /** When each frame sounds. */
  const sounds: { fromMs: number; untilMs: number }[] = [];
  let maxUnsentMs = 0;
  let heldUpMs = 0;
  const unsentMs = () => {
    const unsent = Math.floor(Math.max(0, leavesAtMs - clock.now()) / frameTakesMs) * FRAME_MS;
    maxUnsentMs = Math.max(maxUnsentMs, unsent);
    return unsent;
  };
  const playout = new Playout<string>({
    sampleRate: 1000,
    frameMs: FRAME_MS,
    aheadMs,
    unsentMs,
    onHeldUp: (ms) => {
      heldUpMs += ms;
    },
    clock,
    pacer: new SharedPacer(clock),
    send: () => {
      leavesAtMs = Math.max(leavesAtMs, clock.now()) + frameTakesMs;
      const fromMs = Math.max(soundsUntilMs, leavesAtMs);
      soundsUntilMs = fromMs + FRAME_MS;
      sounds.push({ fromMs, untilMs: soundsUntilMs });
    },
    onMark: () => undefined,
    onStarted: () => undefined,
    onSent: () => log.push('sent'),
    onPlayed: () => log.push(`played ${soundsUntilMs <= clock.now() + FRAME_MS + frameTakesMs}`),
    onLate: (ms) => log.push(`late ${ms}`),
  });
  const soundedMs = () =>
    sounds.reduce((sum, { fromMs }) => sum + Math.min(FRAME_MS, Math.max(0, clock.now() - fromMs)), 0);
  return { clock, playout, log, soundedMs, maxUnsentMs: () => maxUnsentMs, heldUpMs: () => heldUpMs };
}

describe('a link that is slower than the audio', () => {
  it.each([43, 50, 80])(
    'of %i ms for 40 ms: what waits is not played, and no more waits than may be ahead',
    (takesMs) => {
      const { clock, playout, log, soundedMs, maxUnsentMs, heldUpMs } = setUp(takesMs);
      playout.write(new Int16Array(20_000));
      playout.end();
      let worst = 0;
      for (let ms = 0; ms < 45_000 && log.at(-1)?.startsWith('played') !== true; ms += 20) {
        clock.advance(20);
        worst = Math.max(worst, playout.playedMs - soundedMs());
      }
      // The frame that is on its way out, and a tick.
      expect(worst).toBeLessThanOrEqual(takesMs + FRAME_MS + 20);
      expect(maxUnsentMs()).toBeLessThanOrEqual(200);
      expect(log).toEqual(['sent', 'played true']);
      expect(playout.playedMs).toBe(20_000);
      const slowerBy = 500 * (takesMs - FRAME_MS);
      expect(heldUpMs()).toBeGreaterThan(slowerBy - 400);
      expect(heldUpMs()).toBeLessThanOrEqual(slowerBy + 200);
    },
  );

  it('is not reported when it is fast enough', () => {
    const { clock, playout, heldUpMs } = setUp(39);
    playout.write(new Int16Array(20_000));
    clock.advance(20_000);
    expect(heldUpMs()).toBe(0);
  });

  it('has nothing heard of an answer while the one before still waits', () => {
    const clock = new ManualClock();
    let unsentMs = 400;
    const playout = new Playout<string>({
      sampleRate: 1000,
      frameMs: FRAME_MS,
      aheadMs: 520,
      unsentMs: () => unsentMs,
      clock,
      pacer: new SharedPacer(clock),
      send: () => undefined,
      onMark: () => undefined,
      onStarted: () => undefined,
      onSent: () => undefined,
      onPlayed: () => undefined,
      onLate: () => undefined,
    });
    playout.mark(0, 'one');
    playout.write(new Int16Array(40));
    clock.advance(200);
    expect([playout.sentMs, playout.playedMs]).toEqual([40, 0]);
    playout.pause();
    expect([playout.sentMs, playout.playedMs]).toEqual([0, 0]);
    playout.resume();
    unsentMs = 0;
    playout.end();
    clock.advance(1_000);
    expect(playout.heardMarks).toEqual(['one']);
  });
});
