import type { Pacer } from '../audio/pacer.ts';
import type { Clock } from '../core/clock.ts';
import type { WarningCode } from '../core/warnings.ts';
import type { EngineLease } from '../engines/engine.ts';
import type { EngineEvent } from '../engines/events.ts';
import type { SpeechChecker, Vad } from '../engines/vad.ts';
import type { ConversationEvent } from './events.ts';
import type { HistoryKeeping, Prompts, TurnRecorder } from './ports.ts';
import type { Patience } from './turn/turn-watchdog.ts';

/** What a conversation needs of the world. */
export interface ConversationDeps {
  readonly clock: Clock;
  readonly pacer: Pacer;
  readonly report: (event: ConversationEvent | EngineEvent) => void;
  /** Asked at the beginning of each turn, released when the conversation ends for good. */
  readonly engines: EngineLease;
  readonly vad: Vad;
  /** Asked whether what seems to be speech begins anything. Default: the VAD alone counts. */
  readonly checker?: SpeechChecker | undefined;
  readonly prompts: Prompts;
  /** Default: in memory. */
  readonly history?: HistoryKeeping;
  readonly recorder?: TurnRecorder;
  /** Whether the language model may call functions. Default: true. */
  readonly tools?: boolean;
  /** Whether the language model begins before it is decided that the user has finished. Default: true. */
  readonly preemptive?: boolean;
  /** Told what the device's owner should change. Default: it is reported. */
  readonly warn?: (code: WarningCode, message: string) => void;
  /** How long engines may keep a turn waiting. Default: as in {@link Patience}. */
  readonly patience?: Patience;
  /** Told of a defect of ours in asynchronous code of this device: its link should end. Default: it is thrown. */
  readonly fault?: (cause: unknown) => void;
}
