// C0, DEL and C1 controls, halves of surrogate pairs, line and paragraph separators, and the marks that reorder text on a screen.
const UNSAFE = /[\p{Cc}\p{Cs}\u2028\u2029\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu;

/** Longest utterance or answer that is logged, kept or shown, UTF-16 units: for `cleanText`. */
export const MAX_SPEECH = 2_000;

/**
 * Text from outside, made safe to show: control characters and marks that reorder text become spaces, and what is
 * longer than `maxLength` UTF-16 units is clipped and ends in "…".
 */
export function cleanText(text: string, maxLength = 300): string {
  // Clipped first, so that a huge text costs no more than a short one.
  const clipped = text.length > maxLength ? `${text.slice(0, maxLength - 1)}…` : text;
  return clipped.replace(UNSAFE, ' ');
}
