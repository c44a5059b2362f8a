import { homedir } from 'node:os';
import type { VoiceBook } from '../config/voices/voice-book.ts';
import type { Clock, Random } from '../core/clock.ts';
import { defaultModelsDir } from '../models/models-dir.ts';
import type { Settings } from '../settings.ts';
import type { EngineChoice } from './engine-choice.ts';
import { kyutaiAddress, openAiServer } from './engine-servers.ts';
import { EspeakTts } from './espeak/espeak-tts.ts';
import type { EngineEvent, EngineKind } from './events.ts';
import { KyutaiStt } from './kyutai/kyutai-stt.ts';
import { KyutaiTts } from './kyutai/kyutai-tts.ts';
import { createHosts } from './native-host/create-hosts.ts';
import { OpenAiLlm } from './openai/openai-llm.ts';
import { OpenAiStt } from './openai/openai-stt.ts';
import { OpenAiTts } from './openai/openai-tts.ts';
import { createServiceClient } from './openai/requests/client.ts';
import { GROQ } from './openai/requests/service.ts';
import { ScriptedLlm } from './scripted/scripted-llm.ts';
import type { EngineMakers } from './shared-engines.ts';
import { modelFolder } from './sherpa/model-folder.ts';
import { SherpaStt } from './sherpa/sherpa-stt.ts';
import { SherpaTts } from './sherpa/sherpa-tts.ts';
import { SileroChecker } from './sherpa/silero-checker.ts';
import { sileroModel } from './vad-choice.ts';
import { createWyomingClient, type WyomingClient } from './wyoming/client.ts';
import { WyomingStt } from './wyoming/wyoming-stt.ts';
import { WyomingTts } from './wyoming/wyoming-tts.ts';

/** What engines need of the world. */
export interface EngineDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly report: (event: EngineEvent) => void;
  /** A line for the log at debug level, as native code printed it. */
  readonly debug: (line: string) => void;
  /** What a voice is to each engine. */
  readonly voices: VoiceBook;
}

/** Beyond its limit for each piece, a whole call may take so long, milliseconds. */
const LONGEST_CALL_MS = { stt: 20_000, llm: 120_000, tts: 20_000 } as const;

/** What makes the engines of choices; keys come from the settings. */
export function engineMakers(settings: Settings, deps: EngineDeps): EngineMakers {
  const { clock, random, report, debug, voices } = deps;
  const { LLM_TIMEOUT, STT_TIMEOUT, TTS_TIMEOUT } = settings;
  const timeoutMs = { stt: STT_TIMEOUT * 1_000, llm: LLM_TIMEOUT * 1_000, tts: TTS_TIMEOUT * 1_000 };

  // One client for each engine: closing an engine ends the calls of its client. Connections are shared by all of them anyway.
  const openAi = (kind: EngineKind, { engine, model, address }: EngineChoice) => {
    const firstByteTimeoutMs = timeoutMs[kind];
    const limits = { firstByteTimeoutMs, totalTimeoutMs: firstByteTimeoutMs + LONGEST_CALL_MS[kind] };
    const own = openAiServer(kind, settings);
    const isGroq = engine === 'groq';
    const service = isGroq ? GROQ : own.service;
    const apiKey = isGroq ? settings.GROQ_API_KEY : own.apiKey;
    const client = createServiceClient(service, { apiKey, baseUrl: address, clock, random, ...limits });
    return { client, model, modelSetting: isGroq ? undefined : own.modelSetting };
  };
  const wyoming = (kind: 'stt' | 'tts', { address }: EngineChoice): WyomingClient =>
    createWyomingClient(address, kind === 'stt' ? 'STT_WYOMING_URL' : 'TTS_WYOMING_URL', {
      clock,
      quietTimeoutMs: timeoutMs[kind],
      onProblem: ({ code, message }) => report({ type: 'engine.error', kind, engine: 'wyoming', code, message }),
    });
  const kyutai = (kind: 'stt' | 'tts', { address }: EngineChoice) => ({
    address: address ?? kyutaiAddress(kind, settings),
    apiKey: settings.KYUTAI_API_KEY,
    clock,
    random,
    timeoutMs: timeoutMs[kind],
  });

  const hosts = createHosts(settings.NATIVE_HOSTS, {
    clock,
    random,
    maxMegabytes: settings.SHERPA_MAX_MB,
    onState: (host, state) => report({ type: 'speech_host.state', host, ...state }),
    onLog: debug,
  });
  const modelsDir =
    settings.MODELS_DIR ?? defaultModelsDir({ platform: process.platform, home: homedir(), env: process.env });
  const sherpa = (model: string | undefined) => {
    return { clock, random, hosts, ...(model === undefined ? {} : { modelDir: modelFolder(model, modelsDir) }) };
  };
  const silero = sileroModel(settings);
  return {
    checker: () => {
      if (silero === undefined) return undefined;
      return new SileroChecker({ clock, random, hosts, report, modelDir: modelFolder(silero, modelsDir, 'silero') });
    },
    stt: (choice) => {
      switch (choice.engine) {
        case 'wyoming':
          return new WyomingStt(wyoming('stt', choice));
        case 'groq':
        case 'openai':
          return new OpenAiStt(openAi('stt', choice));
        case 'kyutai':
          return new KyutaiStt(kyutai('stt', choice));
        case 'sherpa':
          return new SherpaStt(sherpa(choice.model));
      }
    },
    llm: (choice) => {
      if (choice.engine === 'scripted') return new ScriptedLlm({ clock, random });
      const { LLM_IMAGES, LLM_MAX_TOKENS: maxTokens } = settings;
      const images = LLM_IMAGES === 'auto' ? 'by_name' : LLM_IMAGES === 'true';
      return new OpenAiLlm({ ...openAi('llm', choice), maxTokens, images });
    },
    tts: (choice) => {
      switch (choice.engine) {
        case 'wyoming':
          return new WyomingTts({ client: wyoming('tts', choice), voices });
        case 'groq':
          return new OpenAiTts({ ...openAi('tts', choice), voices });
        case 'openai':
          return new OpenAiTts({ ...openAi('tts', choice), voices, voice: settings.OPENAI_TTS_VOICE });
        case 'kyutai':
          return new KyutaiTts({ ...kyutai('tts', choice), voices });
        case 'sherpa':
          return new SherpaTts({ modelDir: undefined, ...sherpa(choice.model), voices });
        case 'espeak':
          return new EspeakTts({ clock, random, onLog: debug, voices });
      }
    },
  };
}
