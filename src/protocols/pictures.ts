import { randomBytes } from 'node:crypto';

/** Takes a picture of a device. @returns false when the device was not asked for one */
type TakePicture = (jpegBase64: string) => boolean;

/**
 * Whose picture it is that comes over HTTP: each session has a token of its own, which its device is told and shows with its
 * pictures. A token ends with its session.
 */
export class Pictures {
  readonly #byToken = new Map<string, TakePicture>();

  /** A session begins. @returns its token, and what ends it */
  open(take: TakePicture): { readonly token: string; readonly close: () => void } {
    const token = randomBytes(24).toString('base64url');
    this.#byToken.set(token, take);
    return { token, close: () => this.#byToken.delete(token) };
  }

  /** Whether the token is that of a session. */
  knows(token: string): boolean {
    return this.#byToken.has(token);
  }

  /** A picture has come. @returns false when the token is none, or the device was not asked for a picture */
  take(token: string, jpegBase64: string): boolean {
    return this.#byToken.get(token)?.(jpegBase64) ?? false;
  }
}
