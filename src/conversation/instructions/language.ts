import type { Instructions } from '../../config/instructions-schema.ts';

/** BCP 47 language of a device's conversation: the one of its voice, and the first one of two. */
export function languageOf(instructions: Instructions): 'en' | 'fr' {
  return languageOption(instructions)?.startsWith('fr') ? 'fr' : 'en';
}

/** The languages that may be spoken with a device, BCP 47, the likeliest first. */
export function languagesOf(instructions: Instructions): readonly string[] {
  return (languageOption(instructions) ?? 'en').split('/');
}

/** The line of the system prompt that says which language is spoken. */
export function languageLine(instructions: Instructions): string {
  const line = LINES[languageOption(instructions) ?? 'null'];
  return line.includes('French') ? `${line} ${GUILLEMETS}` : line;
}

type LanguageOption = 'en' | 'fr' | 'en/fr' | 'fr/en';

function languageOption(instructions: Instructions): LanguageOption | null | undefined {
  return 'language' in instructions ? instructions.language : undefined;
}

const LINES: Readonly<Record<LanguageOption | 'null', string>> = {
  null: 'Language: English. If you are spoken to in French, or asked for it, you can say a little in French too.',
  en: 'Language: English, and only that. Whoever speaks another language to you is kindly told so, in English.',
  fr: 'Language: French, and only that, whatever language these instructions or the user use.',
  'en/fr': 'Languages: English and French. Begin in English; from then on use the one in which the user speaks to you.',
  'fr/en': 'Languages: French and English. Begin in French; from then on use the one in which the user speaks to you.',
};

const GUILLEMETS = 'In French, quotations stand in « guillemets ».';
