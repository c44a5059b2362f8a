/** Times of a protocol's keep-alive, milliseconds. */
export interface HeartbeatPolicy {
  /** Quiet time before a ping. */
  readonly pingAfterMs: number;
  /** Time without any inbound frame after which a line is dead whose device has answered a ping before. */
  readonly deadAfterMs: number;
  /** The same for a device that never answered one: some firmware ignores pings. */
  readonly mutedDeadAfterMs: number;
}

/**
 * Tells whether a line still lives: any inbound frame counts, pongs included. Pure but for its own memory. A socket's own
 * word is worth nothing here: a frozen peer accepts connections and data for minutes.
 */
export class Heartbeat {
  readonly #policy: HeartbeatPolicy;
  #lastSeenMs: number;
  #pingedAtMs: number | undefined;
  #asked = false;
  #answers = false;
  #rttMs: number | null = null;

  constructor(policy: HeartbeatPolicy, nowMs: number) {
    this.#policy = policy;
    this.#lastSeenMs = nowMs;
  }

  /** Round-trip time of the last answered ping; null when none ever was. */
  get rttMs(): number | null {
    return this.#rttMs;
  }

  /** Anything arrived. */
  seen(nowMs: number): void {
    this.#lastSeenMs = nowMs;
  }

  /** A ping was answered. */
  pong(nowMs: number): void {
    this.#answers = true;
    if (this.#pingedAtMs !== undefined) this.#rttMs = nowMs - this.#pingedAtMs;
    this.#pingedAtMs = undefined;
    this.seen(nowMs);
  }

  /** What to do now, and when to ask again. After `ping` one is on its way. */
  check(nowMs: number): { readonly verdict: 'alive' | 'ping' | 'dead'; readonly nextInMs: number } {
    const { pingAfterMs, deadAfterMs, mutedDeadAfterMs } = this.#policy;
    const deadAtMs = this.#lastSeenMs + (this.#answers ? deadAfterMs : mutedDeadAfterMs);
    if (nowMs >= deadAtMs) return { verdict: 'dead', nextInMs: 0 };
    // The first ping goes out at once, to learn whether this device answers: one that streams all the time would never be
    // asked otherwise.
    const pingAtMs = this.#asked ? Math.max(this.#lastSeenMs, this.#pingedAtMs ?? 0) + pingAfterMs : nowMs;
    if (nowMs < pingAtMs) return { verdict: 'alive', nextInMs: Math.min(pingAtMs, deadAtMs) - nowMs };
    this.#asked = true;
    this.#pingedAtMs = nowMs;
    return { verdict: 'ping', nextInMs: Math.min(pingAfterMs, deadAtMs - nowMs) };
  }
}
