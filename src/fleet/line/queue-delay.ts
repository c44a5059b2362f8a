/** While audio is sent, the device is asked so often how late things arrive, milliseconds. */
const EVERY_MS = 500;

/** So many answers in a row must be late: one alone is a stall of the Wi-Fi, which the device's own buffer bridges. */
const LATE_ANSWERS = 3;

/** An answer that comes so much later than the quickest one has waited behind audio, milliseconds. */
const LATE_MS = 400;

/** After so long without audio the answers of before say nothing any more, milliseconds. */
const FORGOTTEN_MS = 5_000;

/**
 * Tells how long what was sent waits on its way, in buffers that this process does not see: a probe waits behind the audio that
 * was sent before it. Pure but for its own memory. Times are monotonic milliseconds.
 */
export class QueueDelay {
  #quickestMs = Number.POSITIVE_INFINITY;
  #probedAtMs: number | undefined;
  #lastProbeMs = Number.NEGATIVE_INFINITY;
  #answeredAtMs = 0;
  #lateMs = 0;
  #lateAnswers = 0;

  /** Whether a probe should go out now, while audio is being sent. */
  isDue(nowMs: number): boolean {
    return this.#probedAtMs === undefined && nowMs - this.#lastProbeMs >= EVERY_MS;
  }

  /** A probe goes out. */
  probed(nowMs: number): void {
    if (nowMs - this.#lastProbeMs > FORGOTTEN_MS) this.#lateAnswers = 0;
    this.#lastProbeMs = nowMs;
    // Answers come in order: the oldest probe is the next to be answered.
    this.#probedAtMs ??= nowMs;
  }

  /** It was answered. */
  answered(nowMs: number): void {
    if (this.#probedAtMs === undefined) return;
    const tookMs = nowMs - this.#probedAtMs;
    this.#probedAtMs = undefined;
    this.#quickestMs = Math.min(this.#quickestMs, tookMs);
    this.#lateMs = tookMs - this.#quickestMs;
    this.#lateAnswers = this.#lateMs >= LATE_MS ? this.#lateAnswers + 1 : 0;
    this.#answeredAtMs = nowMs;
  }

  /** How much of the audio sent has not arrived, milliseconds. What waited when the last answer came drains from then on. */
  waitingMs(nowMs: number): number {
    if (this.#lateAnswers < LATE_ANSWERS) return 0;
    const drained = this.#lateMs - (nowMs - this.#answeredAtMs);
    const unanswered = this.#probedAtMs === undefined ? 0 : nowMs - this.#probedAtMs - this.#quickestMs;
    return Math.max(0, drained, unanswered);
  }
}
