import type { EngineLists } from './shared-engines.ts';

export function engineLists(): EngineLists {
  const first = <E>(engines: readonly E[]): E => engines[0] as E;
  return { stt: first, llm: first, tts: first };
}
