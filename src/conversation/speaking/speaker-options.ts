import type { Pacer } from '../../audio/pacer.ts';
import type { ConversationConfig } from '../../config/conversation-schema.ts';
import type { Clock } from '../../core/clock.ts';
import type { WarningCode } from '../../core/warnings.ts';
import type { EngineSet } from '../../engines/engine.ts';
import type { EngineKind } from '../../engines/events.ts';
import type { ConversationEvent } from '../events.ts';
import type { Turn } from '../turn/turn.ts';
import type { TurnInput } from '../turn/turn-machine.ts';

/** What the speaker needs, and what it reports. */
export interface SpeakerOptions {
  readonly clock: Clock;
  readonly pacer: Pacer;
  /** Those of the turn in progress. */
  readonly engines: () => Pick<EngineSet, 'tts'>;
  /** The device's name. */
  readonly device: string;
  /** Asked at the beginning of each answer. */
  readonly config: () => Pick<ConversationConfig, 'aheadMs' | 'leadInMs'>;
  readonly report: (event: ConversationEvent) => void;
  readonly dispatch: (input: TurnInput) => void;
  /** An engine failed. */
  readonly fail: (turn: Turn, kind: EngineKind, cause: unknown) => void;
  /** What the device's owner should change. */
  readonly warn: (code: WarningCode, message: string) => void;
  /** A defect of ours. */
  readonly fault: (cause: unknown) => void;
  /** Whether a paused answer may go on: the user is not saying anything whose words are still to come. */
  readonly mayResume: () => boolean;
  /** Whether the user may be told to wait: they are saying nothing. */
  readonly mayFill: () => boolean;
  /** A piece of the answer was written. */
  readonly onProgress: () => void;
  /** A frame is being sent and will sound at this time, monotonic milliseconds. */
  readonly onFrame: (frame: Int16Array, sampleRate: number, atMs: number) => void;
}
