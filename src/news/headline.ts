import { cleanText } from '../core/clean-text.ts';
import { decodeEntities } from './html-entities.ts';

/** Longest headline, UTF-16 units. */
const MAX_HEADLINE_LENGTH = 200;

/** Headlines that are kept of one fetch. */
export const MAX_HEADLINES = 50;

/** Longest piece of a title that is looked at. */
const MAX_MARKUP_LENGTH = 5_000;

/** A title, which may hold HTML, as one line of plain text; empty when nothing is left. */
export function toHeadline(markup: string): string {
  const text = decodeEntities(markup.slice(0, MAX_MARKUP_LENGTH).replace(/<[a-z/!?][^<>]{0,1000}>/gi, ' '));
  // Once before it is clipped, so that spaces do not count.
  const line = cleanText(text, MAX_MARKUP_LENGTH + 1)
    .replace(/\s+/g, ' ')
    .replace(/ +([,.;:!?])/g, '$1')
    .trim();
  return cleanText(line, MAX_HEADLINE_LENGTH);
}

/** The first headlines that say something, each once. */
export function distinctHeadlines(headlines: readonly string[]): string[] {
  return [...new Set(headlines.filter((headline) => /\p{L}/u.test(headline)))].slice(0, MAX_HEADLINES);
}
