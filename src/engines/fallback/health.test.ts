import { describe, expect, it } from 'vitest';
import { pass, quiet } from '../../../test/support/time/settle.ts';
import { DialtoneError, type ErrorCode } from '../../core/errors.ts';
import { ManualClock } from '../../core/manual-clock.ts';
import type { Engine } from '../engine-call.ts';
import type { EngineEvent } from '../events.ts';
import { EngineHealth } from './health.ts';

const error = (code: ErrorCode, retryAfterMs?: number) => new DialtoneError(code, `it says ${code}`, { retryAfterMs });

/** An engine that is checked, or is not, and what is reported of it. */
function healthOf(check?: Engine['check']) {
  const clock = new ManualClock();
  const events: EngineEvent[] = [];
  const engine: Engine = { id: 'a', close: async () => {}, ...(check && { check }) };
  const health = new EngineHealth({
    kind: 'llm',
    engine,
    clock,
    random: () => 0.5,
    report: (event) => events.push(event),
  });
  return { clock, events, health };
}

describe('an engine that can be asked', () => {
  it('is asked in the background until it can be reached, less and less often, and the changes are reported', async () => {
    const askedAtMs: number[] = [];
    const { clock, events, health } = healthOf(async () => {
      askedAtMs.push(clock.now());
      if (askedAtMs.length < 3) throw error('engine_unavailable');
    });
    health.begin().failed(error('engine_auth'));
    expect(health.isUsable).toBe(false);
    await pass(clock, 60_000);
    expect(askedAtMs).toEqual([5_000, 15_000, 35_000]);
    expect(health.isUsable).toBe(true);
    expect(events).toEqual([
      { type: 'engine.state', kind: 'llm', engine: 'a', state: 'down', reason: 'it says engine_auth' },
      { type: 'engine.state', kind: 'llm', engine: 'a', state: 'up' },
    ]);
    expect(clock.pending).toBe(0);
  });

  it('that does not answer is given up and asked again', async () => {
    const asked: AbortSignal[] = [];
    const { clock, health } = healthOf((signal) => {
      asked.push(signal);
      return new Promise(() => {});
    });
    health.begin().failed(error('engine_auth'));
    await pass(clock, 15_000);
    expect(asked.map(({ aborted }) => aborted)).toEqual([true]);
    expect(health.status).toMatchObject({ state: 'down', lastError: { class: 'timeout', code: 'engine_timeout' } });
    await pass(clock, 10_000);
    expect(asked).toHaveLength(2);
  });

  it('without room is full until there is room', async () => {
    let hasRoom = false;
    const { clock, events, health } = healthOf(async () => {
      if (!hasRoom) throw error('engine_overloaded');
    });
    health.begin().failed(error('engine_overloaded'));
    await pass(clock, 3_000);
    hasRoom = true;
    await pass(clock, 30_000);
    expect(events).toMatchObject([{ state: 'full', reason: 'it says engine_overloaded' }, { state: 'up' }]);
  });

  it('is not asked before the time that it asked for', async () => {
    const askedAtMs: number[] = [];
    const { clock, health } = healthOf(async () => void askedAtMs.push(clock.now()));
    health.begin().failed(error('engine_rate_limited', 42_000));
    await pass(clock, 60_000);
    expect(askedAtMs).toEqual([42_000]);
  });

  it('is asked no more once a call has shown that it works, nor when its health is closed', async () => {
    const asked: AbortSignal[] = [];
    const { clock, health } = healthOf((signal) => {
      asked.push(signal);
      return new Promise(() => {});
    });
    health.begin().failed(error('engine_auth'));
    health.begin().succeeded();
    expect(clock.pending).toBe(0);
    health.begin().failed(error('engine_auth'));
    await pass(clock, 6_000);
    expect(asked).toHaveLength(1);
    health.close();
    await quiet();
    expect(asked[0]?.aborted).toBe(true);
    expect(clock.pending).toBe(0);
  });
});

describe('an engine that cannot be asked', () => {
  it('is tried by one call after a while', async () => {
    const { clock, events, health } = healthOf();
    for (let at = 0; at < 3; at++) health.begin().failed(error('engine_timeout'));
    await pass(clock, 4_999);
    expect(health.isUsable).toBe(false);
    await pass(clock, 1);
    expect(health.isUsable).toBe(true);
    const trial = health.begin();
    expect(health.isUsable).toBe(false);
    trial.left();
    expect(health.isUsable).toBe(true);
    health.begin().succeeded();
    expect(health.isUsable).toBe(true);
    expect(events.map((event) => 'state' in event && event.state)).toEqual(['down', 'up']);
  });
});

it('tells the state, since when, and the last error in words', async () => {
  const { clock, health } = healthOf();
  expect(health.status).toEqual({ kind: 'llm', engine: 'a', state: 'up', sinceMs: undefined, lastError: undefined });
  await pass(clock, 7_000);
  const atMs = clock.wallNow();
  health.begin().failed(error('engine_overloaded'));
  const lastError = { class: 'capacity', code: 'engine_overloaded', message: 'it says engine_overloaded', atMs };
  expect(health.status).toEqual({ kind: 'llm', engine: 'a', state: 'full', sinceMs: atMs, lastError });
  await pass(clock, 7_000);
  health.begin().succeeded();
  expect(health.status).toEqual({ kind: 'llm', engine: 'a', state: 'up', sinceMs: clock.wallNow(), lastError });
});

it('counts only the first word about a call', () => {
  const { health } = healthOf();
  const verdict = health.begin();
  verdict.succeeded();
  verdict.failed(error('engine_auth'));
  expect(health.status.state).toBe('up');
});
