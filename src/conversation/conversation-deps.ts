import type { Pacer } from '../audio/pacer.ts';
import type { Clock } from '../core/clock.ts';
import type { EngineEvent } from '../engines/events.ts';
import type { Llm } from '../engines/llm.ts';
import type { Stt } from '../engines/stt.ts';
import type { Tts } from '../engines/tts.ts';
import type { Vad } from '../engines/vad.ts';
import type { ConversationEvent } from './events.ts';
import type { Prompts, TurnRecorder } from './ports.ts';
import type { HistoryKeeping } from './responding/open-history.ts';

/** The engines a conversation is held with. */
export interface Engines {
  readonly stt: Stt;
  readonly llm: Llm;
  readonly tts: Tts;
}

/** What a conversation needs of the world. */
export interface ConversationDeps {
  readonly clock: Clock;
  readonly pacer: Pacer;
  readonly report: (event: ConversationEvent | EngineEvent) => void;
  /** Told what was thrown where it could not be: a defect of ours in asynchronous work. The line of this device ends. */
  readonly fault?: (cause: unknown) => void;
  readonly engines: Engines;
  readonly vad: Vad;
  readonly prompts: Prompts;
  /** Default: in memory. */
  readonly history?: HistoryKeeping;
  readonly recorder?: TurnRecorder;
  /** Whether the language model may call functions. Default: true. */
  readonly tools?: boolean;
  /** Whether the language model begins before it is decided that the user has finished. Default: true. */
  readonly preemptive?: boolean;
}
