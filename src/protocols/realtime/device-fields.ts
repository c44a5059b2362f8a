import { z } from 'zod';

/** Keys of devices.json that only a `realtime` device has. */
export const realtimeFields = {
  audio_format: z
    .enum(['auto', 'ogg-opus', 'pcm16', 'pcmf32'])
    .default('auto')
    .meta({
      description:
        'What a "realtime" device puts into its audio field, and is answered in. "auto": what it turns out to send, which is ' +
        'remembered for its next line; Ogg-Opus until then.',
    }),
};

/** What they hold. */
export type RealtimeOptions = z.output<z.ZodObject<typeof realtimeFields>>;

/** What a device may put into its audio field, as devices.json says. */
export type AudioFormat = RealtimeOptions['audio_format'];
