/** What {@link checkOpusPacket} found. */
export type OpusPacketCheck =
  | { readonly ok: true; readonly durationMs: number }
  | { readonly ok: false; readonly reason: string };

/** Largest frame that Opus has, bytes (RFC 6716 section 3.4, R2). */
const MAX_FRAME_BYTES = 1275;

/** The most frames in a packet: 120 ms of frames of 2.5 ms (RFC 6716 section 3.4, R5). */
const MAX_FRAMES = 48;

/**
 * Largest packet that is decoded, bytes: the most frames, each the largest that Opus has, with the length of each but the last
 * in two bytes, and two bytes before them. Padding counts too, although Opus sets no limit to it. Voice needs a few hundred bytes.
 */
export const MAX_OPUS_PACKET_BYTES = MAX_FRAMES * MAX_FRAME_BYTES + (MAX_FRAMES - 1) * 2 + 2;

/** Longest packet there is, milliseconds (RFC 6716 section 3.4, R5). */
const MAX_PACKET_MS = 120;

/** Every duration is a multiple of this, milliseconds. */
const STEP_MS = 2.5;

const EMPTY = bad('empty packet');
const TOO_LARGE = bad(`larger than ${MAX_OPUS_PACKET_BYTES} bytes`);
const FRAME_TOO_LARGE = bad(`a frame is larger than ${MAX_FRAME_BYTES} bytes`);
const UNEVEN_PAIR = bad('two frames of one length, but an odd number of bytes');
const LENGTH_MISSING = bad('ends before the length of a frame');
const FRAME_CUT = bad('a frame is longer than the packet');
const COUNT_MISSING = bad('ends before the number of frames');
const NO_FRAMES = bad('claims no frames');
const TOO_LONG = bad(`longer than ${MAX_PACKET_MS} ms`);
const PADDING_CUT = bad('the padding is longer than the packet');
const UNEVEN_FRAMES = bad('frames of one length do not fill the packet');

// Results are shared objects, so that a check on the audio path allocates nothing.
const GOOD: readonly OpusPacketCheck[] = Array.from({ length: MAX_PACKET_MS / STEP_MS + 1 }, (_, steps) =>
  Object.freeze({ ok: true, durationMs: steps * STEP_MS }),
);

/**
 * Checks that a packet is well-formed (RFC 6716 section 3: table-of-contents byte, frame count, frame lengths, padding), that
 * no frame is larger than 1,275 bytes and that it is at most 120 ms long, before a decoder sees it. What the frames hold is
 * not looked at: noise in a valid wrapping passes, and decodes to noise. Never throws.
 */
export function checkOpusPacket(packet: Uint8Array): OpusPacketCheck {
  const size = packet.length;
  if (size === 0) return EMPTY;
  if (size > MAX_OPUS_PACKET_BYTES) return TOO_LARGE;
  const toc = packet[0] ?? 0;
  const frameSteps = stepsOfFrame(toc >> 3);
  switch (toc & 3) {
    case 0:
      return ofFrame(size - 1, frameSteps);
    case 1:
      return (size - 1) % 2 === 0 ? ofFrame((size - 1) / 2, frameSteps * 2) : UNEVEN_PAIR;
    case 2:
      return checkPair(packet, frameSteps);
    default:
      return checkMany(packet, frameSteps);
  }
}

function bad(reason: string): OpusPacketCheck {
  return Object.freeze({ ok: false, reason });
}

function good(steps: number): OpusPacketCheck {
  return GOOD[steps] ?? TOO_LONG;
}

/** A packet of so many steps whose largest frame has so many bytes. */
function ofFrame(bytes: number, steps: number): OpusPacketCheck {
  return bytes > MAX_FRAME_BYTES ? FRAME_TOO_LARGE : good(steps);
}

/** Length of a frame in steps of 2.5 ms (RFC 6716 section 3.1, table 2). */
function stepsOfFrame(config: number): number {
  // CELT: 2.5, 5, 10, 20 ms. Hybrid: 10, 20. SILK: 10, 20, 40, 60.
  if (config >= 16) return 1 << (config & 3);
  if (config >= 12) return config & 1 ? 8 : 4;
  return (config & 3) === 3 ? 24 : 4 << (config & 3);
}

/** Code 2: two frames, the length of the first one written down. */
function checkPair(packet: Uint8Array, frameSteps: number): OpusPacketCheck {
  const width = lengthWidth(packet, 1, packet.length);
  if (width === 0) return LENGTH_MISSING;
  const first = lengthAt(packet, 1);
  const second = packet.length - 1 - width - first;
  return second < 0 ? FRAME_CUT : ofFrame(Math.max(first, second), frameSteps * 2);
}

/** Code 3: any number of frames, of one length or each with its own, perhaps padded. */
function checkMany(packet: Uint8Array, frameSteps: number): OpusPacketCheck {
  if (packet.length < 2) return COUNT_MISSING;
  const header = packet[1] ?? 0;
  const frames = header & 0x3f;
  if (frames === 0) return NO_FRAMES;
  if (frames * frameSteps * STEP_MS > MAX_PACKET_MS) return TOO_LONG;
  let at = 2;
  let end = packet.length;
  if (header & 0x40) {
    let more = 255;
    while (more === 255) {
      if (at >= end) return PADDING_CUT;
      more = packet[at++] ?? 0;
      // 255 stands for 254 bytes of padding and one more length byte.
      end -= more === 255 ? 254 : more;
    }
    if (end < at) return PADDING_CUT;
  }
  if ((header & 0x80) === 0) {
    return (end - at) % frames === 0 ? ofFrame((end - at) / frames, frames * frameSteps) : UNEVEN_FRAMES;
  }
  let framesBytes = 0;
  let largest = 0;
  for (let frame = 0; frame < frames - 1; frame++) {
    const width = lengthWidth(packet, at, end);
    if (width === 0) return LENGTH_MISSING;
    const length = lengthAt(packet, at);
    framesBytes += length;
    largest = Math.max(largest, length);
    at += width;
  }
  const last = end - at - framesBytes;
  return last < 0 ? FRAME_CUT : ofFrame(Math.max(largest, last), frames * frameSteps);
}

/** Bytes that a frame length takes up, 0 when they are not all there (RFC 6716 section 3.2.1). */
function lengthWidth(packet: Uint8Array, at: number, end: number): 0 | 1 | 2 {
  if (at >= end) return 0;
  if ((packet[at] ?? 0) < 252) return 1;
  return at + 1 < end ? 2 : 0;
}

function lengthAt(packet: Uint8Array, at: number): number {
  const first = packet[at] ?? 0;
  return first < 252 ? first : first + 4 * (packet[at + 1] ?? 0);
}
