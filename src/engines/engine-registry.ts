import { builtInVoices, type VoiceBook } from '../config/voice-book.ts';
import type { VoiceEngine } from '../config/voices-schema.ts';
import type { Engines } from '../conversation/conversation-deps.ts';
import type { Clock, Random } from '../core/clock.ts';
import type { Settings } from '../settings.ts';
import { EspeakTts } from './espeak/espeak-tts.ts';
import type { EngineEvent } from './events.ts';
import type { Llm } from './llm.ts';
import { createGroqClient } from './openai/client.ts';
import { GroqLlm } from './openai/openai-llm.ts';
import { GroqStt } from './openai/openai-stt.ts';
import { GroqTts } from './openai/openai-tts.ts';
import { ScriptedLlm } from './scripted/scripted-llm.ts';
import { SherpaStt } from './sherpa/sherpa-stt.ts';
import type { Stt } from './stt.ts';
import type { Tts } from './tts.ts';

/** The engines, and one line for each that says which was chosen and why. */
export interface ChosenEngines {
  readonly engines: Engines;
  readonly reasons: readonly string[];
  /** What the user should know before wondering. */
  readonly warnings: readonly string[];
  /** Resolves when every engine can be used. Rejects with DialtoneError `engine_*` when one cannot. */
  ready(): Promise<void>;
  close(): Promise<void>;
}

/** What the engines need of the world. */
export interface EngineDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly report: (event: EngineEvent) => void;
  /** A line that native code printed. */
  readonly debug: (line: string) => void;
  /** What a voice is to each engine. Default: the built-in book. */
  readonly voices?: VoiceBook;
}

/** One engine, why it is the one, and what to warn of. */
interface Choice<E> {
  readonly engine: E;
  readonly reason: string;
  readonly warning?: string;
  readonly ready?: () => Promise<void>;
}

/**
 * Makes the engines that the settings ask for.
 * @throws DialtoneError `engine_misconfigured` when one of them lacks a key
 */
export function chooseEngines(settings: Settings, deps: EngineDeps): ChosenEngines {
  const groq = lazily(() => createGroqClient({ ...groqAccess(settings), clock: deps.clock, random: deps.random }));
  const choices = [
    chooseStt(settings, deps, groq),
    chooseLlm(settings, deps, groq),
    chooseTts(settings, deps, groq),
  ] as const;
  const [stt, llm, tts] = choices;
  return {
    engines: { stt: stt.engine, llm: llm.engine, tts: tts.engine },
    reasons: choices.map(({ reason }) => reason),
    warnings: choices.flatMap(({ warning }) => (warning === undefined ? [] : [warning])),
    ready: async () => {
      await Promise.all(choices.map(({ ready }) => ready?.()));
    },
    close: async () => {
      await Promise.all(choices.map(({ engine }) => engine.close()));
    },
  };
}

type Groq = () => ReturnType<typeof createGroqClient>;

function groqAccess({ GROQ_API_KEY, GROQ_BASE_URL }: Settings) {
  return { apiKey: GROQ_API_KEY, baseUrl: GROQ_BASE_URL };
}

function chooseStt(settings: Settings, { clock, random, report, debug }: EngineDeps, groq: Groq): Choice<Stt> {
  if (settings.STT === 'groq') {
    const model = settings.GROQ_STT_MODEL;
    return {
      engine: new GroqStt({ client: groq(), model }),
      reason: `speech to text: groq (${model}), because STT=groq`,
    };
  }
  const engine = new SherpaStt({
    clock,
    random,
    ...(settings.SHERPA_MODEL_DIR === undefined ? {} : { modelDir: settings.SHERPA_MODEL_DIR }),
    onState: (state) => report({ type: 'speech_host.state', ...state }),
    onLog: debug,
  });
  const ready = () => engine.ready();
  if (!engine.isDemoModel) {
    return {
      engine,
      ready,
      reason: `speech to text: sherpa (${settings.SHERPA_MODEL_DIR}), because SHERPA_MODEL_DIR is set`,
    };
  }
  return {
    engine,
    ready,
    reason: 'speech to text: sherpa (demo model), because neither STT=groq nor SHERPA_MODEL_DIR is set',
    warning:
      'the demo recogniser knows 210 words of synthetic voices: it does not understand people. For a real microphone set ' +
      'STT=groq, or SHERPA_MODEL_DIR',
  };
}

function chooseLlm(settings: Settings, { clock, random }: EngineDeps, groq: Groq): Choice<Llm> {
  const model = settings.GROQ_LLM_MODEL;
  const create = () => new GroqLlm({ client: groq(), model });
  if (settings.LLM === 'groq') return { engine: create(), reason: `answers: groq (${model}), because LLM=groq` };
  if (settings.LLM === undefined && settings.GROQ_API_KEY) {
    return { engine: create(), reason: `answers: groq (${model}), because GROQ_API_KEY is set` };
  }
  const why = settings.LLM === 'scripted' ? 'LLM=scripted' : 'GROQ_API_KEY is not set';
  return {
    engine: new ScriptedLlm({ clock, random }),
    reason: `answers: scripted (a table of replies, no language model), because ${why}`,
  };
}

function chooseTts(
  settings: Settings,
  { clock, debug, voices = builtInVoices() }: EngineDeps,
  groq: Groq,
): Choice<Tts> {
  if (settings.TTS === 'groq') {
    const model = settings.GROQ_TTS_MODEL;
    return {
      engine: new GroqTts({ client: groq(), model, voices }),
      reason: `text to speech: groq (${model}), because TTS=groq`,
      ...fallbackWarning(voices, 'groq'),
    };
  }
  const engine = new EspeakTts({ clock, onLog: debug, voices });
  return {
    engine,
    ready: () => engine.ready(),
    reason: 'text to speech: espeak, because TTS does not say otherwise',
    ...fallbackWarning(voices, 'espeak'),
  };
}

/** The most voices that a warning names. */
const MAX_NAMED = 20;

/** The voices that an engine speaks with a voice of its own choice, for want of an entry. */
function fallbackWarning(voices: VoiceBook, engine: VoiceEngine): { readonly warning?: string } {
  const names = voices.namesWithout(engine);
  if (names.length === 0) return {};
  const more = names.length > MAX_NAMED ? ` and ${names.length - MAX_NAMED} more` : '';
  const shown = names.slice(0, MAX_NAMED).map((name) => `"${name}"`);
  return {
    warning: `${engine} speaks with its default voice of the language for ${shown.join(', ')}${more}: no "${engine}" in the voices file`,
  };
}

function lazily<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
