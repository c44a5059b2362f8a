import { CURRENCY_SIGNS } from './figures/currency-signs.ts';
import type { SpokenLexicon } from './lexicons/lexicon.ts';
import { memo, type Replacement, replaceAll } from './replacement.ts';

const rulesOf = memo(({ and, at, hashtag, section, about, number, math }: SpokenLexicon): readonly Replacement[] => [
  [/\s*&(?!\S{1,8};)\s*/g, ` ${and} `],
  [/(?<=[\p{L}\p{N}]) @ (?=[\p{L}\p{N}$€£])/gu, ` ${at} `],
  [/(?<![\p{L}\p{N}&#/])#(?=\p{L}[\p{L}\p{N}_]{1,60})/gu, `${hashtag} `],
  [/(?<![\p{L}\p{N}&#])#\s?(?=\d{1,6}(?![\p{L}\p{N}]))/gu, `${number} `],
  [/§§?\s?(?=\d)/g, `${section} `],
  // "x ≈ 3" has a term before it; it is said with the formulas.
  [/(?<![~\d=])(?:~|(?<![\p{L}\d)]\s?)≈)\s?(?=[\d$€£¥])/gu, `${about} `],
  [/(?<!\p{L})([CFG])#(?![\p{L}\p{N}])/gu, '$1 sharp'],
  [/(?<=\p{L}) [>›] (?=\p{L})/gu, ', '],
  [/(?<=\d)\s?\\%/g, ` ${math.terms['%']}`],
]);

/** Says signs beside words and numbers: &, @, #, §, ~. */
export function saySigns(text: string, lexicon: SpokenLexicon): string {
  return /[&@#§~≈>›\\]/.test(text) ? replaceAll(text, rulesOf(lexicon)) : text;
}

const aloneOf = memo(({ percent, currencies }: SpokenLexicon): readonly Replacement[] => [
  ...(['$', '€', '£', '¥', '₹'] as const).map(
    (sign): Replacement => [
      new RegExp(`(?<=^|(?<!\\d)\\s)[${sign}](?=\\s|$|[.,!?](?!\\d))`, 'gu'),
      currencies[CURRENCY_SIGNS[sign] ?? sign]?.name[0] ?? sign,
    ],
  ),
  [/(?<!\p{L})US\$(?=\s|$|[.,!?](?!\d))/gu, currencies.USD?.name[0] ?? '$'],
  [/(?<=^|\s)%(?=\s|$|[.,!?])/gu, percent],
]);

/** Names currency and percent signs that stand alone: "the $ sign". Runs when amounts have their words. */
export function sayLoneSigns(text: string, lexicon: SpokenLexicon): string {
  return /[$€£¥₹%]/.test(text) ? replaceAll(text, aloneOf(lexicon)) : text;
}
