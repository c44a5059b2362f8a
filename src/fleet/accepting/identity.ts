import { MAX_ID } from '../../config/device-id.ts';
import type { Arrival } from '../../transport/arrival.ts';

/** What a device that dials in says it is. Not to be believed without a token. */
export interface Identity {
  /** Its names of itself, the surest first; its IP address is the last. */
  readonly ids: readonly [string, ...string[]];
  /** Undefined: it bears none. */
  readonly token: string | undefined;
}

/**
 * Headers and keys of the query in which devices say who they are: xiaozhi, and what sketches use. Not `session`: that of a HotPin
 * changes with every connection.
 */
const ID_HEADERS = ['device-id', 'client-id', 'x-device-id'] as const;
const ID_KEYS = ['id', 'device_id', 'device-id', 'deviceId', 'client_id', 'client-id'] as const;

/** Reads who a device says it is. The token is in `Authorization`, with or without `Bearer`, or in the query as `token`. */
export function identityOf({ headers, query, address }: Arrival): Identity {
  const said = [...ID_HEADERS.map((name) => headers[name]), ...ID_KEYS.map((key) => query.get(key))];
  const ids = said.flatMap((value) => {
    const id = value?.trim();
    // What could not be written in devices.json is no id.
    return id && id.length <= MAX_ID && /^[\x21-\x7e]+$/.test(id) ? [id] : [];
  });
  const header = headers.authorization?.replace(/^bearer +/i, '');
  const token = header || query.get('token') || query.get('access_token') || undefined;
  const [first, ...others] = [...ids, address];
  return { ids: [first ?? address, ...others], token };
}
