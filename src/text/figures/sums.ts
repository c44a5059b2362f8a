import type { SpokenLexicon } from '../lexicons/lexicon.ts';
import { memo } from '../replacement.ts';
import { SHELVED_FORMULA as SHELVED } from '../shelf.ts';
import { applyRules, NUMBER, type Rule } from './number.ts';

/** Says the signs of sums. A hyphen is a minus, and a stroke a division, only in a sum; elsewhere they are anything. */
export function saySums(text: string, lexicon: SpokenLexicon): string {
  return /[+÷±=\-−/×*·]/.test(text) ? applyRules(text, rulesOf(lexicon)) : text;
}

/** One letter, a number, a bracket or words for a formula: what stands beside the signs of a sum. */
const LEFT = String.raw`(?:(?<!\p{L})\p{L}|[\p{N})%${SHELVED}])`;
const RIGHT = String.raw`(?:\p{L}(?!\p{L})|[\p{N}(${SHELVED}])`;
const inSum = String.raw`(?=${NUMBER}\s?=)`;

const rulesOf = memo(({ plus, minus, plusOrMinus, dividedBy, times, math }: SpokenLexicon): readonly Rule[] => [
  [/ ?± ?(?=[\p{L}\d])/gu, () => ` ${plusOrMinus} `],
  [new RegExp(String.raw`(${LEFT})(?:\+| \+ )(?=${RIGHT})`, 'gu'), (_, left = '') => `${left} ${plus} `],
  // Between words only with spaces, and not in C++.
  [new RegExp(String.raw`(?<=[\p{L}\p{N})${SHELVED}]) \+ (?=[\p{L}\p{N}(${SHELVED}])`, 'gu'), () => ` ${plus} `],
  [/(?<=(?<![\p{L}\p{N}])\d{1,4})\+(?=$|[\s.,!?)])/gu, () => ` ${plus}`],
  [/(?<=^|[\s(])\+ ?(?=\d)/gu, () => `${plus} `],
  [new RegExp(String.raw`(${LEFT})\s?÷\s?(?=${RIGHT})`, 'gu'), (_, left = '') => `${left} ${dividedBy} `],
  [new RegExp(String.raw`(${LEFT})\s?[×·⋅]\s?(?=${RIGHT})`, 'gu'), (_, left = '') => `${left} ${times} `],
  [new RegExp(String.raw`((?<!\p{L})\p{L}|[\p{N})])\*(?=${RIGHT})`, 'gu'), (_, left = '') => `${left} ${times} `],
  [/(?<=[\p{L}\p{N})]) × (?=\p{L})/gu, () => ` ${times} `],
  [new RegExp(String.raw`(\d)\s[-−]\s${inSum}`, 'g'), (_, digit = '') => `${digit} ${minus} `],
  // Beside words for a formula or between single letters.
  [new RegExp(String.raw`([${SHELVED}])\s?[-−]\s?(?=${RIGHT})`, 'gu'), (_, left = '') => `${left} ${minus} `],
  [new RegExp(String.raw`(${LEFT})\s?[-−]\s?(?=[${SHELVED}])`, 'gu'), (_, left = '') => `${left} ${minus} `],
  [/((?<!\p{L})\p{L}|\d) [-−] (?=(?:\p{L}(?!\p{L})|\d{1,9}) ?[=+])/gu, (_, left = '') => `${left} ${minus} `],
  [/(?<=\d) ?− ?(?=\d)/g, () => ` ${minus} `],
  [/(?<=\d) - (?=\d)/g, () => ` ${minus} `],
  [new RegExp(String.raw`(\d)\s?\/\s?${inSum}`, 'g'), (_, digit = '') => `${digit} ${dividedBy} `],
  [/\+\/[-−] ?(?=\d)/g, () => `${plusOrMinus} `],
  [new RegExp(String.raw`(\d{1,3})\/(?=\d{0,3}\s?[${SHELVED}])`, 'gu'), (_, left = '') => `${math.fraction(left, '')}`],
  [new RegExp(String.raw`([${SHELVED}])\s?\/\s?(?=${RIGHT})`, 'gu'), (_, left = '') => `${left} ${dividedBy} `],
  [
    new RegExp(String.raw`([\p{L}\p{N})%${SHELVED}])\s?==?\s?(?=[\p{L}\p{N}(−$€£${SHELVED}-])`, 'gu'),
    (_, before = '') => `${before} ${math.relations['='][0]} `,
  ],
  [/(?<![\p{L}\p{N}\u{f0000}-\u{ffffd}]\s?)[-−–](?=\d)|(?<=\p{L}\s)[-−–](?=\d)/gu, () => `${minus} `],
]);
