import type { Secret } from '../core/secret.ts';
import type { Settings } from '../settings.ts';
import type { EngineKind } from './events.ts';
import { OPENAI, type Service } from './openai/requests/service.ts';

/** The server of the engine `openai` for one kind of work. */
export interface OpenAiServer {
  /** With the names of the settings that lead to it. */
  readonly service: Service;
  /** Default: OpenAI itself. */
  readonly address: string | undefined;
  readonly apiKey: Secret | undefined;
  /** Default: the only one that the server has. */
  readonly model: string | undefined;
  /** The variable that names the model. */
  readonly modelSetting: string;
}

/** What OpenAI itself is asked for. */
const MODELS = { stt: 'whisper-1', llm: 'gpt-4o-mini', tts: 'tts-1' } as const;

/** Where the settings have the server of one kind of work. A key goes to the server that it was given for, and to no other. */
export function openAiServer(kind: EngineKind, settings: Settings): OpenAiServer {
  const { OPENAI_BASE_URL, OPENAI_API_KEY, KYUTAI_LLM_URL, KYUTAI_LLM_API_KEY, KYUTAI_LLM_MODEL } = settings;
  const name = kind.toUpperCase() as Uppercase<EngineKind>;
  const given = settings[`OPENAI_${name}_MODEL`];
  const own = settings[`${name}_OPENAI_BASE_URL`];
  const modelSetting = `OPENAI_${name}_MODEL`;
  if (own !== undefined) {
    const apiKey = settings[`${name}_OPENAI_API_KEY`];
    return { service: serviceOf(`${name}_OPENAI`), address: own, apiKey, model: given, modelSetting };
  }
  if (kind === 'llm' && KYUTAI_LLM_URL !== undefined) {
    const service = serviceOf('KYUTAI_LLM', 'KYUTAI_LLM_URL');
    const model = given ?? KYUTAI_LLM_MODEL;
    return {
      service,
      address: withVersion(KYUTAI_LLM_URL),
      apiKey: KYUTAI_LLM_API_KEY,
      model,
      modelSetting: 'KYUTAI_LLM_MODEL',
    };
  }
  const isHome = OPENAI_BASE_URL === undefined || new URL(OPENAI_BASE_URL).origin === OPENAI.home;
  const model = given ?? (isHome ? MODELS[kind] : undefined);
  return { service: OPENAI, address: OPENAI_BASE_URL, apiKey: OPENAI_API_KEY, model, modelSetting };
}

/** Unmute adds `/v1` to the address, as in `https://api.groq.com/openai`. */
function withVersion(address: string): string {
  const url = new URL(address);
  const path = url.pathname.replace(/\/+$/, '');
  url.pathname = /\/v\d\w*$/.test(path) ? path : `${path}/v1`;
  return url.href;
}

function serviceOf(prefix: string, url = `${prefix}_BASE_URL`): Service {
  return { ...OPENAI, settings: { ...OPENAI.settings, key: `${prefix}_API_KEY`, url } };
}

/** Where the servers of Kyutai are on this machine, as Unmute starts them. */
const KYUTAI_STT = 'ws://localhost:8090';
const KYUTAI_TTS = 'ws://localhost:8089';

/** Where the settings have the Kyutai server of one kind of work. */
export function kyutaiAddress(kind: EngineKind, { KYUTAI_STT_URL, KYUTAI_TTS_URL }: Settings): string {
  return kind === 'stt' ? (KYUTAI_STT_URL ?? KYUTAI_STT) : (KYUTAI_TTS_URL ?? KYUTAI_TTS);
}
