import { z } from 'zod';

/** The `id` of an entry that is any device of its protocol which no other entry is for. */
export const ANY_ID = '*';

/** The longest id that a device may say of itself, and an entry may have, characters. */
export const MAX_ID = 128;

/** `id` of a device that dials in. */
export const idSchema = z
  .string()
  .trim()
  .min(1, 'give the id that the device says: its MAC address, say')
  .max(MAX_ID, `use at most ${MAX_ID} characters`)
  .regex(/^[\x21-\x7e]+$/, 'use visible ASCII characters without spaces')
  .meta({
    description:
      'For "direction": "accept": what the device says it is: its MAC address, client id or session, in any case; or its IP ' +
      'address, for one that says nothing. "*": any device of this protocol that no other entry is for.',
  });

/** The same text for ids that are the same: case makes no difference, nor how the digits of a MAC address are divided. */
export function canonicalId(id: string): string {
  const lower = id.toLowerCase();
  const digits = lower.replaceAll(/[:.-]/g, '');
  // An IPv4 address has fewer digits, and one with an "x" in it is none.
  if (/^[0-9a-f]{12}$/.test(digits) && !/^\d+(\.\d+){3}$/.test(lower)) return digits;
  return lower.replace(/^::ffff:(?=\d+\.)/, '');
}
