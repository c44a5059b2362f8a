const HEADER_BYTES = 27;
const CAPTURE = 0x5367674f; // "OggS" read as a little-endian number
const CONTINUED = 1;
const FIRST = 2;

/**
 * What a real device's Ogg reader insists on: every message holds whole pages, nothing else. One that meets other bytes is
 * deaf until the device restarts. Also checked is what a well-made stream has: header pages first on every connection, true checksums, a sequence without
 * gaps, granules that grow. Written apart from src/audio on purpose: a mistake there should show here.
 */
export class OggRules {
  #nextSequence: number | undefined;
  #granule = 0n;

  /** The faults in one message's bytes; empty when there are none. */
  check(bytes: Uint8Array): string[] {
    const faults: string[] = [];
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let at = 0;
    while (at < bytes.length) {
      const left = bytes.length - at;
      if (left < 4 || view.getUint32(at, true) !== CAPTURE) {
        faults.push(`${left} bytes that do not begin with "OggS": the reader of a real device is dead from here on`);
        return faults;
      }
      const size = pageSize(bytes, at);
      if (size === undefined || size > left) {
        faults.push('an Ogg page that is cut: a message must hold whole pages');
        return faults;
      }
      this.#page(bytes.subarray(at, at + size), view, at, faults);
      at += size;
    }
    return faults;
  }

  #page(page: Uint8Array, view: DataView, at: number, faults: string[]): void {
    const flags = page[5] ?? 0;
    const sequence = view.getUint32(at + 18, true);
    const granule = view.getBigInt64(at + 6, true);
    if (view.getUint32(at + 22, true) !== checksum(page)) faults.push(`Ogg page ${sequence} has a wrong checksum`);
    if (flags & CONTINUED) faults.push(`Ogg page ${sequence} begins in the middle of a packet`);
    if (this.#nextSequence === undefined) {
      if (!(flags & FIRST)) faults.push('an Ogg stream without its header pages at the start of a connection');
    } else if (sequence !== this.#nextSequence) {
      faults.push(`Ogg page ${sequence} where page ${this.#nextSequence} was due`);
    }
    if (granule < this.#granule) faults.push(`Ogg page ${sequence} goes back in time`);
    this.#nextSequence = (sequence + 1) >>> 0;
    this.#granule = granule;
  }
}

function pageSize(bytes: Uint8Array, at: number): number | undefined {
  const segments = bytes[at + HEADER_BYTES - 1];
  if (segments === undefined || at + HEADER_BYTES + segments > bytes.length) return undefined;
  let size = HEADER_BYTES + segments;
  for (let i = 0; i < segments; i++) size += bytes[at + HEADER_BYTES + i] ?? 0;
  return size;
}

/** RFC 3533 §6: polynomial 0x04c11db7, unreflected, initial value 0, over the page with its checksum field zeroed. */
function checksum(page: Uint8Array): number {
  let crc = 0;
  for (let i = 0; i < page.length; i++) {
    const byte = i >= 22 && i < 26 ? 0 : (page[i] ?? 0);
    crc = ((crc << 8) ^ (TABLE[((crc >>> 24) ^ byte) & 0xff] ?? 0)) >>> 0;
  }
  return crc;
}

const TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index << 24;
  for (let bit = 0; bit < 8; bit++) value = value & 0x80000000 ? (value << 1) ^ 0x04c11db7 : value << 1;
  return value >>> 0;
});
