import type { UselessReason } from './pin-machine.ts';

/** Why a new recording is asked for, for the screen or the log of a pin. */
export const RERECORD_REASONS: Readonly<Record<UselessReason, string>> = {
  too_short: 'Recording too short: speak for at least half a second',
  no_words: 'Transcript too short: no words were understood',
  chunks_missing: 'Too much of the recording did not arrive',
  stalled: 'The audio of the recording stopped arriving',
  no_answer: 'Nothing came of the recording',
};

/** What a pin is told that has come back, by what it did when its link was lost. Undefined: nothing was lost. */
export function afterReconnect(did: string): { readonly state: string; readonly message: string } {
  switch (did) {
    case 'recording':
    case 'stalled':
      return { state: 'stalled', message: 'The connection was lost during the recording: record again.' };
    case 'processing':
      return {
        state: 'idle',
        message:
          'The connection was lost before the answer: it is offered as a download if it was written, else ask again.',
      };
    case 'playing':
      return { state: 'idle', message: 'The connection was lost during the answer: it is offered as a download.' };
    default:
      return { state: 'idle', message: 'Ready for a recording.' };
  }
}

/** What a pin is told of a recording that stalls, and of one that goes on. */
export const SYNC_MESSAGES = {
  stalled: 'No audio has come for 5 seconds: go on, or stop the recording.',
  recording: 'The recording goes on.',
} as const;
