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
  /** Bytes of each packet, or part of one, in their order. */
  readonly sizes: readonly number[];
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
      sizes: sizesOf(table),
    });
    at = end;
  }
  return pages;
}

function sizesOf(table: Buffer): number[] {
  const sizes = [0];
  for (const lacing of table) {
    sizes.push((sizes.pop() ?? 0) + lacing);
    if (lacing < 255) sizes.push(0);
  }
  return table.at(-1) === 255 ? sizes : sizes.slice(0, -1);
}

/** The packets of an Ogg-Opus stream that hold audio, put together over pages. */
export function opusPackets(pages: readonly OggPage[]): Buffer[] {
  const packets: Buffer[] = [];
  let part: Buffer | undefined;
  for (const page of pages) {
    let at = 0;
    for (const [index, size] of page.sizes.entries()) {
      const bytes = page.body.subarray(at, at + size);
      at += size;
      const packet: Buffer = part ? Buffer.concat([part, bytes]) : bytes;
      part = index < page.packets ? undefined : packet;
      if (!part) packets.push(packet);
    }
  }
  return packets.filter((packet) => !/^Opus(Head|Tags)$/.test(packet.toString('latin1', 0, 8)));
}

/** Length of an Opus packet by its first two bytes, milliseconds (RFC 6716 §3.1 and §3.2). */
export function opusPacketMs(packet: Buffer): number {
  const toc = packet[0] ?? 0;
  const config = toc >> 3;
  const silk = [10, 20, 40, 60][config & 3] ?? 0;
  const frameMs = config < 12 ? silk : config < 16 ? 10 * ((config & 1) + 1) : 2.5 * 2 ** (config & 3);
  const frames = [1, 2, 2, (packet[1] ?? 0) & 0x3f][toc & 3] ?? 0;
  return frameMs * frames;
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
