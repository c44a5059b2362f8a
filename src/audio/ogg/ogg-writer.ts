import { OGG_CAPTURE, OGG_FIRST, OGG_HEADER_BYTES, oggCrc } from './ogg-page.ts';

/** Serial number and vendor string of the original backend's streams: devices were built against them. */
const SERIAL = 42;
const VENDOR = 'KyutaiMoshi';
/**
 * Samples at 48 kHz that a player drops at the start of the stream: what libopus delays its output by (6.5 ms: 2.5 ms overlap
 * and 4 ms look-ahead, at every rate). The original announces 3,840 (80 ms) and sends nothing to be dropped, so that a
 * player which follows RFC 7845 loses the first 80 ms of the first answer.
 */
const PRE_SKIP = 312;
const HEADER_RATE = 48_000;

/** Largest packet that ends on the page it begins on. */
const MAX_PACKET_BYTES = 255 * 255 - 1;

/** Writes one Opus stream as Ogg: whole pages, one packet each, never an end-of-stream page. State of one connection. */
export class OggOpusWriter {
  readonly #serial: number;
  #sequence = 0;
  /** Samples at 48 kHz up to the end of the last packet. */
  #granule = 0;

  constructor(options: { readonly serial?: number } = {}) {
    this.#serial = options.serial ?? SERIAL;
  }

  /** The two pages that every stream begins with, 102 bytes: OpusHead and OpusTags (RFC 7845 §5). */
  headerPages(): Uint8Array {
    const head = this.#write(opusHead(), OGG_FIRST, 0);
    const tags = this.#write(opusTags(), 0, 0);
    const both = new Uint8Array(head.length + tags.length);
    both.set(head);
    both.set(tags, head.length);
    return both;
  }

  /**
   * One page with one packet.
   * @param samplesAt48k length of the packet in samples at 48 kHz, whatever it was encoded from: 48 a millisecond
   */
  page(packet: Uint8Array, samplesAt48k: number): Uint8Array {
    if (packet.length > MAX_PACKET_BYTES) {
      throw new RangeError(`A packet of ${packet.length} bytes does not fit into one Ogg page.`);
    }
    this.#granule += samplesAt48k;
    return this.#write(packet, 0, this.#granule);
  }

  #write(packet: Uint8Array, flags: number, granule: number): Uint8Array {
    // A packet ends with a segment below 255, if need be an empty one.
    const segments = Math.floor(packet.length / 255) + 1;
    const page = new Uint8Array(OGG_HEADER_BYTES + segments + packet.length);
    const view = new DataView(page.buffer);
    page.set(OGG_CAPTURE);
    page[5] = flags;
    view.setUint32(6, granule % 2 ** 32, true);
    view.setUint32(10, Math.floor(granule / 2 ** 32), true);
    view.setUint32(14, this.#serial, true);
    view.setUint32(18, this.#sequence, true);
    this.#sequence = (this.#sequence + 1) >>> 0;
    page[26] = segments;
    page.fill(255, OGG_HEADER_BYTES, OGG_HEADER_BYTES + segments - 1);
    page[OGG_HEADER_BYTES + segments - 1] = packet.length % 255;
    page.set(packet, OGG_HEADER_BYTES + segments);
    view.setUint32(22, oggCrc(page), true);
    return page;
  }
}

function opusHead(): Uint8Array {
  const bytes = new Uint8Array(19);
  const view = new DataView(bytes.buffer);
  writeAscii(bytes, 0, 'OpusHead');
  bytes[8] = 1; // version
  bytes[9] = 1; // channels
  view.setUint16(10, PRE_SKIP, true);
  view.setUint32(12, HEADER_RATE, true);
  view.setInt16(16, 0, true); // gain
  bytes[18] = 0; // mapping family
  return bytes;
}

function opusTags(): Uint8Array {
  const bytes = new Uint8Array(16 + VENDOR.length);
  const view = new DataView(bytes.buffer);
  writeAscii(bytes, 0, 'OpusTags');
  view.setUint32(8, VENDOR.length, true);
  writeAscii(bytes, 12, VENDOR);
  view.setUint32(12 + VENDOR.length, 0, true); // number of tags
  return bytes;
}

function writeAscii(bytes: Uint8Array, at: number, text: string): void {
  for (let index = 0; index < text.length; index++) bytes[at + index] = text.charCodeAt(index);
}
