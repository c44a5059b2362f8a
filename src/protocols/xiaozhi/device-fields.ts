import { z } from 'zod';

/** Keys of devices.json that only a `xiaozhi` device has. */
export const xiaozhiFields = {
  persistent: z
    .boolean()
    .default(false)
    .meta({
      description:
        'true: a "xiaozhi" device that stays connected while its user does not speak (stackchan). dialtone opens its microphone ' +
        'when a client asks for it, or the device has asked a question; the device greets.',
    }),
};

/** What they hold. */
export type XiaozhiOptions = z.output<z.ZodObject<typeof xiaozhiFields>>;
