/** One message of the protocol. */
export interface FakeWyomingEvent {
  readonly type: string;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly payload?: Uint8Array;
}

/**
 * An event as the Python library `wyoming` writes it.
 * @param isInline all data in the header line, as the protocol allows
 */
export function wyomingBytes({ type, data, payload }: FakeWyomingEvent, isInline = false): Buffer {
  const header: Record<string, unknown> = { type, version: '1.8.0' };
  const dataBytes = data && !isInline ? Buffer.from(JSON.stringify(data)) : Buffer.alloc(0);
  if (data && isInline) header.data = data;
  if (dataBytes.length > 0) header.data_length = dataBytes.length;
  if (payload) header.payload_length = payload.length;
  return Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), dataBytes, payload ?? Buffer.alloc(0)]);
}

/** Takes whole events from the beginning of what came; throws for what is no event. */
export function takeWyomingEvents(bytes: Buffer): { readonly events: FakeWyomingEvent[]; readonly rest: Buffer } {
  const events: FakeWyomingEvent[] = [];
  let rest = bytes;
  for (;;) {
    const end = rest.indexOf('\n');
    if (end < 0) return { events, rest };
    const header = JSON.parse(rest.toString('utf8', 0, end));
    const dataStart = end + 1;
    const payloadStart = dataStart + (header.data_length ?? 0);
    const next = payloadStart + (header.payload_length ?? 0);
    if (rest.length < next) return { events, rest };
    const more = header.data_length ? JSON.parse(rest.toString('utf8', dataStart, payloadStart)) : {};
    events.push({
      type: header.type,
      data: { ...header.data, ...more },
      payload: Uint8Array.from(rest.subarray(payloadStart, next)),
    });
    rest = rest.subarray(next);
  }
}
