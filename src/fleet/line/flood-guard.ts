import { TokenBucket } from '../../core/token-bucket.ts';

/**
 * What one device may send, for ever and at once. Three times what the chattiest device sends; the bursts let through what
 * Wi-Fi held back for some seconds.
 */
const FLOOD_LIMITS = {
  framesPerSecond: 200,
  framesBurst: 600,
  bytesPerSecond: 256_000,
  bytesBurst: 1_024_000,
  controlPerSecond: 20,
  controlBurst: 60,
  /** Milliseconds of audio a second. */
  audioPerSecond: 1_500,
  audioBurst: 10_000,
  strikes: 3,
  strikeWindowMs: 10_000,
} as const;

/** A burst of drops is one strike. */
const STRIKE_SPACING_MS = 1_000;

/** What becomes of something that a device sent: used, dropped, or the line is closed for it. */
export type FloodVerdict = 'pass' | 'drop' | 'cut';

/** Holds a device to its share. What is over it is dropped; three strikes within 10 s cut the line. One for each line. */
export class FloodGuard {
  readonly #frames: TokenBucket;
  readonly #bytes: TokenBucket;
  readonly #control: TokenBucket;
  readonly #audio: TokenBucket;
  #strikesAtMs: number[] = [];

  constructor(nowMs: number) {
    const limits = FLOOD_LIMITS;
    this.#frames = new TokenBucket(limits.framesPerSecond, limits.framesBurst, nowMs);
    this.#bytes = new TokenBucket(limits.bytesPerSecond, limits.bytesBurst, nowMs);
    this.#control = new TokenBucket(limits.controlPerSecond, limits.controlBurst, nowMs);
    this.#audio = new TokenBucket(limits.audioPerSecond, limits.audioBurst, nowMs);
  }

  /** A message of the device. @param carriesAudio audio in JSON counts as audio, not as control */
  message(bytes: number, carriesAudio: boolean, nowMs: number): FloodVerdict {
    const frame = this.#frames.take(1, nowMs);
    const size = this.#bytes.take(bytes, nowMs);
    const control = carriesAudio || this.#control.take(1, nowMs);
    return frame && size && control ? 'pass' : this.#strike(nowMs);
  }

  /** Audio that a message decoded to. */
  audio(durationMs: number, nowMs: number): FloodVerdict {
    return this.#audio.take(durationMs, nowMs) ? 'pass' : this.#strike(nowMs);
  }

  #strike(nowMs: number): FloodVerdict {
    const { strikes, strikeWindowMs } = FLOOD_LIMITS;
    const last = this.#strikesAtMs.at(-1);
    if (last === undefined || nowMs - last >= STRIKE_SPACING_MS) this.#strikesAtMs.push(nowMs);
    this.#strikesAtMs = this.#strikesAtMs.filter((at) => nowMs - at < strikeWindowMs);
    return this.#strikesAtMs.length >= strikes ? 'cut' : 'drop';
  }
}
