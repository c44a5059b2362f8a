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
}

/** Files that devices fetch from the listener, each only once. */
export interface Downloads {
  /**
   * Offers a file.
   * @returns its path, which starts with a slash, to be added to the base address of the listener; and the secret in it
   * @throws DialtoneError `downloads_full`
   */
  offer(download: OfferedDownload): { readonly token: string; readonly path: string };
  /** Takes the offer back; a transfer of it breaks off. Nothing happens when it has ended already. */
  withdraw(token: string): void;
}
