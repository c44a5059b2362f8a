import type { LeftBehind } from './left-behind.ts';
import type { UselessReason } from './pin-machine.ts';

/** Why a new recording is asked for, for the screen or the log of a pin. */
export const RERECORD_REASONS: Readonly<Record<UselessReason, string>> = {
  too_short: 'Recording too short: speak for at least half a second',
  no_words: 'Transcript too short: no words were understood',
  chunks_missing: 'Too much of the recording did not arrive',
  stalled: 'The audio of the recording stopped arriving',
  no_answer: 'Nothing came of the recording',
};

/** What a pin is told that has come back. */
export interface Welcome {
  readonly state: string;
  readonly message: string;
  /** What it recorded is lost: it is asked for a new recording. */
  readonly again: boolean;
}

/** What a pin is told that has come back, by what its last link left behind. */
export function afterReconnect({ does, isUnheard, isWritten }: LeftBehind): Welcome {
  if (does === 'recording' || does === 'stalled' || does === 'stopping') {
    const message = 'The connection was lost during the recording: record again.';
    return { state: 'stalled', message, again: true };
  }
  if (does === 'processing' && !isWritten) {
    const message = 'The connection was lost before there was an answer: record again.';
    return { state: 'idle', message, again: true };
  }
  const message = isUnheard
    ? `The connection was lost ${does === 'playing' ? 'during' : 'before'} the answer: it is offered as a download.`
    : 'Ready for a recording.';
  return { state: 'idle', message, again: false };
}

/** What a pin is told of a recording that stalls, and of one that goes on. */
export const SYNC_MESSAGES = {
  stalled: 'No audio has come for 5 seconds: go on, or stop the recording.',
  recording: 'The recording goes on.',
} as const;
