import { checkOpusPacket, MAX_OPUS_PACKET_BYTES } from '../opus/opus-packet.ts';
import { OGG_CAPTURE, OGG_CONTINUED, OGG_FIRST, OGG_HEADER_BYTES, OGG_MAX_PAGE_BYTES } from './ogg-page.ts';

/** The bytes that tell a page start: "OggS", version 0, flags. */
const START_BYTES = 6;
/** A larger buffer than this is given back once it is empty. */
const KEEP_BYTES = 4096;

const OPUS_HEAD = Uint8Array.from('OpusHead', (letter) => letter.charCodeAt(0));
const OPUS_TAGS = Uint8Array.from('OpusTags', (letter) => letter.charCodeAt(0));

/** What a page says of its place in the stream, as the device wrote it: nothing of it need be true. */
export interface OggPagePlace {
  /** Whether a stream begins with it. */
  readonly first: boolean;
  readonly serial: number;
  readonly sequence: number;
  /** Samples at 48 kHz up to the end of its last packet; -1 when no packet ends on it. */
  readonly granule: number;
  /** Length of the audio packets that end on it, milliseconds; NaN when one of them is no Opus. */
  readonly durationMs: number;
  /** Bytes were skipped since the page before. */
  readonly afterGarbage: boolean;
}

/**
 * Takes an Ogg-Opus stream apart. It reads what devices really send: streams that begin in their middle (the writer of some
 * devices outlives a connection), with headers anywhere or none, with any serial and sequence number, one after another,
 * split anywhere.
 *
 * CRCs are not looked at. The bytes come through TCP, which damages none; devices exist that write no CRC, and the readers
 * that they were tried with ask for none. What does happen is a page that is cut, or bytes that are no Ogg at all. So a
 * page ends where the next one begins: a page start inside a page means that the page was cut, or was none, and it is
 * dropped. That also keeps a false "OggS" from waiting for the 65 KB that it may claim. In real audio six bytes look like
 * a page start once in 2^45, and cost one packet then.
 */
export class OggOpusReader {
  readonly #onPacket: (packet: Uint8Array) => void;
  readonly #onPage: ((page: OggPagePlace) => void) | undefined;
  /** The packets that end on the page being read: so many of the array, which is kept, since an emptied one is made anew. */
  readonly #packets: (Uint8Array | undefined)[] = [];
  #packetCount = 0;
  readonly #place = { first: false, serial: 0, sequence: 0, granule: 0, durationMs: 0, afterGarbage: false };
  #garbageBefore = 0;
  /** Beginning of a page of which the rest is still to come: the first #held bytes, always fewer than a page can have. */
  #buffer = new Uint8Array(0);
  #held = 0;
  /** So many bytes of that page were searched for another page start. */
  #searched = 0;
  /** Beginning of a packet that goes on in the next page. Its size may be larger than what is kept of it. */
  #part = new Uint8Array(0);
  #partSize = 0;
  #inPart = false;
  #garbageBytes = 0;

  /**
   * @param onPacket called synchronously for every audio packet of 1 byte to MAX_OPUS_PACKET_BYTES. The packet is a view that is only valid
   * during the call. It must not throw, nor push into this reader.
   * @param onPage called before the packets of every page, header pages too, on the same terms
   */
  constructor(onPacket: (packet: Uint8Array) => void, onPage?: (page: OggPagePlace) => void) {
    this.#onPacket = onPacket;
    this.#onPage = onPage;
  }

  /** Bytes skipped so far: no Ogg, cut pages, packets without their beginning or end, packets larger than Opus allows. */
  get garbageBytes(): number {
    return this.#garbageBytes;
  }

  /** Takes the next bytes of the stream, any number. Never throws. */
  push(bytes: Uint8Array): void {
    let at = 0;
    while (this.#held > 0 && at < bytes.length) {
      const end = Math.min(bytes.length, at + OGG_MAX_PAGE_BYTES - this.#held);
      this.#hold(bytes, at, end);
      const read = this.#read(this.#buffer, 0, this.#held);
      this.#buffer.copyWithin(0, read, this.#held);
      this.#held -= read;
      at = end;
    }
    if (this.#held === 0) {
      if (this.#buffer.length > KEEP_BYTES) this.#buffer = new Uint8Array(0);
      // The usual way: whole pages in one message, read where they lie.
      this.#hold(bytes, this.#read(bytes, at, bytes.length), bytes.length);
    }
  }

  #hold(bytes: Uint8Array, from: number, to: number): void {
    const needed = this.#held + to - from;
    if (needed > this.#buffer.length) {
      const larger = new Uint8Array(Math.min(OGG_MAX_PAGE_BYTES, Math.max(needed, 2 * this.#buffer.length, 512)));
      larger.set(this.#buffer.subarray(0, this.#held));
      this.#buffer = larger;
    }
    if (to > from) this.#buffer.set(bytes.subarray(from, to), this.#held);
    this.#held = needed;
  }

  /** Reads all pages that are complete. Returns where the bytes begin that are needed again. */
  #read(bytes: Uint8Array, from: number, to: number): number {
    let at = from;
    while (at < to) {
      const start = findCapture(bytes, at, to);
      if (start > at) this.#skip(start - at);
      at = start;
      if (!mayStart(bytes, at, to)) {
        this.#skip(1);
        at += 1;
        continue;
      }
      const size = pageSize(bytes, at, to);
      const end = Math.min(to, at + size);
      const inside = findStart(bytes, at + Math.max(OGG_HEADER_BYTES, this.#searched), end);
      if (inside < end) {
        this.#skip(inside - at);
        at = inside;
      } else if (at + size > to) {
        this.#searched = Math.max(0, end - at - START_BYTES + 1);
        return at;
      } else {
        this.#searched = 0;
        this.#page(bytes, at);
        at = end;
      }
    }
    return at;
  }

  #skip(count: number): void {
    this.#garbageBytes += count;
    this.#searched = 0;
  }

  #page(bytes: Uint8Array, start: number): void {
    const segments = bytes[start + 26] ?? 0;
    const continued = ((bytes[start + 5] ?? 0) & OGG_CONTINUED) !== 0;
    if (!continued) this.#dropPart();
    // The rest of a packet whose beginning never came.
    let headless = continued && !this.#inPart;
    let from = start + OGG_HEADER_BYTES + segments;
    let to = from;
    for (let segment = 0; segment < segments; segment++) {
      const lacing = bytes[start + OGG_HEADER_BYTES + segment] ?? 0;
      to += lacing;
      if (lacing === 255) continue;
      if (headless) this.#garbageBytes += to - from;
      else if (this.#inPart) this.#finishPart(bytes, from, to);
      else this.#packet(bytes.subarray(from, to), to - from);
      headless = false;
      from = to;
    }
    this.#handOn(bytes, start);
    if (from === to) return;
    if (headless) this.#garbageBytes += to - from;
    else this.#addPart(bytes, from, to);
  }

  #addPart(bytes: Uint8Array, from: number, to: number): void {
    if (!this.#inPart) this.#partSize = 0;
    this.#inPart = true;
    const size = this.#partSize + to - from;
    // Of a packet that is too large the beginning is kept: it tells a header from audio.
    this.#growPart(size);
    const room = this.#part.length - this.#partSize;
    if (room > 0) this.#part.set(bytes.subarray(from, Math.min(to, from + room)), this.#partSize);
    this.#partSize = size;
  }

  #growPart(size: number): void {
    if (size <= this.#part.length) return;
    const larger = new Uint8Array(Math.min(MAX_OPUS_PACKET_BYTES, Math.max(size, 2 * this.#part.length, 1024)));
    larger.set(this.#part.subarray(0, this.#partSize));
    this.#part = larger;
  }

  #finishPart(bytes: Uint8Array, from: number, to: number): void {
    this.#addPart(bytes, from, to);
    this.#inPart = false;
    this.#packet(this.#part.subarray(0, this.#partSize), this.#partSize);
  }

  #dropPart(): void {
    if (this.#inPart) this.#garbageBytes += this.#partSize;
    this.#inPart = false;
  }

  /** @param size the packet's true size; of one that is too large only the beginning may be there */
  #packet(packet: Uint8Array, size: number): void {
    if (size === 0 || beginsWith(packet, OPUS_HEAD) || beginsWith(packet, OPUS_TAGS)) return;
    if (size > MAX_OPUS_PACKET_BYTES) this.#garbageBytes += size;
    else this.#packets[this.#packetCount++] = packet;
  }

  #handOn(bytes: Uint8Array, start: number): void {
    if (this.#onPage) this.#onPage(this.#placeOf(bytes, start));
    for (let index = 0; index < this.#packetCount; index++) {
      const packet = this.#packets[index];
      this.#packets[index] = undefined;
      if (packet) this.#onPacket(packet);
    }
    this.#packetCount = 0;
  }

  #placeOf(bytes: Uint8Array, start: number): OggPagePlace {
    const place = this.#place;
    place.first = ((bytes[start + 5] ?? 0) & OGG_FIRST) !== 0;
    place.granule = uint32(bytes, start + 6) + (uint32(bytes, start + 10) | 0) * 2 ** 32;
    place.serial = uint32(bytes, start + 14);
    place.sequence = uint32(bytes, start + 18);
    place.durationMs = 0;
    for (const packet of this.#packets) {
      // What is behind the last one.
      if (!packet) break;
      const check = checkOpusPacket(packet);
      place.durationMs += check.ok ? check.durationMs : Number.NaN;
    }
    place.afterGarbage = this.#garbageBytes > this.#garbageBefore;
    this.#garbageBefore = this.#garbageBytes;
    return place;
  }
}

/** Where the next "OggS" begins, or as much of it as there is at the end; `to` when there is none. */
function findCapture(bytes: Uint8Array, from: number, to: number): number {
  const first = OGG_CAPTURE[0] ?? 0;
  for (let at = bytes.indexOf(first, from); at >= 0 && at < to; at = bytes.indexOf(first, at + 1)) {
    if (isCapture(bytes, at, to)) return at;
  }
  return to;
}

function isCapture(bytes: Uint8Array, at: number, to: number): boolean {
  const count = Math.min(OGG_CAPTURE.length, to - at);
  for (let index = 1; index < count; index++) if (bytes[at + index] !== OGG_CAPTURE[index]) return false;
  return true;
}

/** Whether what follows an "OggS" can be a page: version 0, no unknown flag. True while that is still to come. */
function mayStart(bytes: Uint8Array, at: number, to: number): boolean {
  if (at + 4 < to && bytes[at + 4] !== 0) return false;
  return at + 5 >= to || (bytes[at + 5] ?? 0) < 8;
}

/** Where the next complete page start lies in [from, to); `to` when there is none. */
function findStart(bytes: Uint8Array, from: number, to: number): number {
  let at = findCapture(bytes, from, to);
  while (at + START_BYTES <= to) {
    if (mayStart(bytes, at, to)) return at;
    at = findCapture(bytes, at + 1, to);
  }
  return to;
}

/** Bytes of the page, as far as its header tells: at least one more than there are while the header is not complete. */
function pageSize(bytes: Uint8Array, at: number, to: number): number {
  const table = at + OGG_HEADER_BYTES;
  if (table > to) return OGG_HEADER_BYTES;
  const segments = bytes[at + 26] ?? 0;
  if (table + segments > to) return OGG_HEADER_BYTES + segments;
  let size = OGG_HEADER_BYTES + segments;
  for (let segment = 0; segment < segments; segment++) size += bytes[table + segment] ?? 0;
  return size;
}

function uint32(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24)) >>> 0
  );
}

function beginsWith(bytes: Uint8Array, start: Uint8Array): boolean {
  if (bytes.length < start.length) return false;
  for (let index = 0; index < start.length; index++) if (bytes[index] !== start[index]) return false;
  return true;
}
