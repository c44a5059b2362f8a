import type { Clock, Random } from './clock.ts';
import type { Engines } from './conversation/conversation.ts';
import { DialtoneError } from './errors.ts';
import { createGroqClient } from './groq/groq-client.ts';
import { GroqLlm } from './llm/groq-llm.ts';
import { ScriptedLlm } from './llm/scripted-llm.ts';
import type { Settings } from './settings.ts';
import { EspeakTts } from './speech/espeak/espeak-tts.ts';
import { GroqStt } from './speech/groq/groq-stt.ts';
import { GroqTts } from './speech/groq/groq-tts.ts';
import { SherpaStt } from './speech/sherpa/sherpa-stt.ts';
import type { EventReport } from './telemetry/events.ts';

/** The engines, and one line for each that says which was chosen and why. */
export interface ChosenEngines {
  readonly engines: Engines;
  readonly reasons: readonly string[];
  /** What the user should know before wondering. */
  readonly warnings: readonly string[];
  /** Resolves when every engine can be used. @throws DialtoneError `engine_*` when one never will be */
  ready(): Promise<void>;
  close(): Promise<void>;
}

/** What the engines need of the world. */
export interface EngineDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly report: (event: EventReport) => void;
  /** Output of native code, for the log. */
  readonly debug: (line: string) => void;
}
