import type { ConversationConfig } from '../../config/conversation-schema.ts';
import type { TurnMachine } from './turn-machine.ts';

/** What the microphone's audio is used for. */
export type ListeningMode =
  /** For nothing: it is ignored. */
  | 'closed'
  /** Speech begins a turn. */
  | 'waiting'
  /** The user's turn is being recognised. */
  | 'hearing'
  /** The user may speak over the answer. */
  | 'over';

/** What the mode depends on besides the turn machine. */
export interface ListeningPolicy extends Pick<ConversationConfig, 'duplex' | 'activation'> {
  /** Whether the device was activated: by its button, over REST, or because it is always active. */
  readonly isActive: boolean;
}

/** Whether the user may speak over an answer: the device neither hears itself nor waits for its button. */
export function allowsBargeIn({ duplex, activation }: Pick<ConversationConfig, 'duplex' | 'activation'>): boolean {
  return duplex === 'full' && activation !== 'push_to_talk';
}

/**
 * What the microphone's audio is used for.
 * @param atMs when the audio arrived, monotonic milliseconds: audio that arrived during an answer may be its echo, however
 * late it is handled
 */
export function listeningMode(machine: TurnMachine, policy: ListeningPolicy, atMs: number): ListeningMode {
  if (machine.session !== 'up' || atMs < machine.deafUntilMs) return 'closed';
  switch (machine.state) {
    case 'idle':
      return policy.isActive || machine.expecting ? 'waiting' : 'closed';
    case 'hearing':
      return 'hearing';
    case 'transcribing':
    case 'thinking':
    case 'speaking':
      return allowsBargeIn(policy) ? 'over' : 'closed';
  }
}

/**
 * Whether the microphone is wanted of a device that keeps it closed otherwise: a client asked for it, or the device has asked
 * a question. What has begun is heard to its end.
 * @param isAsked whether a client asked for it, and its time is not over
 * @param wasWanted before
 */
export function wantsMicrophone(machine: TurnMachine, isAsked: boolean, wasWanted: boolean): boolean {
  if (machine.session !== 'up') return false;
  return machine.state === 'hearing' ? wasWanted : machine.state === 'idle' && (isAsked || machine.expecting);
}

/** Whether the device should show that it listens. The moments after an answer in which its echo is ignored do not count. */
export function showsListening(machine: TurnMachine, policy: ListeningPolicy): boolean {
  return listeningMode(machine, policy, Number.POSITIVE_INFINITY) !== 'closed';
}
