/** Environment variables. */
type Env = Readonly<Record<string, string | undefined>>;

/** Models that are installed on this machine, best first. */
export interface InstalledModels {
  readonly stt: readonly string[];
  readonly tts: readonly string[];
}

/** Settings that have dialtone use engines which the environment offers but does not choose. */
export interface OfferedEngines {
  /** To be added to the environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Whether speech of people is understood, as far as one can know beforehand. */
  readonly understandsPeople: boolean;
}

const STT_CHOICES = ['STT', 'STT_MODEL', 'SHERPA_MODEL_DIR', 'KYUTAI_STT_URL', 'STT_OPENAI_BASE_URL'];
const TTS_CHOICES = ['TTS', 'TTS_MODEL', 'SHERPA_TTS_MODEL_DIR', 'KYUTAI_TTS_URL', 'TTS_OPENAI_BASE_URL'];

/**
 * A person who wants to talk needs an engine that understands people; dialtone's own defaults spend no key and need no
 * model unless they are told to. What the environment chooses stays; a key for a language model also recognises.
 */
export function offeredEngines(env: Env, models: InstalledModels): OfferedEngines {
  const isSet = (name: string): boolean => (env[name] ?? '') !== '';
  const offered: Record<string, string> = {};
  const [sttModel, ttsModel] = [models.stt[0], models.tts[0]];
  if (!STT_CHOICES.some(isSet)) {
    if (isSet('GROQ_API_KEY')) offered.STT = 'groq';
    else if (isSet('OPENAI_API_KEY') && !isSet('OPENAI_BASE_URL')) offered.STT = 'openai';
    else if (sttModel !== undefined) offered.STT_MODEL = sttModel;
  }
  if (!TTS_CHOICES.some(isSet) && ttsModel !== undefined) offered.TTS_MODEL = ttsModel;
  const understandsPeople = STT_CHOICES.some((name) => isSet(name) || offered[name] !== undefined);
  return { env: offered, understandsPeople };
}
