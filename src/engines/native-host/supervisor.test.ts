import { expect, test } from 'vitest';
import {
  HEALTHY_AFTER_MS,
  INITIAL_SUPERVISOR,
  type SupervisorEffect,
  type SupervisorInput,
  type SupervisorState,
  supervise,
} from './supervisor.ts';

/** Runs the inputs one after another; the last effect, and the state. `random` is 1: the longest delays. */
function run(inputs: readonly SupervisorInput[], random = 1): readonly [SupervisorState, SupervisorEffect | null] {
  let last: readonly [SupervisorState, SupervisorEffect | null] = [INITIAL_SUPERVISOR, null];
  for (const input of inputs) last = supervise(last[0], input, () => random);
  return last;
}

const start = { type: 'start' } as const;
const retry = { type: 'retry' } as const;
const ready = { type: 'ready', nowMs: 0 } as const;
const crash = { type: 'lost', nowMs: 10, blameModel: false } as const;
const badModel = { type: 'lost', nowMs: 10, blameModel: true } as const;

test('starts once', () => {
  expect(run([start])[1]).toEqual({ type: 'launch' });
  expect(run([start, start])[1]).toBeNull();
  expect(run([start, ready, start])[1]).toBeNull();
});

test('the first crash is answered at once, later ones later and later up to 30 s', () => {
  const delays: number[] = [];
  for (let crashes = 1; crashes <= 12; crashes++) {
    const inputs = [start, ready, crash, ...Array.from({ length: crashes - 1 }, () => [retry, ready, crash]).flat()];
    const [, effect] = run(inputs);
    delays.push(effect?.type === 'retry_later' ? effect.delayMs : Number.NaN);
  }
  expect(delays).toEqual([0, 250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000, 30_000]);
});

test('half of a delay is chance', () => {
  expect(run([start, ready, crash, retry, ready, crash], 0)[1]).toEqual({ type: 'retry_later', delayMs: 125 });
});

test('a host that worked for long starts with a clean record', () => {
  const late = { type: 'lost', nowMs: HEALTHY_AFTER_MS, blameModel: false } as const;
  expect(run([start, ready, crash, retry, ready, crash, retry, ready, late])[1]).toEqual({
    type: 'retry_later',
    delayMs: 0,
  });
});

test('a model that cannot be loaded is tried again seldom', () => {
  expect(run([start, badModel])[1]).toEqual({ type: 'retry_later', delayMs: 10_000 });
  expect(run([start, badModel, retry, badModel])[1]).toEqual({ type: 'retry_later', delayMs: 20_000 });
  const many = Array.from({ length: 50 }, () => [retry, badModel]).flat();
  expect(run([start, badModel, ...many])[1]).toEqual({ type: 'retry_later', delayMs: 300_000 });
});

test('nothing starts after close, whatever comes', () => {
  expect(run([start, { type: 'close' }])[1]).toEqual({ type: 'stop' });
  for (const input of [start, retry, ready, crash, { type: 'close' } as const]) {
    expect(run([start, { type: 'close' }, input])[1]).toBeNull();
  }
});

test('a death is counted once', () => {
  const [state, effect] = run([start, ready, crash, crash]);
  expect(effect).toBeNull();
  expect(state.crashes).toBe(1);
});
