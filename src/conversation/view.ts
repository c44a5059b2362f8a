import type { TurnState } from './turn/turn-machine.ts';

/** Everything that a conversation may be doing. */
export const CONVERSATION_ACTIVITIES = ['idle', 'listening', 'thinking', 'speaking'] as const;

/** What a conversation is doing. */
export type ConversationActivity = (typeof CONVERSATION_ACTIVITIES)[number];

/** What a device last said of itself; a value it never sent is missing. */
export interface DeviceReport {
  readonly uptimeMs?: number;
  readonly heapFreeBytes?: number;
  readonly wifiRssiDbm?: number;
}

/** A turn in progress. */
export interface TurnView {
  readonly number: number;
  /** Wall-clock milliseconds since 1970. */
  readonly startedAt: number;
  /** What was recognised; empty while that is not known. */
  readonly heard: string;
}

const ACTIVITIES: Readonly<Record<TurnState, ConversationActivity>> = {
  idle: 'idle',
  hearing: 'listening',
  transcribing: 'thinking',
  thinking: 'thinking',
  speaking: 'speaking',
};

/** What a conversation is doing in a state of its turn. */
export function activityIn(state: TurnState): ConversationActivity {
  return ACTIVITIES[state];
}
