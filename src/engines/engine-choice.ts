import type { DeviceConfig } from '../config/devices-schema.ts';
import type { Settings } from '../settings.ts';

/** Which engine does one kind of work. Two choices of the same engine, model and address are one engine. */
export interface EngineChoice<Name extends string = string> {
  /** The engine's name, as in settings and metrics. */
  readonly engine: Name;
  /** Name or folder of the model. Default: the engine's own. */
  readonly model?: string | undefined;
  /** Where the engine's server is reached. Default: the engine's own address; none for an engine of this machine. */
  readonly address?: string | undefined;
  /** One line for the log: the choice, and why. */
  readonly reason: string;
  /** What the user should know before wondering. */
  readonly warning?: string;
}

/** An engine of Groq: it needs the name of a model. */
interface GroqChoice extends EngineChoice<'groq'> {
  readonly model: string;
}

/** An engine of Kyutai: its server has an address. */
interface KyutaiChoice extends EngineChoice<'kyutai'> {
  readonly address: string;
}

/** The engines of one device. */
export interface EngineChoices {
  readonly stt: GroqChoice | KyutaiChoice | EngineChoice<'sherpa' | 'wyoming'>;
  readonly llm: GroqChoice | EngineChoice<'scripted'>;
  readonly tts: GroqChoice | KyutaiChoice | EngineChoice<'espeak' | 'sherpa' | 'wyoming'>;
}

/** Where the servers of Kyutai are on this machine, as Unmute starts them. */
const KYUTAI_STT = 'ws://localhost:8090';
const KYUTAI_TTS = 'ws://localhost:8089';

/**
 * The engines that a device speaks with. Pure.
 * @param _device has no say yet: the settings choose for all devices. Default: the choice of the settings
 */
export function choiceFor(settings: Settings, _device?: DeviceConfig): EngineChoices {
  return { stt: sttOf(settings), llm: llmOf(settings), tts: ttsOf(settings) };
}

function sttOf(settings: Settings): EngineChoices['stt'] {
  const { STT, GROQ_STT_MODEL, GROQ_BASE_URL, KYUTAI_STT_URL, SHERPA_MODEL_DIR, STT_WYOMING_URL } = settings;
  if (STT === 'wyoming') {
    const reason = `speech to text: wyoming (${STT_WYOMING_URL}), because STT=wyoming`;
    return { engine: 'wyoming', address: STT_WYOMING_URL, reason };
  }
  if (STT === 'groq') {
    const reason = `speech to text: groq (${GROQ_STT_MODEL}), because STT=groq`;
    return { engine: 'groq', model: GROQ_STT_MODEL, address: GROQ_BASE_URL, reason };
  }
  if (STT === 'kyutai' || (STT === undefined && KYUTAI_STT_URL !== undefined)) {
    const why = STT === 'kyutai' ? 'STT=kyutai' : 'KYUTAI_STT_URL is set';
    return {
      engine: 'kyutai',
      address: KYUTAI_STT_URL ?? KYUTAI_STT,
      reason: `speech to text: kyutai, because ${why}`,
    };
  }
  if (SHERPA_MODEL_DIR !== undefined) {
    const reason = `speech to text: sherpa (${SHERPA_MODEL_DIR}), because SHERPA_MODEL_DIR is set`;
    return { engine: 'sherpa', model: SHERPA_MODEL_DIR, reason };
  }
  return {
    engine: 'sherpa',
    reason: 'speech to text: sherpa (demo model), because neither STT=groq nor SHERPA_MODEL_DIR is set',
    warning:
      'the demo recogniser knows 210 words of synthetic voices: it does not understand people. For a real microphone set ' +
      'STT=groq, or SHERPA_MODEL_DIR',
  };
}

function llmOf({ LLM, GROQ_API_KEY, GROQ_LLM_MODEL, GROQ_BASE_URL }: Settings): EngineChoices['llm'] {
  if (LLM === 'groq' || (LLM === undefined && GROQ_API_KEY)) {
    const why = LLM === 'groq' ? 'LLM=groq' : 'GROQ_API_KEY is set';
    const reason = `answers: groq (${GROQ_LLM_MODEL}), because ${why}`;
    return { engine: 'groq', model: GROQ_LLM_MODEL, address: GROQ_BASE_URL, reason };
  }
  const why = LLM === 'scripted' ? 'LLM=scripted' : 'GROQ_API_KEY is not set';
  return {
    engine: 'scripted',
    reason: `answers: scripted (a table of replies, no language model), because ${why}`,
  };
}

function ttsOf(settings: Settings): EngineChoices['tts'] {
  const { TTS, GROQ_TTS_MODEL, GROQ_BASE_URL, KYUTAI_TTS_URL, SHERPA_TTS_MODEL_DIR, TTS_WYOMING_URL } = settings;
  if (TTS === 'wyoming') {
    const reason = `text to speech: wyoming (${TTS_WYOMING_URL}), because TTS=wyoming`;
    return { engine: 'wyoming', address: TTS_WYOMING_URL, reason };
  }
  if (TTS === 'groq') {
    const reason = `text to speech: groq (${GROQ_TTS_MODEL}), because TTS=groq`;
    return { engine: 'groq', model: GROQ_TTS_MODEL, address: GROQ_BASE_URL, reason };
  }
  if (TTS === 'kyutai' || (TTS === undefined && KYUTAI_TTS_URL !== undefined)) {
    const why = TTS === 'kyutai' ? 'TTS=kyutai' : 'KYUTAI_TTS_URL is set';
    return {
      engine: 'kyutai',
      address: KYUTAI_TTS_URL ?? KYUTAI_TTS,
      reason: `text to speech: kyutai, because ${why}`,
    };
  }
  if (TTS === 'sherpa') {
    const reason = `text to speech: sherpa (${SHERPA_TTS_MODEL_DIR}), because TTS=sherpa`;
    return { engine: 'sherpa', model: SHERPA_TTS_MODEL_DIR, reason };
  }
  return { engine: 'espeak', reason: 'text to speech: espeak, because TTS does not say otherwise' };
}
