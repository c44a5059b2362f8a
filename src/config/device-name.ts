import { z } from 'zod';

/** Code points of a name; a check of UTF-16 units would count some letters twice. */
export const MAX_NAME = 64;

/**
 * What cannot be printed, or is not what it looks like: control characters, what sets the direction of text, other invisible
 * characters, line breaks, private ones, halves of a character. Unassigned ones may be emoji that are newer than this Node.js.
 */
const UNPRINTABLE =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]/u;

/** These invisible characters belong to the word or emoji in which they are: joiners, and which look of a sign is meant. */
const WITHIN_A_SIGN =
  /(?<=[\p{L}\p{M}\p{Emoji}\p{Emoji_Component}])(?:\u200c|\u200d|[\ufe00-\ufe0f]|[\u{e0100}-\u{e01ef}])|(?<=\u{1f3f4})[\u{e0020}-\u{e007f}]+/gu;

/** Name of a device: any text of one line that can be printed, without "/". */
export const nameSchema = z
  .string()
  .normalize('NFC')
  .min(1, 'give the device a name')
  .refine((name) => name.length <= 2 * MAX_NAME && [...name].length <= MAX_NAME, {
    error: `use at most ${MAX_NAME} characters`,
    abort: true,
  })
  .regex(/^[^/]*$/, 'do not use "/"')
  .refine(
    (name) => !UNPRINTABLE.test(name.replace(WITHIN_A_SIGN, '')),
    'use characters that can be printed, in one line',
  )
  .refine(
    (name) => name.trim() === name && !/^\p{M}/u.test(name),
    'do not begin or end with a space, nor begin with a lone accent',
  )
  // Clients take these out of an address before they send it.
  .refine((name) => name !== '.' && name !== '..', 'use another name than "." and ".."');
