import { z } from 'zod';

/** The most languages that one device may have. */
const MAX_LANGUAGES = 4;

/** The canonical form of a BCP 47 tag (`de-AT` of `DE-at`, `de` of `deu`); undefined when it is none. */
export function canonicalLanguage(tag: string): string | undefined {
  // Tags of five to eight letters are well-formed, but no language has one: "german" is a mistake.
  if (!/^[a-z]{2,3}(?:-|$)/i.test(tag)) return undefined;
  try {
    return Intl.getCanonicalLocales(tag)[0];
  } catch {
    return undefined;
  }
}

/** What a BCP 47 tag names without region: dialects of Chinese and Norwegian count as the language that they belong to. */
export function spokenLanguage(tag: string): string {
  const base = (canonicalLanguage(tag) ?? tag).split('-')[0]?.toLowerCase() ?? '';
  return MACRO_LANGUAGES[base] ?? base;
}

const MACRO_LANGUAGES: Readonly<Record<string, string>> = { cmn: 'zh', yue: 'zh', nb: 'no', nn: 'no' };

const HINT = 'as in "en", "de" or "pt-BR"';

/** One language, BCP 47. */
export const languageSchema = z
  .string()
  .max(100)
  .refine((tag) => canonicalLanguage(tag) !== undefined, `give a language tag (BCP 47), ${HINT}`);

/** The languages of a device: one, or several with "/" between them. */
export const languagesSchema = z
  .string()
  .max(100)
  .refine((text) => {
    const tags = text.split('/').map(canonicalLanguage);
    return tags.length <= MAX_LANGUAGES && !tags.includes(undefined) && new Set(tags).size === tags.length;
  }, `give a language tag (BCP 47), ${HINT}, or up to ${MAX_LANGUAGES} different ones with "/" between them, as in "en/fr"`);
