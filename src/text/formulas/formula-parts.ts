/** Something that was read: the words, and what they are. */
export interface Part {
  readonly words: string;
  readonly kind: 'term' | 'operator' | 'relation' | 'space';
  /** Several terms, which a pause parts from their neighbours. */
  readonly isCompound?: boolean;
}

/** A term with these words. */
export function term(words: string): Part {
  return { words, kind: 'term' };
}

/** The words of all parts. */
export function join(parts: readonly Part[]): string {
  return parts
    .map(({ words }) => words)
    .filter((words) => words !== '')
    .join(' ')
    .replace(/\s+/g, ' ')
    .trim();
}

/** The parts as one: what has several terms is parted from what follows. */
export function withPause(parts: readonly Part[]): string {
  const isLong =
    parts.some(({ kind }) => kind === 'operator') && parts.filter(({ kind }) => kind === 'term').length > 1;
  return isLong ? `${join(parts)},` : join(parts);
}
