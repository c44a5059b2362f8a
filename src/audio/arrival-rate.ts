/** A longer time without a message ends a stretch of audio: the microphone is muted, or the network stalls. Milliseconds. */
const PAUSE_MS = 250;
/** So many times the length of a message are no pause either. */
const PAUSE_MESSAGES = 3;

/** What comes so soon after a pause may have been held back in it, milliseconds. */
const SETTLE_MS = 500;
/** After a longer pause nothing comes that was held back: no network holds so much. Milliseconds. */
const LONGEST_STALL_MS = 10_000;
/** So little may still be held back when a window begins, milliseconds. */
const CAUGHT_UP_MS = 100;

/** Each measurement takes at least so long, milliseconds. */
const WINDOW_MS = 500;

/** How far the rate may be from the expected one. */
const TOLERANCE = 0.15;

/** So many windows in a row must be within `agreement` of their mean. */
interface Proof {
  readonly windows: number;
  readonly agreement: number;
}

/** What comes too fast cannot come from a slow network. */
const FAST: Proof = { windows: 6, agreement: 0.2 };
/** What comes too slowly may be a device that leaves out some silence: but never equally much in every half second. */
const SLOW: Proof = { windows: 12, agreement: 0.08 };

/**
 * Measures the rate at which samples arrive, and tells when it is another than the expected one. A device that sends only
 * while the user speaks, one that is muted now and then, and one whose network stalls and then catches up are at the
 * expected rate: only stretches without a pause count, from half a second after their beginning, and only if their windows
 * agree. A stretch that is too fast counts from where it has made up for the pauses before it.
 */
export class ArrivalRate {
  readonly #expectedHz: number;
  /** Rates of the newest windows, Hz. */
  #rates: number[] = [];
  #lastAtMs: number;
  #lastMessageMs = 0;
  /** Undefined before a stretch begins. */
  #stretchAtMs: number | undefined;
  /** How much audio may have been held back in pauses and be still to come, milliseconds. */
  #heldBackMs = 0;
  /** Undefined while a stretch settles. */
  #windowAtMs: number | undefined;
  #caughtUp = false;
  #samples = 0;

  /**
   * @param expectedHz samples in a second, as they should arrive
   * @param nowMs when the line was opened, monotonic milliseconds
   */
  constructor(expectedHz: number, nowMs: number) {
    this.#expectedHz = expectedHz;
    this.#lastAtMs = nowMs;
  }

  /**
   * A message has come.
   * @param nowMs monotonic milliseconds
   * @returns the rate, Hz, each time that it is measured to be another one; else undefined
   */
  add(samples: number, nowMs: number): number | undefined {
    const messageMs = (samples * 1_000) / this.#expectedHz;
    const sinceMs = nowMs - this.#lastAtMs;
    const longestMs = Math.max(PAUSE_MS, PAUSE_MESSAGES * Math.max(messageMs, this.#lastMessageMs));
    this.#heldBackMs = heldBack(this.#heldBackMs, sinceMs, messageMs);
    if (this.#stretchAtMs === undefined || sinceMs > longestMs) this.#begin(nowMs);
    this.#lastAtMs = nowMs;
    this.#lastMessageMs = messageMs;
    if (this.#windowAtMs === undefined) {
      if (nowMs - (this.#stretchAtMs ?? nowMs) >= SETTLE_MS) this.#open(nowMs);
      return undefined;
    }
    this.#samples += samples;
    const windowMs = nowMs - this.#windowAtMs;
    return windowMs < WINDOW_MS ? undefined : this.#measured((this.#samples * 1_000) / windowMs, nowMs);
  }

  /** A message was left out: a stretch ends here. */
  missed(): void {
    this.#stretchAtMs = undefined;
  }

  #begin(nowMs: number): void {
    this.#stretchAtMs = nowMs;
    this.#windowAtMs = undefined;
  }

  #open(nowMs: number): void {
    this.#windowAtMs = nowMs;
    this.#caughtUp = this.#heldBackMs <= CAUGHT_UP_MS;
    this.#samples = 0;
  }

  #measured(hz: number, nowMs: number): number | undefined {
    const isBelieved = this.#caughtUp || hz <= this.#expectedHz * (1 + TOLERANCE);
    this.#open(nowMs);
    if (!isBelieved) return undefined;
    this.#rates.push(hz);
    if (this.#rates.length > SLOW.windows) this.#rates.shift();
    return this.#steady(hz > this.#expectedHz ? FAST : SLOW);
  }

  /** The mean of the newest windows when it is another rate than the expected one and they agree. */
  #steady({ windows, agreement }: Proof): number | undefined {
    if (this.#rates.length < windows) return undefined;
    const newest = this.#rates.slice(-windows);
    const mean = newest.reduce((sum, rate) => sum + rate, 0) / windows;
    if (Math.abs(mean / this.#expectedHz - 1) <= TOLERANCE) return undefined;
    return newest.every((rate) => Math.abs(rate / mean - 1) <= agreement) ? mean : undefined;
  }
}

/** What may be held back after a message that came so long after the one before. All milliseconds. */
function heldBack(beforeMs: number, sinceMs: number, messageMs: number): number {
  if (sinceMs > LONGEST_STALL_MS) return 0;
  return Math.min(Math.max(0, beforeMs + sinceMs - messageMs), LONGEST_STALL_MS);
}
