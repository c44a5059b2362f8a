import type { PinSessions } from './pin-sessions.ts';
import type { PinLimits, SessionFiles } from './session-options.ts';

/** What sessions of pins share. */
export interface PinTools {
  readonly sessions: PinSessions;
  readonly limits: PinLimits;
  /** So long an answer may be downloaded that was not played, milliseconds. */
  readonly downloadMs: number;
  /** Opens the place where a session keeps what is recorded. Default: nothing is kept. */
  readonly openFiles?: () => SessionFiles;
}
