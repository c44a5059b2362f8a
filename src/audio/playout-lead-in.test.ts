import { describe, expect, it } from 'vitest';
import { ManualClock } from '../core/manual-clock.ts';
import { SharedPacer } from './pacer.ts';
import { Playout, type PlayoutOptions } from './playout.ts';

const LEAD_IN_MS = 200;

function setUp(options: Partial<PlayoutOptions<string>> = {}) {
  const clock = new ManualClock();
  const sent: { atMs: number; first: number; isLeadIn: boolean }[] = [];
  const log: string[] = [];
  const playout = new Playout<string>({
    sampleRate: 1000,
    frameMs: 40,
    aheadMs: 120,
    leadInMs: LEAD_IN_MS,
    clock,
    pacer: new SharedPacer(clock),
    send: (frame, isLeadIn) => sent.push({ atMs: clock.now(), first: frame[0] ?? 0, isLeadIn }),
    onMark: (mark) => log.push(`mark ${mark} ${clock.now()}`),
    onStarted: () => log.push(`started ${clock.now()}`),
    onSent: () => log.push(`sent ${clock.now()}`),
    onPlayed: () => log.push(`played ${clock.now()}`),
    onLate: (lateMs) => log.push(`late ${lateMs}`),
    ...options,
  });
  const silence = () => sent.filter(({ isLeadIn }) => isLeadIn).length;
  return { clock, sent, log, playout, silence };
}

const audio = (ms: number) => new Int16Array(ms).fill(7);

describe('the silence that wakes a loudspeaker', () => {
  it('comes before the first audio, at the pace at which it is played, and is no part of it', () => {
    const { clock, sent, log, playout, silence } = setUp();
    playout.mark(0, 'one');
    playout.mark(200, 'two');
    playout.write(audio(400));
    playout.end();
    expect(sent).toEqual([0, 0, 0].map((first) => ({ atMs: 0, first, isLeadIn: true })));
    expect([playout.sentMs, playout.leadMs, playout.leftMs]).toEqual([0, 120, 400]);
    clock.advance(160);
    expect([playout.sentMs, playout.playedMs, playout.heardMarks]).toEqual([80, 0, []]);
    clock.advance(240);
    expect([playout.playedMs, playout.heardMarks]).toEqual([200, ['one']]);
    clock.advance(1_000);
    expect(silence()).toBe(5);
    expect(sent.filter(({ first }) => first === 7)).toHaveLength(10);
    // 200 ms of silence, of which 120 may be ahead.
    expect(log).toEqual(['started 120', 'mark one 120', 'mark two 320', 'sent 480', 'played 600']);
  });

  it('is left out when the loudspeaker has played something within the last second', () => {
    const { sent, playout } = setUp({ quietSinceMs: -1_000 });
    playout.write(audio(400));
    expect(sent.map(({ first }) => first)).toEqual([7, 7, 7]);
    const later = setUp({ quietSinceMs: -1_001 });
    later.playout.write(audio(400));
    expect(later.sent.map(({ isLeadIn }) => isLeadIn)).toEqual([true, true, true]);
  });

  it('comes again amid an answer that has paused for more than a second, even before a piece of a frame', () => {
    const { clock, sent, log, playout, silence } = setUp();
    playout.write(audio(80));
    clock.advance(1_000);
    playout.write(audio(80));
    clock.advance(2_000);
    expect(silence()).toBe(5);
    playout.write(audio(20));
    clock.advance(1_000);
    expect(silence()).toBe(10);
    expect(sent.at(-1)?.first).toBe(7);
    expect(log.filter((line) => line.startsWith('late'))).toEqual([]);
    expect(playout.playedMs).toBe(200);
  });

  it('takes nothing of the answer back when it is interrupted amid it, and goes on later', () => {
    const { clock, playout, sent } = setUp();
    playout.write(audio(400));
    clock.advance(140);
    expect(playout.sentMs).toBe(40);
    playout.pause();
    expect([playout.sentMs, playout.playedMs, playout.leftMs]).toEqual([0, 0, 400]);
    const before = sent.length;
    clock.advance(1_500);
    playout.resume();
    playout.end();
    clock.advance(2_000);
    expect(sent.slice(before).filter(({ isLeadIn }) => isLeadIn)).toHaveLength(5);
    expect(sent.slice(before).filter(({ isLeadIn }) => !isLeadIn)).toHaveLength(10);
    expect(playout.playedMs).toBe(400);
  });
});
