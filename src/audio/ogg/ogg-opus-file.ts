import { checkOpusPacket } from '../opus/opus-packet.ts';
import { OGG_CAPTURE, OGG_FIRST, OGG_HEADER_BYTES } from './ogg-page.ts';
import { OggOpusReader } from './ogg-reader.ts';

/** A whole Ogg-Opus file, taken apart. */
export interface OggOpusFile {
  /** The packets that hold audio, each checked. */
  readonly packets: readonly Uint8Array[];
  /** Samples at 48 kHz that a player drops at the beginning. */
  readonly preSkip: number;
  /** Length of all packets, milliseconds. */
  readonly durationMs: number;
}

/** What is wrong with a file. `other`: it is something else than mono Ogg-Opus. `damaged`: it is, but not whole. */
export interface OggOpusProblem {
  readonly problem: 'other' | 'damaged' | 'too_long';
  readonly message: string;
}

/** Bytes of an OpusHead that has one channel (RFC 7845 section 5.1). */
const HEAD_BYTES = 19;

/**
 * Reads a file of one mono Opus stream (RFC 7845), strictly where the reader of streams is not: it begins with its header, consists of
 * whole pages of one stream, and every packet of it is Opus. Checksums and the mark of its end are not asked for: devices leave both out.
 * Never throws.
 * @param maxMs longest audio that is taken
 */
export function readOggOpus(bytes: Uint8Array, maxMs: number): OggOpusFile | OggOpusProblem {
  if (!beginsWith(bytes, 0, OGG_CAPTURE)) return other('this is no Ogg file');
  const pages = checkPages(bytes);
  const head = headOf(bytes);
  if (typeof head === 'string') return other(head);
  if (pages) return pages;
  const packets: Uint8Array[] = [];
  const reader = new OggOpusReader((packet) => packets.push(packet.slice()));
  reader.push(bytes);
  if (reader.garbageBytes > 0) return damaged('the Ogg file is damaged');
  let durationMs = 0;
  for (const packet of packets) {
    const check = checkOpusPacket(packet);
    if (!check.ok) return damaged(`a packet of it is no Opus: ${check.reason}`);
    durationMs += check.durationMs;
    if (durationMs > maxMs) return { problem: 'too_long', message: `it may be at most ${maxMs / 1000} s long` };
  }
  if (durationMs === 0) return damaged('there is no audio in it');
  return { packets, preSkip: head.preSkip, durationMs };
}

function other(message: string): OggOpusProblem {
  return { problem: 'other', message };
}

function damaged(message: string): OggOpusProblem {
  return { problem: 'damaged', message };
}

/** The header of the first page, which is at least begun; text: what is wrong with it. */
function headOf(bytes: Uint8Array): { readonly preSkip: number } | string {
  const at = OGG_HEADER_BYTES + (bytes[OGG_HEADER_BYTES - 1] ?? 0);
  const head = bytes.subarray(at, at + HEAD_BYTES);
  if (((bytes[5] ?? 0) & OGG_FIRST) === 0 || !beginsWith(head, 0, OPUS_HEAD))
    return 'the Ogg file does not begin with Opus';
  if (head.length < HEAD_BYTES || (head[8] ?? 0) >= 16) return 'the header of its Opus stream is not understood';
  if (head[9] !== 1) return `it has ${head[9]} channels: send one`;
  return { preSkip: (head[10] ?? 0) | ((head[11] ?? 0) << 8) };
}

const OPUS_HEAD = Uint8Array.from('OpusHead', (letter) => letter.charCodeAt(0));

/** What is wrong with the pages of a file; undefined: nothing. */
function checkPages(bytes: Uint8Array): OggOpusProblem | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let isOpen = false;
  for (let at = 0; at < bytes.length; ) {
    const table = at + OGG_HEADER_BYTES;
    if (table > bytes.length) return damaged('the Ogg file is cut off');
    if (!beginsWith(bytes, at, OGG_CAPTURE) || bytes[at + 4] !== 0) return damaged('the Ogg file is damaged');
    if (view.getUint32(at + 14) !== view.getUint32(14))
      return other('there is more than one stream in the Ogg file: send one');
    const segments = bytes.subarray(table, table + (bytes[at + 26] ?? 0));
    at = segments.reduce((end, lacing) => end + lacing, table + (bytes[at + 26] ?? 0));
    if (at > bytes.length) return damaged('the Ogg file is cut off');
    if (segments.length > 0) isOpen = segments.at(-1) === 255;
  }
  return isOpen ? damaged('the Ogg file is cut off') : undefined;
}

function beginsWith(bytes: Uint8Array, at: number, start: Uint8Array): boolean {
  return start.every((byte, index) => bytes[at + index] === byte);
}
