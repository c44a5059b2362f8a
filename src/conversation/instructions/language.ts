import type { Instructions } from '../../config/instructions-schema.ts';
import { canonicalLanguage } from '../../config/language.ts';
import { baseLanguage } from '../../text/language-tag.ts';

/** BCP 47 language of a device's conversation: the one of its voice, and the first one of several. */
export function languageOf(instructions: Instructions): string {
  return languagesOf(instructions)[0] ?? 'en';
}

/** The languages that may be spoken with a device, BCP 47 in canonical form, the likeliest first. */
export function languagesOf(instructions: Instructions): readonly string[] {
  return (languageOption(instructions) ?? 'en').split('/').map((tag) => canonicalLanguage(tag) ?? tag);
}

/** The language that a recogniser may take for granted, BCP 47; undefined when the device has several. */
export function onlyLanguageOf(instructions: Instructions): string | undefined {
  const [first, second] = languagesOf(instructions);
  return second === undefined ? first : undefined;
}

/** The line of the system prompt that says which language is spoken. */
export function languageLine(instructions: Instructions): string {
  if (languageOption(instructions) == null) return `${DEFAULT_LINE} ${GUILLEMETS}`;
  const languages = languagesOf(instructions);
  const line = lineFor(languages.map(languageName));
  return languages.some((language) => baseLanguage(language) === 'fr') ? `${line} ${GUILLEMETS}` : line;
}

function lineFor(names: readonly string[]): string {
  const [first = ''] = names;
  if (names.length > 1) {
    const all = `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
    return `Languages: ${all}. Begin in ${first}; from then on use the one in which the user speaks to you.`;
  }
  if (first === 'English') {
    return 'Language: English, and only that. If the user speaks another language, say so kindly, in English.';
  }
  return `Language: ${first}, and only that, whatever language these instructions or the user use.`;
}

function languageOption(instructions: Instructions): string | null | undefined {
  return 'language' in instructions ? instructions.language : undefined;
}

const NAMES = new Intl.DisplayNames('en', { type: 'language' });

/** A language in English: "German", "Brazilian Portuguese". */
function languageName(language: string): string {
  return NAMES.of(language) ?? language;
}

const DEFAULT_LINE =
  'Language: English. If you are spoken to in French, or asked for it, you can say a little in French too.';

const GUILLEMETS = 'In French, quotations stand in « guillemets ».';
