/** One message of the Wyoming protocol, in either direction. */
export interface WyomingEvent {
  /** As in `transcript` or `audio-chunk`. */
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** Binary data, mostly audio; empty where there is none. The receiver's to keep. */
  readonly payload: Uint8Array;
}

const NEWLINE = Buffer.from('\n');

/**
 * An event as it goes over the wire: a line of JSON, then the bytes of `data` as JSON, then the payload. The line holds
 * the lengths of both. The result is a copy: the caller may reuse the payload at once.
 */
export function encodeEvent(
  type: string,
  data: Readonly<Record<string, unknown>> = {},
  payload?: Uint8Array,
): Uint8Array {
  const dataBytes = Object.keys(data).length === 0 ? undefined : Buffer.from(JSON.stringify(data));
  const header = {
    type,
    ...(dataBytes && { data_length: dataBytes.length }),
    ...(payload && payload.length > 0 && { payload_length: payload.length }),
  };
  return Buffer.concat([
    Buffer.from(JSON.stringify(header)),
    NEWLINE,
    ...(dataBytes ? [dataBytes] : []),
    ...(payload ? [payload] : []),
  ]);
}
