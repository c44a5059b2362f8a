import type { UplinkFormat } from './uplink.ts';

/** The bytes that an Ogg page begins with. No PCM holds them but by a miracle. */
const OGG_CAPTURE = 'OggS';

/**
 * So many messages must look like the same raw PCM before it is believed, silent ones behind the first included: an Ogg
 * device answered in PCM is deaf until it restarts.
 */
const EVIDENCE = 5;
/** So many of them must hold sound. */
const SOUND_EVIDENCE = 2;

/** A shorter message is not judged, bytes. */
const SHORTEST = 256;

/** What is held, at most: 3 s of the widest format, 24 kHz float32. */
const MAX_BYTES = 3 * 96_000;
const MAX_MESSAGES = 64;

type RawFormat = Exclude<UplinkFormat, 'ogg-opus'>;

/** What became of the messages so far. `rest`: what was held, to be decoded, oldest first. */
export interface Decision {
  readonly format: UplinkFormat;
  readonly rest: readonly Buffer[];
  /** Messages in front of it that are of no use. */
  readonly lost: number;
}

/**
 * Finds out what a device sends that says nothing of its format, and holds what it sends until then: the first words of the
 * user are among it. A page start settles it for Ogg whenever it comes; messages that look like the same raw PCM for PCM.
 * Silence in front of the first sound says nothing, and its loss costs nothing.
 */
export class FormatGuess {
  /** What the device spoke on its last line: believed again sooner. */
  readonly #before: UplinkFormat | undefined;
  readonly #onLost: () => void;
  #held: Buffer[] = [];
  #heldBytes = 0;
  /** Bytes of the line so far: tells where in a sample a message begins. */
  #bytes = 0;
  #guess: RawFormat | undefined;
  #evidence = 0;
  #sounds = 0;

  /** @param onLost called for each message that is too old to be held on */
  constructor(before: UplinkFormat | undefined, onLost: () => void) {
    this.#before = before;
    this.#onLost = onLost;
  }

  /** Takes a message, not an empty one. After a decision nothing more is to be judged. */
  judge(bytes: Buffer): Decision | undefined {
    const silent = isSilent(bytes);
    const at = this.#bytes % 4;
    this.#bytes += bytes.length;
    if (this.#held.length === 0 && silent) return undefined;
    this.#hold(bytes);
    return this.#ogg() ?? this.#raw(silent, bytes, at);
  }

  #hold(bytes: Buffer): void {
    this.#held.push(bytes);
    this.#heldBytes += bytes.length;
    while (this.#heldBytes > MAX_BYTES || this.#held.length > MAX_MESSAGES) {
      const oldest = this.#held.shift() ?? Buffer.alloc(0);
      this.#heldBytes -= oldest.length;
      if (!isSilent(oldest)) this.#onLost();
    }
  }

  /** The page start may lie across the newest message and the one before it. */
  #ogg(): Decision | undefined {
    const [before = Buffer.alloc(0), newest = Buffer.alloc(0)] = [this.#held.at(-2), this.#held.at(-1)];
    const tail = before.subarray(Math.max(0, before.length - OGG_CAPTURE.length + 1));
    const joined = Buffer.concat([tail, newest]);
    const start = joined.indexOf(OGG_CAPTURE, 0, 'latin1');
    if (start === -1) return undefined;
    const useless = this.#held.slice(0, -1).filter((message) => !isSilent(message));
    // The message that the page start begins in is not useless.
    const lost = useless.length - (start < tail.length && useless.includes(before) ? 1 : 0);
    return { format: 'ogg-opus', rest: [start < tail.length ? joined.subarray(start) : newest], lost };
  }

  #raw(silent: boolean, bytes: Buffer, at: number): Decision | undefined {
    if (silent) this.#evidence += this.#guess ? 1 : 0;
    else if (bytes.length >= SHORTEST) this.#sounded(rawFormatOf(bytes, at));
    const isLikely = this.#guess !== undefined && this.#guess === this.#before;
    const isCertain = this.#evidence >= EVIDENCE && this.#sounds >= SOUND_EVIDENCE;
    if (!this.#guess || !(isLikely || isCertain)) return undefined;
    return { format: this.#guess, rest: this.#wholeSamples(), lost: 0 };
  }

  /** What is held, from where a sample of any format begins: what was in front of it may have ended within one. */
  #wholeSamples(): readonly Buffer[] {
    const all = Buffer.concat(this.#held);
    const from = this.#bytes - all.length;
    return [all.subarray((4 - (from % 4)) % 4)];
  }

  #sounded(guess: RawFormat): void {
    const agrees = guess === this.#guess;
    this.#evidence = agrees ? this.#evidence + 1 : 1;
    this.#sounds = agrees ? this.#sounds + 1 : 1;
    this.#guess = guess;
  }
}

/** Whether all samples are 0, in any raw format. Ogg never is. */
export function isSilent(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0);
}

/**
 * Tells raw float32 from raw s16: speech as float32 lies within +-1 and is never tiny but for zero; s16 read as float32 gives
 * wild exponents.
 * @param at where in a sample the message begins, bytes
 */
function rawFormatOf(bytes: Buffer, at: number): RawFormat {
  for (let index = (4 - at) % 4; index + 4 <= bytes.length; index += 4) {
    const size = Math.abs(bytes.readFloatLE(index));
    if (!(size === 0 || (size <= 2 && size > 1e-12))) return 'pcm16';
  }
  return 'pcmf32';
}
