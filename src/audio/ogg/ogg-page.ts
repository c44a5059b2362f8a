/** Bytes of a page header before its segment table (RFC 3533 §6). */
export const OGG_HEADER_BYTES = 27;

/** Largest page there is: header, 255 segments, 255 bytes each. */
export const OGG_MAX_PAGE_BYTES = OGG_HEADER_BYTES + 255 + 255 * 255;

/** Bits of the header type byte. */
export const OGG_CONTINUED = 0x01;
export const OGG_FIRST = 0x02;

/** "OggS", the bytes a page begins with. */
export const OGG_CAPTURE = Uint8Array.of(0x4f, 0x67, 0x67, 0x53);

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte << 24;
  for (let bit = 0; bit < 8; bit++) remainder = remainder & 0x80000000 ? (remainder << 1) ^ 0x04c11db7 : remainder << 1;
  return remainder >>> 0;
});

/** CRC-32 as Ogg computes it (polynomial 0x04c11db7, not reflected, start 0), over a page whose CRC field is 0. */
export function oggCrc(page: Uint8Array): number {
  let crc = 0;
  for (let index = 0; index < page.length; index++) {
    crc = (crc << 8) ^ (CRC_TABLE[(crc >>> 24) ^ (page[index] ?? 0)] ?? 0);
  }
  return crc >>> 0;
}
