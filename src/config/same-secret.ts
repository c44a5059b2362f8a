import { createHash, timingSafeEqual } from 'node:crypto';

/** What secrets are compared by: its length and its beginning say nothing of the secret. SHA-256. */
export function digestOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** Whether two secrets are the same, in a time that does not tell how much of them is. */
export function isSameSecret(wanted: string, given: string): boolean {
  return timingSafeEqual(digestOf(wanted), digestOf(given));
}
