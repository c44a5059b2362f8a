import { z } from 'zod';

/** A number within bounds, both included. What is wrong names both. */
export function numberBetween(least: number, most: number) {
  const words = `expected a number from ${least} to ${most}`;
  return z.number(words).min(least, words).max(most, words);
}

/** The same written as text, as a query or a header has it. */
export function numberTextBetween(least: number, most: number) {
  const words = `expected a number from ${least} to ${most}`;
  return z.coerce.number(words).min(least, words).max(most, words);
}

/** A whole number within bounds, written as text. */
export function wholeNumberTextBetween(least: number, most: number) {
  const words = `expected a whole number from ${least} to ${most}`;
  return z.coerce.number(words).int(words).min(least, words).max(most, words);
}
