import { randomBytes } from 'node:crypto';

/** Takes a picture of a device. @returns false when the device was not asked for one */
type TakePicture = (jpegBase64: string) => boolean;

/**
 * Whose picture or recording it is that comes over HTTP: each session has a token of its own, which its device is told and shows with
 * what it sends. A token ends with its session.
 */
export class Pictures {
  readonly #byToken = new Map<string, { readonly device: string; readonly take: TakePicture }>();

  /** A session of this device begins. @returns its token, and what ends it */
  open(device: string, take: TakePicture): { readonly token: string; readonly close: () => void } {
    const token = randomBytes(24).toString('base64url');
    this.#byToken.set(token, { device, take });
    return { token, close: () => this.#byToken.delete(token) };
  }

  /** Whether the token is that of a session. */
  knows(token: string): boolean {
    return this.#byToken.has(token);
  }

  /** Whose session it is; undefined: the token is that of none. */
  deviceOf(token: string): string | undefined {
    return this.#byToken.get(token)?.device;
  }

  /** A picture has come. @returns false when the token is none, or the device was not asked for a picture */
  take(token: string, jpegBase64: string): boolean {
    return this.#byToken.get(token)?.take(jpegBase64) ?? false;
  }
}
