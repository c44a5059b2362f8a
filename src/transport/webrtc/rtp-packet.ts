/** Bytes before the payload: there are neither sources nor extensions. */
const HEADER_BYTES = 12;

/** Of every packet, with or without the marker (RFC 3550 section 5.1). */
const VERSION_2 = 0x80;

/** One RTP packet (RFC 3550 section 5.1), without what only the transport looks at. */
export interface RtpPacket {
  /** 0 to 65535; the next packet has the next number. */
  readonly sequence: number;
  /** In units of the clock of the codec (Opus: 48 kHz, whatever was encoded; RFC 7587), modulo 2^32. */
  readonly timestamp: number;
  /** Names the stream; another one follows when its source starts anew. Of what we send the transport fills it in. */
  readonly ssrc: number;
  /** The first packet after a silence. */
  readonly marker: boolean;
  readonly payload: Uint8Array;
}

/** A packet as a link hands it on, and as it takes it. The transport fills payload type and source in. */
export function writeRtp({ sequence, timestamp, ssrc, marker, payload }: RtpPacket): Buffer {
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + payload.length);
  bytes[0] = VERSION_2;
  bytes[1] = marker ? 0x80 : 0;
  bytes.writeUInt16BE(sequence, 2);
  bytes.writeUInt32BE(timestamp, 4);
  bytes.writeUInt32BE(ssrc, 8);
  bytes.set(payload, HEADER_BYTES);
  return bytes;
}

/** Reads what {@link writeRtp} wrote; undefined for anything else. The payload is a view of the bytes. */
export function readRtp(bytes: Uint8Array): RtpPacket | undefined {
  if (bytes.length < HEADER_BYTES || bytes[0] !== VERSION_2) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, HEADER_BYTES);
  return {
    sequence: view.getUint16(2),
    timestamp: view.getUint32(4),
    ssrc: view.getUint32(8),
    marker: ((bytes[1] ?? 0) & 0x80) !== 0,
    payload: bytes.subarray(HEADER_BYTES),
  };
}
