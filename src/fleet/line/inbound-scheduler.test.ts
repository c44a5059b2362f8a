import { beforeEach, describe, expect, it } from 'vitest';
import { InboundScheduler, type Priority } from './inbound-scheduler.ts';

let now = 0;
let turns: (() => void)[] = [];
let done: string[] = [];
let waited: number[] = [];
let leftOut = 0;
let scheduler: InboundScheduler;

beforeEach(() => {
  now = 0;
  turns = [];
  done = [];
  waited = [];
  leftOut = 0;
  scheduler = new InboundScheduler({
    now: () => now,
    soon: (run) => turns.push(run),
    onWaited: (ms) => waited.push(ms),
    onShed: () => {
      leftOut += 1;
    },
  });
});

/** Timers and sockets have had their turn. */
function turn(): void {
  for (const run of turns.splice(0)) run();
}

/** Work that takes so long, and may be left out. */
function audio(name: string, takesMs = 0) {
  const run = () => {
    done.push(name);
    now += takesMs;
  };
  return { run, shed: () => done.push(`not ${name}`) };
}

/** Work that must be done. */
function must(name: string) {
  return { run: () => done.push(name) };
}

describe('InboundScheduler', () => {
  it('does nothing at once, and everything in its order when others have had their turn', () => {
    const lane = scheduler.lane(() => 1);
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) lane.add(audio(name));
    expect(done).toEqual([]);
    expect(turns).toHaveLength(1);
    turn();
    expect(done).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
    expect(turns).toEqual([]);
  });

  it('says since when a piece of work has waited', () => {
    now = 40;
    const since: number[] = [];
    scheduler.lane(() => 1).add({ run: (sinceMs) => since.push(sinceMs) });
    now = 90;
    turn();
    expect(since).toEqual([40]);
    expect(waited).toEqual([50]);
  });

  it('lets others go first when it has worked for a millisecond', () => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) scheduler.lane(() => 1).add(audio(name, 0.6));
    turn();
    expect(done).toEqual(['a', 'b']);
    turn();
    expect(done).toEqual(['a', 'b', 'c', 'd']);
    turn();
    expect(done).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(turns).toEqual([]);
  });

  it('does two pieces of a lane in a go, then those of the next', () => {
    const lanes = ['a', 'b'].map((name) => ({ name, lane: scheduler.lane(() => 1) }));
    for (const { name, lane } of lanes) for (let index = 1; index <= 3; index++) lane.add(audio(name + index));
    turn();
    expect(done.join(' ')).toBe('a1 a2 b1 b2 a3 b3');
  });

  it('does first what is most urgent', () => {
    for (const priority of [2, 1, 0, 2, 1, 0] as const) scheduler.lane(() => priority).add(audio(`${priority}`));
    turn();
    expect(done.join('')).toBe('001122');
  });

  it('sees that a lane has become more urgent, or less, and keeps its order', () => {
    let priority: Priority = 2;
    const changing = scheduler.lane(() => priority);
    const other = scheduler.lane(() => 1);
    changing.add(audio('a'));
    other.add(audio('x'));
    priority = 0;
    changing.add(audio('b'));
    turn();
    expect(done).toEqual(['a', 'b', 'x']);
    changing.add(audio('c'));
    other.add(audio('y'));
    priority = 2;
    changing.add(audio('d'));
    turn();
    expect(done).toEqual(['a', 'b', 'x', 'y', 'c', 'd']);
  });

  it('what must be done takes what was said before it along, in front of all others', () => {
    const lane = scheduler.lane(() => 2);
    scheduler.lane(() => 1).add(audio('x'));
    lane.add(audio('a'));
    lane.add(must('goodbye'));
    turn();
    expect(done).toEqual(['a', 'goodbye', 'x']);
    // Nothing that must be done is left in it: it waits as before.
    lane.add(audio('b'));
    scheduler.lane(() => 1).add(audio('y'));
    turn();
    expect(done.slice(3)).toEqual(['y', 'b']);
  });

  it.each([
    [1_000, ['a', 'status']],
    [1_001, ['not a', 'status']],
  ])('after %i ms: %j', (ms, expected) => {
    const lane = scheduler.lane(() => 1);
    lane.add(audio('a'));
    lane.add(must('status'));
    now = ms;
    turn();
    expect(done).toEqual(expected);
  });

  it('what never has its turn does not pile up', () => {
    const starved = scheduler.lane(() => 2);
    const busy = scheduler.lane(() => 0);
    for (let second = 0; second < 10; second++) {
      for (let part = 0; part < 10; part++) {
        starved.add(audio('starved'));
        for (let more = 0; more < 20; more++) busy.add(audio('busy', 5));
        turn();
        now += 80;
      }
    }
    expect(done).not.toContain('starved');
    // All but those of the last second.
    expect(done.filter((name) => name === 'not starved').length).toBeGreaterThanOrEqual(85);
    expect(leftOut).toBe(done.filter((name) => name.startsWith('not ')).length);
  });

  it('takes what is added while it works', () => {
    const lane = scheduler.lane(() => 1);
    lane.add({ run: () => lane.add(must('second')) });
    turn();
    turn();
    expect(done).toEqual(['second']);
    expect(turns).toEqual([]);
  });
});
