import type { Link, LinkKind, LinkListener } from './link.ts';

/** What a device said with the request that opened its link. Nothing of it is checked, and all of it may be a lie. */
export interface Arrival {
  /** What the link is to be. Default: a WebSocket. */
  readonly transport?: LinkKind;
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

/** Whether a device may open a link. */
export type Admission =
  | {
      readonly allowed: true;
      /** The largest message that it may send, bytes. Default: that of all devices. */
      readonly maxMessageBytes?: number | undefined;
      /** The link is wanted: `open` makes it, once, and at once. */
      readonly connect: (open: (listener: LinkListener) => Link) => void;
    }
  | {
      readonly allowed: false;
      /** HTTP status of the refusal. */
      readonly status: 401 | 403 | 404 | 503;
      /** One line for whom the device shows the answer to. */
      readonly message: string;
    };
