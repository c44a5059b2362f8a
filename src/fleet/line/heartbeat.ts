import type { KeepAlive } from '../../protocols/protocol.ts';

/**
 * Tells whether a link still lives: anything inbound counts, answers to probes included. Pure but for its own memory. The
 * socket itself does not know: the kernel of a frozen peer accepts connections and data for minutes.
 */
export class Heartbeat {
  readonly #policy: KeepAlive;
  #lastSeenMs: number;
  #probedAtMs: number | undefined;
  #asked = false;
  #answers = false;
  #rttMs: number | null = null;

  constructor(policy: KeepAlive, nowMs: number) {
    this.#policy = policy;
    this.#lastSeenMs = nowMs;
  }

  /** Round-trip time of the last answered probe; null when none ever was. */
  get rttMs(): number | null {
    return this.#rttMs;
  }

  /** Whether this device has ever answered a probe. */
  get answers(): boolean {
    return this.#answers;
  }

  /** A probe goes out for another reason than silence. */
  probed(nowMs: number): void {
    this.#probedAtMs = nowMs;
  }

  /** Anything arrived. */
  seen(nowMs: number): void {
    this.#lastSeenMs = nowMs;
  }

  /** A probe was answered. */
  answered(nowMs: number): void {
    this.#answers = true;
    if (this.#probedAtMs !== undefined) this.#rttMs = nowMs - this.#probedAtMs;
    this.#probedAtMs = undefined;
    this.seen(nowMs);
  }

  /** What to do now, and when to ask again. After `probe` one is on its way. */
  check(nowMs: number): { readonly verdict: 'alive' | 'probe' | 'dead'; readonly nextInMs: number } {
    const { probeAfterMs, deadAfterMs, mutedDeadAfterMs } = this.#policy;
    const deadAtMs = this.#lastSeenMs + (this.#answers ? deadAfterMs : mutedDeadAfterMs);
    if (nowMs >= deadAtMs) return { verdict: 'dead', nextInMs: 0 };
    // The first probe goes out at once, to learn whether this device answers: one that streams all the time would never be
    // asked otherwise.
    const pingAtMs = this.#asked ? Math.max(this.#lastSeenMs, this.#probedAtMs ?? 0) + probeAfterMs : nowMs;
    if (nowMs < pingAtMs) return { verdict: 'alive', nextInMs: Math.min(pingAtMs, deadAtMs) - nowMs };
    this.#asked = true;
    this.#probedAtMs = nowMs;
    return { verdict: 'probe', nextInMs: Math.min(probeAfterMs, deadAtMs - nowMs) };
  }
}
