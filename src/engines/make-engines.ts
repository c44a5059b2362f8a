import type { VoiceBook } from '../config/voices/voice-book.ts';
import type { Clock, Random } from '../core/clock.ts';
import type { Settings } from '../settings.ts';
import { EspeakTts } from './espeak/espeak-tts.ts';
import type { EngineEvent } from './events.ts';
import { KyutaiStt } from './kyutai/kyutai-stt.ts';
import { KyutaiTts } from './kyutai/kyutai-tts.ts';
import { NativeHost } from './native-host/native-host.ts';
import { createGroqClient, type GroqClient } from './openai/client.ts';
import { GroqLlm } from './openai/openai-llm.ts';
import { GroqStt } from './openai/openai-stt.ts';
import { GroqTts } from './openai/openai-tts.ts';
import { ScriptedLlm } from './scripted/scripted-llm.ts';
import type { EngineMakers } from './shared-engines.ts';
import { SherpaStt } from './sherpa/sherpa-stt.ts';
import { SherpaTts } from './sherpa/sherpa-tts.ts';
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
const LONGEST_ANSWER_MS = 120_000;
const LONGEST_SPEECH_MS = 20_000;

/** What makes the engines of choices; keys come from the settings. */
export function engineMakers(settings: Settings, deps: EngineDeps): EngineMakers {
  const { GROQ_API_KEY, LLM_MAX_TOKENS, LLM_TIMEOUT, STT_TIMEOUT, TTS_TIMEOUT } = settings;
  const { clock, random, report, debug, voices } = deps;
  // One for each engine: closing an engine ends the calls of its client. Connections are shared by all of them anyway.
  const groq = (address: string | undefined, timeoutSeconds: number, moreMs: number): GroqClient => {
    const firstByteTimeoutMs = timeoutSeconds * 1_000;
    const limits = { firstByteTimeoutMs, totalTimeoutMs: firstByteTimeoutMs + moreMs };
    return createGroqClient({ apiKey: GROQ_API_KEY, baseUrl: address, clock, random, ...limits });
  };
  const wyoming = (kind: 'stt' | 'tts', address: string | undefined): WyomingClient => {
    const seconds = kind === 'stt' ? STT_TIMEOUT : TTS_TIMEOUT;
    return createWyomingClient(address, kind === 'stt' ? 'STT_WYOMING_URL' : 'TTS_WYOMING_URL', {
      clock,
      quietTimeoutMs: seconds * 1_000,
      onProblem: ({ code, message }) => report({ type: 'engine.error', kind, engine: 'wyoming', code, message }),
    });
  };
  const kyutai = (address: string, timeoutSeconds: number) => {
    return { address, apiKey: settings.KYUTAI_API_KEY, clock, random, timeoutMs: timeoutSeconds * 1_000 };
  };
  // One process for all models. It is there while an engine has one in it.
  const host = new NativeHost({
    clock,
    random,
    maxMegabytes: settings.SHERPA_MAX_MB,
    onState: (state) => report({ type: 'speech_host.state', ...state }),
    onLog: debug,
  });
  const sherpa = { clock, random, host };
  return {
    stt: (choice) => {
      if (choice.engine === 'wyoming') return new WyomingStt(wyoming('stt', choice.address));
      if (choice.engine === 'groq') {
        const client = groq(choice.address, STT_TIMEOUT, LONGEST_SPEECH_MS);
        return new GroqStt({ client, model: choice.model });
      }
      if (choice.engine === 'kyutai') return new KyutaiStt(kyutai(choice.address, STT_TIMEOUT));
      return new SherpaStt({ ...sherpa, ...(choice.model === undefined ? {} : { modelDir: choice.model }) });
    },
    llm: (choice) => {
      if (choice.engine === 'groq') {
        const client = groq(choice.address, LLM_TIMEOUT, LONGEST_ANSWER_MS);
        return new GroqLlm({ client, model: choice.model, maxTokens: LLM_MAX_TOKENS });
      }
      return new ScriptedLlm({ clock, random });
    },
    tts: (choice) => {
      if (choice.engine === 'wyoming') return new WyomingTts({ client: wyoming('tts', choice.address), voices });
      if (choice.engine === 'groq') {
        const client = groq(choice.address, TTS_TIMEOUT, LONGEST_SPEECH_MS);
        return new GroqTts({ client, model: choice.model, voices });
      }
      if (choice.engine === 'kyutai') return new KyutaiTts({ ...kyutai(choice.address, TTS_TIMEOUT), voices });
      if (choice.engine === 'sherpa') return new SherpaTts({ ...sherpa, modelDir: choice.model, voices });
      return new EspeakTts({ clock, random, onLog: debug, voices });
    },
  };
}
