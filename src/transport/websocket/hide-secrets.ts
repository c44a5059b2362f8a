/** What stands where a secret was. */
const HIDDEN = '[redacted]';

/** Shorter ones are ordinary words, and hide nothing. */
const MIN_LENGTH = 4;

/**
 * What a device says, without the secrets that it was sent: some firmware repeats them when it complains. A secret that is
 * cut off by the end of the text is hidden, too.
 * @param headers of the request that the device got
 */
export function hideSecrets(text: string, headers: Readonly<Record<string, unknown>> = {}): string {
  let hidden = text;
  for (const value of Object.values(headers)) {
    const secret = String(value).replace(/^Bearer /, '');
    if (secret.length < MIN_LENGTH) continue;
    hidden = hidden.replaceAll(secret, HIDDEN);
    for (let length = Math.min(secret.length, hidden.length); length >= MIN_LENGTH; length--) {
      if (!hidden.endsWith(secret.slice(0, length))) continue;
      hidden = hidden.slice(0, -length) + HIDDEN;
      break;
    }
  }
  return hidden;
}
