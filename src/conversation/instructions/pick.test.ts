import fc from 'fast-check';
import { expect, it } from 'vitest';
import { pick } from './pick.ts';

it('picks so many, each at most once, and leaves the list alone', () => {
  const chances = fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }));
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer()), fc.nat(12), chances, (items, count, stream) => {
      const before = [...items];
      const picked = pick(items, count, () => stream.next().value);
      expect(items).toEqual(before);
      expect(picked).toHaveLength(Math.min(count, items.length));
      expect(new Set(picked).size).toBe(picked.length);
      for (const item of picked) expect(items).toContain(item);
    }),
  );
});
