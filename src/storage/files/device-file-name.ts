import { createHash } from 'node:crypto';

/** Names that are their own file name. A trailing "-" and hash is left to the others, so that no two names ever meet. */
const PLAIN = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/;
const HASHED = /-[0-9a-f]{16}$/;
/** What Windows keeps for itself. */
const RESERVED = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])$/;

const MAX_READABLE = 32;

/** Every result of {@link deviceFileName}, and nothing that leads out of a folder. */
export const DEVICE_FILE_NAME = /^[a-z0-9][a-z0-9-]{0,63}$/;

/**
 * The file name, without extension, of a device of any name: `kitchen` stays as it is, `Living Room` becomes
 * `living-room-` and the first 16 hex digits of its SHA-256. Two names never share one, also on a disk that takes capitals
 * and small letters, or composed and decomposed accents, for the same.
 */
export function deviceFileName(device: string): string {
  if (PLAIN.test(device) && !HASHED.test(device) && !RESERVED.test(device)) return device;
  const readable = device
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-/, '')
    .slice(0, MAX_READABLE)
    .replace(/-$/, '');
  const hash = createHash('sha256').update(device).digest('hex').slice(0, 16);
  return `${readable === '' ? 'device' : readable}-${hash}`;
}
