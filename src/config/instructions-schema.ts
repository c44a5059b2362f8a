import { z } from 'zod';
import { languagesSchema } from './language.ts';

const language = languagesSchema.nullish().meta({
  description:
    'Language of the conversation, a tag of BCP 47 as in "de"; several with "/" between them, the first one first: "en/fr". ' +
    'null: English.',
});

const text = z
  .string()
  .trim()
  .min(1)
  .max(8000, 'at most 8,000 characters')
  .meta({ description: 'What the device is told to be.' });

/** `instructions` of a device: the types of the original, told apart by `type`. */
export const instructionsSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('constant'), text, language }),
  z.strictObject({ type: z.literal('smalltalk'), language }),
  z.strictObject({ type: z.literal('quiz_show'), language }),
  z.strictObject({ type: z.literal('guess_animal'), language }),
  z.strictObject({ type: z.literal('news'), language }),
  z.strictObject({ type: z.literal('unmute_explanation') }),
]);

/** What a device is told to be. */
export type Instructions = z.output<typeof instructionsSchema>;
