/** What a device said with the request that opened its link. Nothing of it is checked, and all of it may be a lie. */
export interface Arrival {
  /** Path of the request, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in lower case; a header that was given twice has both values, with a comma between. */
  readonly headers: Readonly<Record<string, string>>;
  /** IP address that the request came from: of the device, or of what stands between. */
  readonly address: string;
  /** Whether it came over TLS. */
  readonly isSecure: boolean;
}
