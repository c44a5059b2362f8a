import type { SpokenLexicon } from '../lexicons/lexicon.ts';
import { memo } from '../replacement.ts';

/**
 * The characters of a code one by one, with a pause between its groups: "83 92" is "8 3, 9 2". What is neither letter
 * nor figure parts groups.
 */
export function spell(code: string): string {
  return (code.match(/[\p{L}\p{N}]+/gu) ?? []).map((group) => [...group].join(' ')).join(', ');
}

const countable = memo(
  ({ context }: SpokenLexicon) => new RegExp(String.raw`^\s(?:${context.notCounted})(?!\p{L})`, 'iu'),
);

/** Whether a number is a quantity, told by the noun behind it: "100 people", but not "911 now". */
export function isQuantityBefore(behind: string, lexicon: SpokenLexicon): boolean {
  return /^\s\p{Ll}/u.test(behind) && !countable(lexicon).test(behind);
}

/** How many digits a text has. */
export function digitCount(text: string): number {
  return text.replace(/\D/g, '').length;
}
