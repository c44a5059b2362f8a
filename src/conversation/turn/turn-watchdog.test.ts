import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../core/manual-clock.ts';
import { TurnWatchdog } from './turn-watchdog.ts';

function rig() {
  const clock = new ManualClock();
  const seen: string[] = [];
  const state = { sentMs: undefined as number | undefined, lastFrameMs: 0 };
  const watchdog = new TurnWatchdog({
    clock,
    sentMs: () => state.sentMs,
    lastFrameMs: () => state.lastFrameMs,
    onGap: () => seen.push(`gap ${clock.now()}`),
    onStuck: (where, waitedMs) => seen.push(`${where} ${waitedMs} ${clock.now()}`),
  });
  return { clock, seen, state, watchdog };
}

describe('the watchdog', () => {
  it('ends what is heard once nothing comes in any more', () => {
    const { clock, seen, state, watchdog } = rig();
    watchdog.watch('hearing');
    clock.advance(1_000);
    state.lastFrameMs = 1_000;
    clock.advance(1_400);
    expect(seen).toEqual([]);
    clock.advance(200);
    expect(seen).toEqual(['gap 2500']);
    expect(clock.pending).toBe(0);
  });

  it('ends what is heard after a minute, however little comes in', () => {
    const { clock, seen, state, watchdog } = rig();
    watchdog.watch('hearing');
    for (let atMs = 1_000; atMs <= 61_000; atMs += 1_000) {
      clock.advance(1_000);
      state.lastFrameMs = atMs;
    }
    expect(seen).toEqual(['gap 60000']);
  });

  it('tells again and again of an engine that hangs: it may not have been believed', () => {
    const { clock, seen, watchdog } = rig();
    watchdog.watch('thinking');
    clock.advance(60_000);
    expect(seen).toEqual(['thinking 30000 30000', 'thinking 30000 60000']);
    watchdog.watch('idle');
    expect(clock.pending).toBe(0);
  });

  it('lets an answer last as long as it goes on', () => {
    const { clock, seen, state, watchdog } = rig();
    watchdog.watch('speaking');
    for (let index = 0; index < 10; index++) {
      state.sentMs = index * 20_000;
      clock.advance(20_000);
    }
    expect(seen).toEqual([]);
    clock.advance(60_000);
    expect(seen).toHaveLength(1);
  });

  it('is not in the way of who changes the state when told', () => {
    const clock = new ManualClock();
    const watchdog: TurnWatchdog = new TurnWatchdog({
      clock,
      sentMs: () => undefined,
      lastFrameMs: () => 0,
      onGap: () => undefined,
      onStuck: () => watchdog.watch('idle'),
    });
    watchdog.watch('transcribing');
    clock.advance(10_000);
    expect(clock.pending).toBe(0);
  });
});
