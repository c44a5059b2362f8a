/** What a device may fetch over HTTP. */
export interface OfferedDownload {
  /** Must not be changed while it is offered. */
  readonly bytes: Uint8Array;
  readonly contentType: string;
  /** Default: none is said. */
  readonly fileName?: string;
  /** Further headers of the response. Default: none. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The device must have fetched the whole of it within so many milliseconds. */
  readonly forMs: number;
  /**
   * Where it is, and that the device must show a token of its own with its request (`Authorization: Bearer …`). Default: the address
   * itself is the secret.
   */
  readonly guardedAt?: '/avatar_set/';
}

/** A file as it is offered. */
export interface Offer {
  /** Names the offer. */
  readonly id: string;
  /** Path of the file, which starts with a slash, to be added to the base address of the listener. */
  readonly path: string;
  /** What the device must show; of a file that is not guarded, the secret in its path. */
  readonly token: string;
}

/** Files that devices fetch from the listener, each only once. */
export interface Downloads {
  /**
   * Offers a file.
   * @throws DialtoneError `downloads_full`
   */
  offer(download: OfferedDownload): Offer;
  /** The path of an offer, by its `id`; undefined: it has ended. */
  pathOf(id: string): string | undefined;
  /** Takes an offer back, by its `id`; a transfer of it breaks off. Nothing happens when it has ended already. */
  withdraw(id: string): void;
}
