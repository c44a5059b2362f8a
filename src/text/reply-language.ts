import { COMMON_WORDS } from './common-words.ts';
import { baseLanguage } from './language-tag.ts';

/** Scripts, and the languages that they write, the likeliest first. Kana stands before Han: Japanese has both. */
const SCRIPTS: readonly (readonly [RegExp, readonly string[]])[] = [
  [/[\p{Script=Hiragana}\p{Script=Katakana}]/gu, ['ja']],
  [/\p{Script=Hangul}/gu, ['ko']],
  [/\p{Script=Han}/gu, ['zh', 'yue', 'ja']],
  [/\p{Script=Cyrillic}/gu, ['ru', 'uk', 'bg', 'sr', 'mk', 'be', 'kk', 'ky', 'tg', 'mn', 'tt', 'ba', 'cv']],
  [/\p{Script=Arabic}/gu, ['ar', 'fa', 'ur', 'ps', 'ku', 'sd', 'ug']],
  [/\p{Script=Devanagari}/gu, ['hi', 'mr', 'ne', 'kok', 'sa']],
  [/\p{Script=Thai}/gu, ['th']],
  [/\p{Script=Greek}/gu, ['el']],
  [/\p{Script=Hebrew}/gu, ['he', 'yi']],
];

/** By so many words a language that is none of the device's has to be known better than the device's own. */
const LEAD = 3;

/** No more of a text is looked at, characters. */
const MOST = 500;

/**
 * The language of a text, as far as a look at its script and its most frequent words tells.
 * @param languages those that are likely, BCP 47, the likeliest first
 * @returns the tag of one of them, another language without region, or undefined: the text does not tell
 */
export function languageOfText(text: string, languages: readonly string[]): string | undefined {
  const start = text.slice(0, MOST);
  const script = languagesOfScript(start);
  if (script) return languages.find((language) => script.includes(baseLanguage(language))) ?? script[0];
  return languageByWords(start, languages);
}

/** Those of the script in which most letters of a text are; undefined when that is none of {@link SCRIPTS}. */
function languagesOfScript(text: string): readonly string[] | undefined {
  const half = count(text, /\p{L}/gu) / 2;
  const kana = SCRIPTS[0];
  // Chinese names in a Japanese sentence outnumber its kana.
  if (
    kana &&
    count(text, kana[0]) > 0 &&
    count(text, /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/gu) > half
  ) {
    return kana[1];
  }
  return SCRIPTS.find(([letters]) => count(text, letters) > half)?.[1];
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}

function languageByWords(text: string, languages: readonly string[]): string | undefined {
  const words = text
    .toLowerCase()
    .replaceAll('’', "'")
    .match(/[\p{L}']+/gu);
  if (!words || count(text, /\p{Script=Latin}/gu) === 0) return undefined;
  const known = (language: string) => {
    const common = COMMON_WORDS[baseLanguage(language)];
    return common ? words.filter((word) => common.has(word)).length : 0;
  };
  const own = best(languages, known);
  const other = best(
    Object.keys(COMMON_WORDS).filter((code) => !languages.some((language) => baseLanguage(language) === code)),
    known,
  );
  // Of a language without a list here nothing can be said.
  const canTell = languages.every((language) => COMMON_WORDS[baseLanguage(language)] !== undefined);
  if (canTell && other && other.known >= (own?.known ?? 0) * 2 + LEAD) return other.language;
  return own?.language;
}

/** The language of which most words are known, the first of several; undefined when none is. */
function best(languages: readonly string[], known: (language: string) => number) {
  let found: { readonly language: string; readonly known: number } | undefined;
  for (const language of languages) {
    const words = known(language);
    if (words > (found?.known ?? 0)) found = { language, known: words };
  }
  return found;
}
