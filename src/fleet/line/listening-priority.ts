import type { ListeningMode } from '../../conversation/turn/listening-mode.ts';
import type { Priority } from './inbound-scheduler.ts';

/**
 * How soon what a device sends is to be handled, by what its microphone is good for: a user whose turn is being recognised
 * waits for it, a user who is being answered does not.
 */
export const LISTENING_PRIORITY: Readonly<Record<ListeningMode, Priority>> = {
  hearing: 0,
  waiting: 1,
  over: 2,
  closed: 2,
};
