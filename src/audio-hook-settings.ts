import { z } from 'zod';
import { Secret } from './core/secret.ts';

const url = z
  .union([
    z.literal('local'),
    z.url({ protocol: /^https?$/, error: 'give an address that begins with http:// or https://, or "local"' }),
  ])
  .transform((value) => (value === 'local' ? undefined : value))
  .optional();
const token = z
  .string()
  .regex(/^[\x21-\x7e]+$/, 'use printable characters without spaces')
  .transform((value) => new Secret(value));

/** Environment variables about where recordings of devices are sent. */
export const audioHookFields = {
  AUDIO_HOOK_URL: url.meta({
    description:
      'What a xiaozhi device records by itself, from its `listen start` to its `listen stop`, is also sent here as an Ogg-Opus file ' +
      '(`POST`, `audio/ogg`, 10 s, never again). Default: `STACKCHAN_AUDIO_HOOK_URL`; `local` or nothing: it is not sent.',
  }),
  AUDIO_HOOK_TOKEN: token.optional().meta({
    description:
      'Token for it. Default: `STACKCHAN_AUDIO_HOOK_TOKEN`, else the token of the device in devices.json. Also as `AUDIO_HOOK_TOKEN_FILE`.',
  }),
  STACKCHAN_AUDIO_HOOK_URL: url.meta({ description: "Name of `AUDIO_HOOK_URL` in stackchan's gateway." }),
  STACKCHAN_AUDIO_HOOK_TOKEN: token.optional().meta({
    description: "Name of `AUDIO_HOOK_TOKEN` in stackchan's gateway. Also as `STACKCHAN_AUDIO_HOOK_TOKEN_FILE`.",
  }),
} as const;

/** What {@link audioHookFields} hold. */
type AudioHookSettings = z.output<z.ZodObject<typeof audioHookFields>>;

/** Where recordings are sent; undefined: nowhere. */
export function audioHookPlan(settings: AudioHookSettings): { url: string; token: Secret | undefined } | undefined {
  const target = settings.AUDIO_HOOK_URL ?? settings.STACKCHAN_AUDIO_HOOK_URL;
  if (target === undefined) return undefined;
  return { url: target, token: settings.AUDIO_HOOK_TOKEN ?? settings.STACKCHAN_AUDIO_HOOK_TOKEN };
}
