import type { ServerName } from './options.ts';

/** The environment variables that make dialtone use the servers, a line for each way. */
export function variables(urls: ReadonlyMap<ServerName, string>): readonly string[] {
  const openai = urls.get('openai');
  const origin = openai?.replace(/\/v1$/, '');
  const lines: readonly (readonly [string | undefined, string])[] = [
    [openai, `STT=groq LLM=groq TTS=groq GROQ_BASE_URL=${openai}`],
    [openai, `STT=openai LLM=openai TTS=openai OPENAI_BASE_URL=${openai}`],
    [urls.get('kyutai-stt'), `STT=kyutai KYUTAI_STT_URL=${urls.get('kyutai-stt')}`],
    [urls.get('kyutai-tts'), `TTS=kyutai KYUTAI_TTS_URL=${urls.get('kyutai-tts')}`],
    [openai, `LLM=openai KYUTAI_LLM_URL=${origin}`],
    [urls.get('wyoming-stt'), `STT=wyoming STT_WYOMING_URL=${urls.get('wyoming-stt')}`],
    [urls.get('wyoming-tts'), `TTS=wyoming TTS_WYOMING_URL=${urls.get('wyoming-tts')}`],
  ];
  return lines.flatMap(([url, line]) => (url === undefined ? [] : [line]));
}
