/**
 * How audio lies in a binary message (firmware 2.4.2, `protocol.h`, all numbers big-endian).
 * 1: a bare Opus packet. 2: 16 bytes before it: version u16, type u16, reserved u32, time stamp u32 in milliseconds, payload
 * size u32. 3: 4 bytes before it: type u8, reserved u8, payload size u16.
 */
export type FrameVersion = 1 | 2 | 3;

export function isFrameVersion(version: number): version is FrameVersion {
  return version === 1 || version === 2 || version === 3;
}

const HEADER_BYTES = { 1: 0, 2: 16, 3: 4 } as const;
const TYPE_OPUS = 0;
const TYPE_JSON = 1;

/** What lies in a message. */
export type Frame =
  /** `timestampMs`: of the audio that the device was playing when it recorded this; 0: not told. */
  | { readonly type: 'opus'; readonly payload: Uint8Array; readonly timestampMs: number }
  | { readonly type: 'json'; readonly payload: Uint8Array };

/** Reads a binary message of a device; null when its header contradicts it. The payload is a part of the message, not a copy. */
export function readFrame(bytes: Uint8Array, version: FrameVersion): Frame | null {
  if (version === 1) return { type: 'opus', payload: bytes, timestampMs: 0 };
  const header = HEADER_BYTES[version];
  if (bytes.length < header) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const payload = bytes.subarray(header);
  const size = version === 2 ? view.getUint32(12) : view.getUint16(2);
  if (size !== payload.length || (version === 2 && view.getUint16(0) !== 2)) return null;
  switch (version === 2 ? view.getUint16(2) : view.getUint8(0)) {
    case TYPE_OPUS:
      return { type: 'opus', payload, timestampMs: version === 2 ? view.getUint32(8) : 0 };
    case TYPE_JSON:
      return { type: 'json', payload };
    default:
      return null;
  }
}

/** A binary message with one Opus packet. @param timestampMs place of the packet in what is played, for version 2 */
export function writeFrame(packet: Uint8Array, version: FrameVersion, timestampMs: number): Uint8Array {
  if (version === 1) return packet;
  const header = HEADER_BYTES[version];
  const bytes = new Uint8Array(header + packet.length);
  const view = new DataView(bytes.buffer);
  if (version === 2) {
    view.setUint16(0, 2);
    view.setUint16(2, TYPE_OPUS);
    view.setUint32(8, timestampMs >>> 0);
    view.setUint32(12, packet.length);
  } else {
    view.setUint16(2, packet.length);
  }
  bytes.set(packet, header);
  return bytes;
}
