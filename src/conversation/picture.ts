/** A picture that the user of a device shows. */
export interface Picture {
  /** Of `bytes`, such as `image/jpeg`. */
  readonly mediaType: string;
  /** The whole encoded file. Never changed. */
  readonly bytes: Uint8Array;
  /** As the device names it. */
  readonly name: string;
}
