import { describe, expect, it } from 'vitest';
import { ManualClock } from '../core/manual-clock.ts';
import { SharedPacer } from './pacer.ts';
import { Playout } from './playout.ts';

function setUp(aheadMs = 320, frameMs = 80, tellAheadMs = aheadMs) {
  const clock = new ManualClock();
  const sent: { atMs: number; first: number }[] = [];
  const log: string[] = [];
  const playout = new Playout<string>({
    sampleRate: 1000,
    frameMs,
    aheadMs,
    tellAheadMs,
    clock,
    pacer: new SharedPacer(clock),
    send: (frame) => sent.push({ atMs: clock.now(), first: frame[0] ?? 0 }),
    onMark: (mark) => log.push(`mark ${mark}`),
    onStarted: () => log.push('started'),
    onSent: () => log.push(`sent ${clock.now()}`),
    onPlayed: () => log.push(`played ${clock.now()}`),
    onLate: (lateMs) => log.push(`late ${lateMs}`),
  });
  return { clock, sent, log, playout };
}

/** How far the audio sent by each moment is ahead of a loudspeaker that started with the first frame. */
function maxLead(sent: readonly { atMs: number }[], frameMs: number): number {
  const start = sent[0]?.atMs ?? 0;
  return Math.max(...sent.map(({ atMs }, index) => (index + 1) * frameMs - (atMs - start)));
}

describe('Playout', () => {
  it('sends a short burst at once and the rest in real time, never more than aheadMs ahead', () => {
    const { clock, sent, log, playout } = setUp();
    playout.write(new Int16Array(4000));
    playout.end();
    expect(sent).toHaveLength(4);
    clock.advance(10_000);
    expect(sent).toHaveLength(50);
    expect(maxLead(sent, 80)).toBe(320);
    // 50 frames of 80 ms: the last is sent 320 ms before the loudspeaker needs its end.
    expect(log).toEqual(['started', 'sent 3680', 'played 4000']);
    expect(playout.playedMs).toBe(4000);
  });

  it('does not drift over a long reply', () => {
    const { clock, sent, playout } = setUp();
    playout.write(new Int16Array(600_000));
    clock.advance(599_000);
    expect(maxLead(sent, 80)).toBe(320);
    expect((sent.length * 80) / 1000).toBeCloseTo(599.28, 1);
  });

  it('counts the lead anew after the source ran dry', () => {
    const { clock, sent, log, playout } = setUp();
    playout.write(new Int16Array(80));
    clock.advance(1_000);
    playout.write(new Int16Array(800));
    expect(sent).toHaveLength(5);
    clock.advance(2_000);
    expect(sent).toHaveLength(11);
    expect(log.filter((line) => line.startsWith('late'))).toEqual([]);
  });

  it('fills the last frame with silence', () => {
    const { sent, playout } = setUp();
    playout.write(Int16Array.from({ length: 30 }, () => 7));
    expect(sent).toHaveLength(0);
    playout.end();
    expect(sent).toEqual([{ atMs: 0, first: 7 }]);
    expect(playout.sentMs).toBe(80);
  });

  it('reports marks when their audio is sent, and those beyond the end at the end', () => {
    const { clock, log, playout } = setUp(80);
    playout.mark(0, 'one');
    playout.mark(100, 'two');
    playout.mark(900, 'beyond');
    playout.write(new Int16Array(240));
    expect(log).toEqual(['started', 'mark one']);
    clock.advance(80);
    expect(log).toEqual(['started', 'mark one', 'mark two']);
    playout.end();
    clock.advance(1_000);
    expect(log.slice(3)).toEqual(['mark beyond', 'sent 160', 'played 240']);
  });

  it('tells of marks and of the end no earlier than tellAheadMs before they sound', () => {
    const { clock, sent, log, playout } = setUp(2_000, 80, 320);
    for (const at of [0, 300, 400, 1_900]) playout.mark(at, `${at} at`);
    playout.write(new Int16Array(1_600));
    playout.end();
    expect(sent).toHaveLength(20);
    expect(log).toEqual(['started', 'mark 0 at', 'mark 300 at']);
    clock.advance(2_000);
    expect(log.slice(3)).toEqual(['mark 400 at', 'mark 1900 at', 'sent 1280', 'played 1600']);
  });

  it('sends and says nothing after stop', () => {
    const { clock, sent, log, playout } = setUp();
    playout.write(new Int16Array(4000));
    playout.stop();
    clock.advance(10_000);
    playout.write(new Int16Array(4000));
    playout.end();
    clock.advance(10_000);
    expect(sent).toHaveLength(4);
    expect(log).toEqual(['started']);
    expect(clock.pending).toBe(0);
  });

  it('moves the newest marks: what was reported is not reported again', () => {
    const { clock, log, playout } = setUp();
    for (const [mark, at] of Object.entries({ one: 0, two: 100, three: 200, four: 700 })) playout.mark(at, mark);
    playout.write(new Int16Array(1_600));
    expect(log).toEqual(['started', 'mark one', 'mark two', 'mark three']);
    playout.moveMarks([600, 900, 1_200]);
    expect(playout.marks.map(({ mark, atSample }) => `${mark} ${atSample}`)).toEqual([
      'one 0',
      'two 600',
      'three 900',
      'four 1200',
    ]);
    clock.advance(650);
    expect(playout.heardMarks).toEqual(['one']);
    playout.end();
    clock.advance(400);
    expect(playout.heardMarks).toEqual(['one', 'two']);
    expect(log.slice(4)).toEqual(['mark four']);
  });

  it('ends at once when there was nothing to say', () => {
    const { log, playout } = setUp();
    playout.end();
    expect(log).toEqual(['sent 0', 'played 0']);
  });

  it('pauses at once and goes on with the word that was cut', () => {
    const { clock, sent, log, playout } = setUp();
    for (const [word, at] of [
      ['one', 0],
      ['two', 300],
      ['three', 620],
      ['four', 900],
    ] as const) {
      playout.mark(at, word);
    }
    playout.write(Int16Array.from({ length: 1200 }, (_, index) => index));
    playout.end();
    clock.advance(700);
    const before = sent.length;
    playout.pause();
    expect(playout.playedMs).toBe(700);
    expect(playout.heardMarks).toEqual(['one', 'two']);
    clock.advance(2_000);
    expect(sent).toHaveLength(before);
    expect(playout.playedMs).toBe(700);
    playout.resume();
    expect(sent[before]).toEqual({ atMs: 2_700, first: 620 });
    clock.advance(5_000);
    expect(playout.heardMarks).toEqual(['one', 'two', 'three', 'four']);
    // No word is announced twice.
    expect(log).toEqual(['started', 'mark one', 'mark two', 'mark three', 'mark four', 'sent 3020', 'played 3340']);
  });

  it('says all of it again that a pause took back, also when everything was sent', () => {
    const { clock, sent, log, playout } = setUp();
    playout.write(Int16Array.from({ length: 400 }, (_, index) => index));
    playout.end();
    clock.advance(200);
    expect(log).toContain('sent 80');
    playout.pause();
    clock.advance(1_000);
    expect(log.filter((line) => line.startsWith('played'))).toEqual([]);
    playout.resume();
    clock.advance(1_000);
    expect(sent.filter(({ atMs }) => atMs >= 1_200).map(({ first }) => first)).toEqual([0, 80, 160, 240, 320]);
    expect(log.at(-1)).toBe('played 1600');
  });

  it('says when it was late although audio was there', () => {
    const { log, playout, clock } = setUp();
    playout.write(new Int16Array(4000));
    playout.tick(clock.now() + 500);
    expect(log).toContain('late 180');
  });
});
