import { baseLanguage } from './language-tag.ts';

/** What Whisper calls a language where it is not as in BCP 47. */
const NAMES: Readonly<Record<string, string>> = { nb: 'no', cmn: 'zh', fil: 'tl', jv: 'jw' };

/** What Whisper calls a language, and with it most who recognise speech: ISO 639-1, `en` of `en-GB`. */
export function whisperLanguage(bcp47: string): string {
  const base = baseLanguage(bcp47);
  return NAMES[base] ?? base;
}
