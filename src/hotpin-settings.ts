import { z } from 'zod';
import { decimalNumber, wholeNumber } from './number-setting.ts';

/** Environment variables of HotPin's server, under its own names; and what pictures of any device may be. */
export const hotpinFields = {
  MAX_IMAGE_SIZE_BYTES: wholeNumber(1_000, 20_000_000).default(2_097_152).meta({
    description: 'The most bytes that a picture may have which a device or a REST client shows. Named as in HotPin.',
  }),
  IMAGE_MAX_DIMENSION: wholeNumber(16, 16_384).default(1_600).meta({
    description: 'The most pixels of its longer side.',
  }),
  MIN_RECORD_DURATION_SEC: decimalNumber(0, 10).default(0.5).meta({
    description: 'A shorter recording of a `hotpin` device is asked for again, seconds.',
  }),
  MAX_RERECORD_ATTEMPTS: wholeNumber(0, 100).default(2).meta({
    description:
      'So often in a row a `hotpin` device is asked to record again; then its user is asked to look after it.',
  }),
  PLAYBACK_READY_TIMEOUT_SEC: decimalNumber(0.1, 600).default(5).meta({
    description:
      'A `hotpin` device that is not ready to play within so many seconds is offered the answer as a download.',
  }),
  PLAYBACK_URL_EXP_SEC: wholeNumber(1, 3_600).default(300).meta({
    description: 'So many seconds that download is there.',
  }),
  SESSION_GRACE_SEC: decimalNumber(1, 3_600).default(30).meta({
    description: 'A recording of a `hotpin` device that brings no more audio is given up after so many seconds.',
  }),
  TEMP_DIR: z.string().optional().meta({
    description:
      'Folder in which what `hotpin` devices record is kept as long as their session lasts, WAV files. Default: nothing is kept.',
  }),
  MAX_SESSION_DISK_MB: wholeNumber(1, 100_000).default(100).meta({
    description: 'The most that one session may take of `TEMP_DIR`; its oldest recordings are removed first.',
  }),
  TEMP_MAX_MB: wholeNumber(1, 10_000_000).default(1_000).meta({
    description: 'The most that all of them may take together.',
  }),
  TEMP_MAX_AGE_HOURS: decimalNumber(0.01, 87_600).default(24).meta({
    description: 'Older ones are removed, of sessions that last still, too.',
  }),
} as const;

/** What {@link hotpinFields} hold. */
export type HotpinSettings = z.output<z.ZodObject<typeof hotpinFields>>;
