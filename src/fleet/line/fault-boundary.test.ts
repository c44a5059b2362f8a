import { beforeEach, describe, expect, it } from 'vitest';
import { type Paced, SharedPacer, TICK_MS } from '../../audio/pacer.ts';
import { ManualClock } from '../../core/manual-clock.ts';
import type { FleetEvent } from '../events.ts';
import { FaultBoundary } from './fault-boundary.ts';

let clock: ManualClock;
let pacer: SharedPacer;
let events: FleetEvent[];
let ended: string[];
let faults: FaultBoundary;

beforeEach(() => {
  clock = new ManualClock();
  pacer = new SharedPacer(clock);
  events = [];
  ended = [];
  faults = new FaultBoundary('hall', { clock, pacer, report: (event) => events.push(event) });
  faults.whenFaulty((detail) => ended.push(detail));
});

const throws = (message: string) => () => {
  throw new Error(message);
};
const places = () => events.map((event) => event.type === 'device.fault' && `${event.device} ${event.where}`);

describe('FaultBoundary', () => {
  it('runs what does not throw, and says so', () => {
    let ran = 0;
    expect(faults.run('message', () => ran++)).toBe(true);
    expect([ran, events, ended]).toEqual([1, [], []]);
  });

  it('catches what is thrown, reports it with its cause, and ends the link with words', () => {
    const cause = new Error('a bug');
    const run = () => {
      throw cause;
    };
    expect(faults.run('message', run)).toBe(false);
    expect(events).toEqual([{ type: 'device.fault', device: 'hall', where: 'message', cause }]);
    expect(ended).toEqual(['a message could not be handled: a bug']);
  });

  it.each([undefined, null, 'text', { a: 1 }])('takes anything that is thrown: %j', (cause) => {
    faults.fault('async', cause);
    expect(events).toHaveLength(1);
    expect(ended).toEqual([expect.stringContaining('work in progress failed: ')]);
  });

  it('reports what has nothing to do with the present link, and leaves that one alone', () => {
    faults.note('open', new Error('late'));
    expect(places()).toEqual(['hall open']);
    expect(ended).toEqual([]);
  });

  it('throws nothing when the end of the link throws, or is a fault itself', () => {
    faults.whenFaulty(throws('no end'));
    faults.fault('timer', new Error('first'));
    expect(places()).toEqual(['hall timer', 'hall line']);
    events.length = 0;
    faults.whenFaulty(() => faults.fault('conversation', new Error('second')));
    faults.fault('timer', new Error('first'));
    expect(places()).toEqual(['hall timer', 'hall conversation']);
  });

  it('throws nothing when the report throws, and ends the link all the same', () => {
    const mute = new FaultBoundary('hall', { clock, pacer, report: throws('a subscriber') });
    mute.whenFaulty((detail) => ended.push(detail));
    mute.fault('timer', new Error('first'));
    expect(ended).toHaveLength(1);
  });
});

describe('the clock of a device', () => {
  it('is the clock of all, but for what its timers throw', () => {
    const fired: string[] = [];
    faults.clock.setTimer(() => fired.push('one'), 10);
    faults.clock.setTimer(throws('in a timer'), 20);
    faults.clock.clearTimer(faults.clock.setTimer(() => fired.push('never'), 20));
    clock.setTimer(() => fired.push('other device'), 20);
    clock.advance(30);
    expect(fired).toEqual(['one', 'other device']);
    expect(places()).toEqual(['hall timer']);
    expect([faults.clock.now(), faults.clock.wallNow()]).toEqual([clock.now(), clock.wallNow()]);
    expect(clock.pending).toBe(0);
  });
});

describe('the pacer of a device', () => {
  const counting = (): Paced & { ticks: number } => ({
    ticks: 0,
    tick() {
      this.ticks += 1;
    },
  });

  it('ticks no more what has thrown once, and everything else as before', () => {
    const [mine, other] = [counting(), counting()];
    let ticksOfBroken = 0;
    faults.pacer.add({
      tick: () => {
        ticksOfBroken += 1;
        throw new Error('in a tick');
      },
    });
    faults.pacer.add(mine);
    pacer.add(other);
    clock.advance(3 * TICK_MS);
    expect(ticksOfBroken).toBe(1);
    expect([mine.ticks, other.ticks]).toEqual([3, 3]);
    expect(places()).toEqual(['hall pacer']);
  });

  it('can be left, and leaves no timer behind', () => {
    const mine = counting();
    faults.pacer.add(mine);
    faults.pacer.add(mine);
    clock.advance(TICK_MS);
    faults.pacer.remove(mine);
    clock.advance(5 * TICK_MS);
    expect(mine.ticks).toBe(1);
    expect(clock.pending).toBe(0);
  });

  it('goes on for all when something throws that nothing guards', () => {
    const other = counting();
    let thrown = 0;
    pacer.add({
      tick: () => {
        thrown += 1;
        throw new Error('unguarded');
      },
    });
    pacer.add(other);
    expect(() => clock.advance(TICK_MS)).toThrow('unguarded');
    expect(() => clock.advance(TICK_MS)).toThrow('unguarded');
    expect(thrown).toBe(2);
    expect(clock.pending).toBe(1);
  });
});
