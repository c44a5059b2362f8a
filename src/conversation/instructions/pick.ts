import type { Random } from '../../core/clock.ts';

/** `count` of the items, each at most once, in random order; all of them when there are no more. */
export function pick<T>(items: readonly T[], count: number, random: Random): T[] {
  const rest = [...items];
  const picked: T[] = [];
  while (picked.length < count && rest.length > 0) picked.push(...rest.splice(Math.floor(random() * rest.length), 1));
  return picked;
}
