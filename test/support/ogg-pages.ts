/** One Ogg page, taken apart. */
export interface OggPage {
  readonly flags: number;
  readonly granule: bigint;
  readonly serial: number;
  readonly sequence: number;
  /** The bytes of all its segments. */
  readonly body: Buffer;
  /** Packets that end on it. */
  readonly packets: number;
}

const HEADER_BYTES = 27;

/**
 * The pages of some bytes (RFC 3533 §6). Throws when they are anything but whole pages. Written apart from src/audio, so
 * that a mistake there shows.
 */
export function oggPages(bytes: Buffer): OggPage[] {
  const pages: OggPage[] = [];
  for (let at = 0; at < bytes.length; ) {
    if (bytes.toString('latin1', at, at + 4) !== 'OggS') throw new Error(`no page begins at byte ${at}`);
    const table = bytes.subarray(at + HEADER_BYTES, at + HEADER_BYTES + (bytes[at + 26] ?? 0));
    const start = at + HEADER_BYTES + table.length;
    const end = start + table.reduce((sum, lacing) => sum + lacing, 0);
    if (table.length !== bytes[at + 26] || end > bytes.length) throw new Error(`the page at byte ${at} is cut`);
    pages.push({
      flags: bytes[at + 5] ?? 0,
      granule: bytes.readBigInt64LE(at + 6),
      serial: bytes.readUInt32LE(at + 14),
      sequence: bytes.readUInt32LE(at + 18),
      body: bytes.subarray(start, end),
      packets: table.filter((lacing) => lacing < 255).length,
    });
    at = end;
  }
  return pages;
}

/** Whether it is one of the two pages that a stream begins with (RFC 7845 §5). */
export function isHeaderPage({ body }: OggPage): boolean {
  return /^Opus(Head|Tags)$/.test(body.toString('latin1', 0, 8));
}

/** One Ogg page with one packet of at most 254 bytes; without a checksum, as some firmware sends it. */
export function oggPageOf(packet: Uint8Array): Buffer {
  const header = Buffer.alloc(HEADER_BYTES + 1);
  header.write('OggS', 0, 'latin1');
  header[26] = 1;
  header[27] = packet.length;
  return Buffer.concat([header, packet]);
}
