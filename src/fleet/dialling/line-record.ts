import { RETRY } from './retry-delay.ts';

/** What is remembered of a device's lines. Times are monotonic milliseconds. */
export interface LineRecord {
  /** Failures since the line was last stable. */
  readonly failures: number;
  /** When a stable line was lost, by a goodbye or without; null when the last line was none. */
  readonly lostAtMs: number | null;
  /** Unexpected losses of lines that were up, newest last. */
  readonly losses: readonly number[];
  /** Ends of lines that lived less than 30 s, newest last. */
  readonly shortLives: readonly number[];
}

export const EMPTY_RECORD: LineRecord = { failures: 0, lostAtMs: null, losses: [], shortLives: [] };

/** Writes the end of a line that was up into the record. */
export function recordClose(record: LineRecord, unexpected: boolean, livedMs: number, nowMs: number): LineRecord {
  const stable = livedMs >= RETRY.stableMs;
  return {
    failures: stable ? 0 : record.failures,
    lostAtMs: stable ? nowMs : null,
    losses: unexpected ? recent([...record.losses, nowMs], nowMs) : record.losses,
    shortLives: stable ? record.shortLives : recent([...record.shortLives, nowMs], nowMs),
  };
}

/** Whether the line comes and goes: at least 5 unexpected losses in 5 minutes. */
export function isFlapping(record: LineRecord, nowMs: number): boolean {
  return recent(record.losses, nowMs).length >= RETRY.flappingLosses;
}

/** The least a device must wait for its own good, whatever its backoff says. */
export function leastWaitMs(record: LineRecord, nowMs: number): number {
  if (recent(record.shortLives, nowMs).length >= RETRY.flappingLosses) return RETRY.brownOutMs;
  return isFlapping(record, nowMs) ? RETRY.flappingMs : 0;
}

function recent(times: readonly number[], nowMs: number): readonly number[] {
  // More are never needed: the record stays small whatever a device does.
  return times.filter((at) => nowMs - at < RETRY.flappingWindowMs).slice(-RETRY.flappingLosses);
}
