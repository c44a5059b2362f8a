import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '#src/core/manual-clock';
import { Microphone } from './mic.ts';
import type { MicFrames } from './mic-frames.ts';

const frames = (letter: string, count: number): MicFrames =>
  Array.from({ length: count }, (_, index) => Buffer.from(`${letter}${index}`));

describe('microphone', () => {
  let clock: ManualClock;
  let sent: string[];
  let heard: boolean;

  const create = (ambient: MicFrames | undefined): Microphone<Uint8Array> =>
    new Microphone({
      clock,
      frameMs: 40,
      framesPerMessage: 2,
      ambient,
      isHeard: () => heard,
      send: (message, startMs) => {
        expect(startMs).toBe(clock.now() - 80);
        sent.push(`${clock.now()}:${message.map((frame) => Buffer.from(frame).toString()).join('+')}`);
      },
    });

  beforeEach(() => {
    clock = new ManualClock();
    sent = [];
    heard = true;
  });

  it('sends silence by absolute deadlines while a backend listens, and nothing else costs a timer', () => {
    heard = false;
    const mic = create(frames('n', 3));
    mic.wake();
    expect(clock.pending).toBe(0);
    heard = true;
    mic.wake();
    mic.wake();
    expect(clock.pending).toBe(1);
    clock.advance(240);
    expect(sent).toEqual(['80:n0+n1', '160:n2+n0', '240:n1+n2']);
    heard = false;
    clock.advance(1000);
    expect(sent).toHaveLength(3);
    expect(clock.pending).toBe(0);
  });

  it('speaks clips one after another, in time, and reports when each was spoken', async () => {
    const mic = create(frames('n', 1));
    mic.wake();
    clock.advance(80);
    const first = mic.speak(frames('a', 3));
    const second = mic.speak(frames('b', 2));
    clock.advance(320);
    expect(sent).toEqual(['80:n0+n0', '160:a0+a1', '240:a2+b0', '320:b1+n0', '400:n0+n0']);
    expect(await first).toEqual({ startedAt: 80, endedAt: 240 });
    expect(await second).toEqual({ startedAt: 160, endedAt: 320 });
  });

  it('sends nothing but the clip when it has no silence', async () => {
    const mic = create(undefined);
    const spoken = mic.speak(frames('a', 3));
    clock.advance(1000);
    expect(sent).toEqual(['80:a0+a1', '160:a2']);
    expect(clock.pending).toBe(0);
    await spoken;
  });

  it('stands still while frozen', () => {
    const mic = create(frames('n', 1));
    mic.wake();
    mic.freeze();
    clock.advance(1000);
    expect(sent).toEqual([]);
    mic.thaw();
    clock.advance(80);
    expect(sent).toEqual(['1080:n0+n0']);
  });

  it('takes sixteen clips and no more', () => {
    const mic = create(undefined);
    for (let i = 0; i < 16; i++) mic.speak(frames('a', 1)).catch(() => {});
    expect(() => mic.speak(frames('a', 1))).toThrow('waiting already');
  });

  it('fails what was being said when it is stopped', async () => {
    const mic = create(undefined);
    const spoken = mic.speak(frames('a', 3));
    clock.advance(80);
    mic.stop();
    await expect(spoken).rejects.toMatchObject({ code: 'stopped' });
    expect(clock.pending).toBe(0);
  });
});

describe('microphone of a process that stood still', () => {
  /** A clock whose timers fire late, as when the event loop is blocked. */
  class LateClock extends ManualClock {
    lateMs = 0;
    override now(): number {
      return super.now() + this.lateMs;
    }
  }

  it('catches up in a burst after a short stall, and loses what a long one costs', () => {
    const clock = new LateClock();
    let messages = 0;
    const mic = new Microphone({
      clock,
      frameMs: 40,
      framesPerMessage: 2,
      ambient: frames('n', 1),
      isHeard: () => true,
      send: () => messages++,
    });
    mic.wake();
    clock.lateMs = 400;
    clock.advance(80);
    expect(messages).toBe(6);
    expect(mic.lostMs).toBe(0);
    clock.lateMs = 5400;
    clock.advance(80);
    expect(messages).toBe(7);
    expect(mic.lostMs).toBe(5000);
  });

  it('has recorded nothing of what is said before it was said', () => {
    const clock = new LateClock();
    const sent: string[] = [];
    const mic = new Microphone<Uint8Array>({
      clock,
      frameMs: 40,
      framesPerMessage: 1,
      ambient: frames('n', 1),
      isHeard: () => true,
      send: (message) => sent.push(...message.map((frame) => Buffer.from(frame).toString())),
    });
    mic.wake();
    clock.lateMs = 400;
    // The process runs again, and what makes the user speak comes before the timer of the microphone.
    mic.speak(frames('a', 3)).catch(() => undefined);
    expect(sent).toEqual(Array(10).fill('n0'));
    clock.advance(80);
    expect(sent.slice(10)).toEqual(['a0', 'a1']);
  });
});
