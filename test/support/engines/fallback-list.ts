import type { ManualClock } from '#src/core/manual-clock';
import type { Engine } from '#src/engines/engine-call';
import type { EngineEvent, EngineKind } from '#src/engines/events';
import type { Member } from '#src/engines/fallback/attempt';
import { EngineList } from '#src/engines/fallback/engine-list';
import { EngineHealth } from '#src/engines/fallback/health';

/** How long the engines of tests may take, milliseconds. */
export const LIMIT_MS = 1_000;

/** A list of engines, and what it reports. */
export interface ListForTest<E extends Engine> {
  readonly list: EngineList<E>;
  readonly events: EngineEvent[];
  /** The reports as words: `engine.error a engine_unavailable`, `engine.state a down`. */
  readonly said: () => string[];
}

export function listOf<E extends Engine>(kind: EngineKind, clock: ManualClock, engines: readonly E[]): ListForTest<E> {
  const events: EngineEvent[] = [];
  const report = (event: EngineEvent) => void events.push(event);
  const member = (engine: E): Member<E> => ({
    engine,
    health: new EngineHealth({ kind, engine, clock, random: () => 0.5, report }),
    firstOutputMs: LIMIT_MS,
  });
  const [first, ...others] = engines;
  if (!first) throw new Error('a list needs an engine');
  const list = new EngineList<E>({ kind, members: [member(first), ...others.map(member)], clock, report });
  const said = () =>
    events.map((event) => {
      if (event.type === 'engine.error') return `${event.type} ${event.engine} ${event.code}`;
      return event.type === 'engine.state' ? `${event.type} ${event.engine} ${event.state}` : event.type;
    });
  return { list, events, said };
}
