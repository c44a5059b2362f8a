/** A mistake on the command line. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What a parser throws is a mistake on the command line. */
export function usage<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** A port, 0 for any free one. Throws {@link UsageError}. */
export const portNumber = (option: string, text: string): number => wholeNumber(option, text, 65_535);

/** A whole number from 0. Throws {@link UsageError}. */
export function wholeNumber(option: string, text: string, max: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value <= max) return value;
  throw new UsageError(`${option} takes a whole number from 0 to ${max}, not "${text}".`);
}

/** A number of seconds, with or without a fraction, from 0.1. Throws {@link UsageError}. */
export function seconds(option: string, text: string, max: number): number {
  const value = Number(text);
  if (/^\d+(?:\.\d+)?$/.test(text) && value >= 0.1 && value <= max) return value;
  throw new UsageError(`${option} takes seconds from 0.1 to ${max}, not "${text}".`);
}

/** One of some words. Throws {@link UsageError}. */
export function oneOf<const T extends string>(option: string, text: string, known: readonly T[]): T {
  const value = known.find((name) => name === text);
  if (value !== undefined) return value;
  const words = [known.slice(0, -1).join(', '), known.at(-1)].filter(Boolean).join(' or ');
  throw new UsageError(`${option} takes ${words}, not "${text}".`);
}
