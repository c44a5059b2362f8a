import type { DeviceConfig } from '../config/devices-schema.ts';
import type { EngineName, WantedEngine } from '../config/engines-schema.ts';
import type { Settings } from '../settings.ts';
import { kyutaiAddress, openAiServer } from './engine-servers.ts';
import type { EngineKind } from './events.ts';

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

/** The engines of one device, of each kind at least one, in the order in which they are tried. */
export interface EngineChoices {
  readonly stt: readonly EngineChoice<EngineName<'stt'>>[];
  readonly llm: readonly EngineChoice<EngineName<'llm'>>[];
  readonly tts: readonly EngineChoice<EngineName<'tts'>>[];
}

/** The engines that are asked for, and what asks for them. */
interface Asked<K extends EngineKind> {
  readonly engines: readonly WantedEngine<K>[];
  readonly because: string;
}

const TITLES = { stt: 'speech to text', llm: 'answers', tts: 'text to speech' } as const;

const DEMO_WARNING =
  'the demo recogniser knows 210 words of synthetic voices: it does not understand people. For a real microphone set ' +
  'STT=groq, or SHERPA_MODEL_DIR';

/**
 * The engines that a device speaks with. Pure.
 * @param device what its entry asks for counts. Default: the choice of the settings
 */
export function choiceFor(settings: Settings, device?: DeviceConfig): EngineChoices {
  return {
    stt: chosen('stt', settings, device?.engines?.stt ?? undefined),
    llm: chosen('llm', settings, device?.engines?.llm ?? undefined),
    tts: chosen('tts', settings, device?.engines?.tts ?? undefined),
  };
}

function chosen<K extends EngineKind>(
  kind: K,
  settings: Settings,
  own: readonly WantedEngine<K>[] | undefined,
): EngineChoice<EngineName<K>>[] {
  const asked = own ? { engines: own, because: '"engines" of the device says so' } : ofSettings(kind, settings);
  return asked.engines.map(({ engine, model }) => {
    const place = placeOf(kind, engine, settings);
    const using = model ?? place.model;
    const shown = place.shown ?? using;
    return {
      engine,
      ...(using === undefined ? {} : { model: using }),
      ...(place.address === undefined ? {} : { address: place.address }),
      reason: `${TITLES[kind]}: ${engine}${shown === undefined ? '' : ` (${shown})`}, because ${asked.because}`,
      ...(engine === 'sherpa' && kind === 'stt' && using === undefined ? { warning: DEMO_WARNING } : {}),
    };
  });
}

/** What the settings ask for. */
function ofSettings<K extends EngineKind>(kind: K, settings: Settings): Asked<K>;
function ofSettings(kind: EngineKind, settings: Settings): Asked<EngineKind> {
  const given = { stt: settings.STT, llm: settings.LLM, tts: settings.TTS }[kind];
  if (given) {
    return { engines: given.map((engine) => ({ engine })), because: `${kind.toUpperCase()}=${given.join(',')}` };
  }
  const row = BY_ADDRESS[kind].find(({ setting }) => settings[setting] !== undefined);
  return row ? { engines: [{ engine: row.engine }], because: `${row.setting} is set` } : DEFAULTS[kind];
}

/** The setting that says where an engine is, or how it is paid for, asks for it. */
interface ByAddress {
  readonly setting: keyof Settings;
  readonly engine: EngineName;
}

const BY_ADDRESS: Readonly<Record<EngineKind, readonly ByAddress[]>> = {
  stt: [
    { setting: 'KYUTAI_STT_URL', engine: 'kyutai' },
    { setting: 'STT_OPENAI_BASE_URL', engine: 'openai' },
    { setting: 'SHERPA_MODEL_DIR', engine: 'sherpa' },
  ],
  llm: [
    { setting: 'LLM_OPENAI_BASE_URL', engine: 'openai' },
    { setting: 'KYUTAI_LLM_URL', engine: 'openai' },
    { setting: 'GROQ_API_KEY', engine: 'groq' },
    { setting: 'OPENAI_BASE_URL', engine: 'openai' },
    { setting: 'OPENAI_API_KEY', engine: 'openai' },
  ],
  tts: [
    { setting: 'KYUTAI_TTS_URL', engine: 'kyutai' },
    { setting: 'TTS_OPENAI_BASE_URL', engine: 'openai' },
  ],
};

const DEFAULTS: Readonly<Record<EngineKind, Asked<EngineKind>>> = {
  stt: { engines: [{ engine: 'sherpa' }], because: 'neither STT=groq nor SHERPA_MODEL_DIR is set' },
  llm: { engines: [{ engine: 'scripted' }], because: 'GROQ_API_KEY is not set' },
  tts: { engines: [{ engine: 'espeak' }], because: 'TTS does not say otherwise' },
};

/** Where an engine is, which model it uses, and what of this is shown. */
interface Place {
  readonly model?: string | undefined;
  readonly address?: string | undefined;
  readonly shown?: string | undefined;
}

function placeOf(kind: EngineKind, engine: EngineName, settings: Settings): Place {
  switch (engine) {
    case 'groq': {
      const { GROQ_STT_MODEL, GROQ_LLM_MODEL, GROQ_TTS_MODEL, GROQ_BASE_URL } = settings;
      const model = { stt: GROQ_STT_MODEL, llm: GROQ_LLM_MODEL, tts: GROQ_TTS_MODEL }[kind];
      return { model, address: GROQ_BASE_URL };
    }
    case 'openai': {
      const { address, model } = openAiServer(kind, settings);
      return { model, address, shown: [model, address].filter((part) => part !== undefined).join(', ') };
    }
    case 'kyutai':
      return { address: kyutaiAddress(kind, settings) };
    case 'wyoming': {
      const address = kind === 'stt' ? settings.STT_WYOMING_URL : settings.TTS_WYOMING_URL;
      return { address, shown: address };
    }
    case 'sherpa':
      if (kind === 'tts') return { model: settings.SHERPA_TTS_MODEL_DIR };
      return { model: settings.SHERPA_MODEL_DIR, shown: settings.SHERPA_MODEL_DIR ?? 'demo model' };
    case 'scripted':
      return { shown: 'a table of replies, no language model' };
    case 'espeak':
      return {};
  }
}
