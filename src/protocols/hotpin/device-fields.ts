import { z } from 'zod';

/** Keys of devices.json that only a `hotpin` device has. */
export const hotpinFields = {
  answer_format: z
    .enum(['pcm', 'wav'])
    .default('pcm')
    .meta({
      description:
        'How a "hotpin" device is sent the audio of an answer. "pcm": samples alone, which every firmware plays without a click. ' +
        '"wav": with the header of a WAV file before the first sample, for a client that wants one.',
    }),
};

/** What they hold. */
export type HotpinOptions = z.output<z.ZodObject<typeof hotpinFields>>;
