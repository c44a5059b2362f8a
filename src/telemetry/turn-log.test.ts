import { expect, test } from 'vitest';
import { ManualClock } from '../core/manual-clock.ts';
import { EventBus } from './event-bus.ts';
import type { EventReport } from './events.ts';
import { TurnLog } from './turn-log.ts';

function setUp({ kept = 3, transcripts = true } = {}) {
  const clock = new ManualClock(1_000);
  const bus = new EventBus(clock, (error) => {
    throw error;
  });
  const known = new Set(['a', 'b']);
  const log = new TurnLog({ bus, kept, transcripts, isKnown: (device) => known.has(device) });
  const start = (device: string, turn: number) => bus.report({ type: 'turn.started', device, turn });
  const end = (device: string, turn: number, more: Partial<EventReport> = {}) =>
    bus.report({
      type: 'turn.ended',
      device,
      turn,
      kind: 'user',
      outcome: 'answered',
      heard: 'what\u0000 time is it',
      answer: 'It is',
      written: 'It is noon.',
      spokenMs: 812.4,
      stages: { endpointing: 500, total: 900 },
      ...more,
    } as EventReport);
  const reload = (removed: string[]) => {
    for (const device of removed) known.delete(device);
    const changes = { added: [], removed, restarted: [], updated: [], unchanged: 0 };
    bus.report({ type: 'config.reloaded', ok: true, trigger: 'file', changes, errors: [] });
  };
  return { clock, known, log, start, end, reload };
}

const numbers = (log: TurnLog, device: string, limit?: number) => log.of(device, limit).map(({ turn }) => turn);

test('a turn is kept whole: when, why, what was said, how long each stage took', () => {
  const { clock, log, start, end } = setUp();
  start('a', 1);
  clock.advance(2_500);
  end('a', 1, { outcome: 'failed', error: { kind: 'tts', code: 'engine_timeout', message: 'silent' } });
  expect(log.of('a')).toEqual([
    {
      turn: 1,
      kind: 'user',
      outcome: 'failed',
      startedAt: 1_000,
      endedAt: 3_500,
      heard: 'what  time is it',
      answer: 'It is',
      written: 'It is noon.',
      spokenMs: 812.4,
      stages: { endpointing: 500, total: 900 },
      error: { kind: 'tts', code: 'engine_timeout', message: 'silent' },
    },
  ]);
});

test('the last ones of each device are kept, newest first', () => {
  const { log, end } = setUp({ kept: 3 });
  for (let turn = 1; turn <= 5; turn++) end('a', turn);
  end('b', 1, { kind: 'say' });
  expect(numbers(log, 'a')).toEqual([5, 4, 3]);
  expect(numbers(log, 'a', 2)).toEqual([5, 4]);
  expect(numbers(log, 'a', 100)).toEqual([5, 4, 3]);
  expect(log.of('b')).toMatchObject([{ kind: 'say', error: null, startedAt: null }]);
  expect(log.of('nobody')).toEqual([]);
  expect(log.of('constructor')).toEqual([]);
});

test('a turn that begins before another one ends keeps its own time; what never ends is forgotten', () => {
  const { clock, log, start, end } = setUp();
  start('a', 1);
  clock.advance(100);
  start('a', 2);
  end('a', 1);
  end('a', 2);
  expect(log.of('a').map(({ startedAt }) => startedAt)).toEqual([1_100, 1_000]);
  for (let turn = 3; turn < 10; turn++) start('a', turn);
  end('a', 3);
  end('a', 9);
  expect(log.of('a', 2).map(({ startedAt }) => startedAt)).toEqual([1_100, null]);
});

test('a removed device takes its turns along, and the sentence that it still ends', () => {
  const { known, log, start, end, reload } = setUp();
  end('a', 1);
  end('b', 1);
  start('a', 2);
  reload(['a']);
  end('a', 2);
  expect(log.size).toBe(1);
  known.add('a');
  expect(log.of('a')).toEqual([]);
  expect(numbers(log, 'b')).toEqual([1]);
});

test('without transcripts no text is kept', () => {
  const { log, end } = setUp({ transcripts: false });
  end('a', 1);
  expect(log.of('a')).toMatchObject([{ heard: null, answer: null, written: null, spokenMs: 812.4 }]);
});

test('with nothing to keep nothing is kept, and a closed one takes no more', () => {
  const none = setUp({ kept: 0 });
  none.start('a', 1);
  none.end('a', 1);
  expect([none.log.of('a'), none.log.size]).toEqual([[], 0]);
  const { log, end } = setUp();
  end('a', 1);
  log.close();
  end('a', 2);
  expect(numbers(log, 'a')).toEqual([1]);
});

test('a text without end is clipped', () => {
  const { log, end } = setUp();
  end('a', 1, { written: 'x'.repeat(100_000) });
  expect(log.of('a')[0]?.written).toHaveLength(2_000);
});
