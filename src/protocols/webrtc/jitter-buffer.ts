import type { RtpPacket } from '../../transport/webrtc/rtp-packet.ts';

/** Packets that wait behind a missing one at most: 1.3 s of 20 ms. A power of two. */
const MAX_WAITING = 64;

/** Of so many of the newest packets it is known whether they have come. A power of two. */
const REMEMBERED = 1024;

/** Within this of what is expected a number is early or late; beyond it its source has jumped (RFC 3550 appendix A.1). */
const MAX_AHEAD = 1_000;
const MAX_BEHIND = 100;

/** How long a missing packet is waited for, milliseconds: between these, by the jitter that is seen. */
const MIN_WAIT_MS = 40;
const MAX_WAIT_MS = 200;

/** Units of the RTP clock of Opus in a millisecond. */
const UNITS_PER_MS = 48;

/** What is known of a sequence number. */
const UNSEEN = 0;
const TAKEN = 1;
const GIVEN_UP = 2;

/** A packet in its turn. */
export interface OrderedPacket {
  readonly packet: RtpPacket;
  /** So many packets before it never came. */
  readonly lost: number;
  /** It does not follow the last one: another stream, or a source that has jumped. */
  readonly isNew: boolean;
}

/** What became of packets; the buffer adds to it. */
export interface JitterCounts {
  /** Came behind a packet that was sent after them, and in time. */
  reordered: number;
  duplicates: number;
  /** Came after they had been given up. */
  late: number;
  /** Had not come when they were given up. */
  lost: number;
  /** By how much the time on the way changed from each packet to the next, in all, milliseconds. */
  jitterMs: number;
}

interface Waiting {
  readonly packet: RtpPacket;
  readonly index: number;
  readonly atMs: number;
}

/**
 * Puts RTP packets in order. One that comes in its turn is handed on at once: what listens has no need of an even flow, so there is
 * no delay without loss. One that comes early waits for those before it, as long as the network seems to vary, and no longer; after
 * that they are given up. Pure but for its own memory; times are monotonic milliseconds.
 */
export class JitterBuffer {
  /** Index of the packet whose turn it is: sequence numbers without their wrap-around. */
  #next = 0;
  #ssrc: number | undefined;
  /** By index. Never more than {@link MAX_WAITING}. */
  readonly #waiting = new Map<number, Waiting>();
  readonly #seen = new Uint8Array(REMEMBERED);
  /** A number out of all order; the one behind it would show that the source has jumped. */
  #jumpedTo: number | undefined;
  #jitterMs = 0;
  #lastTransitMs: number | undefined;
  readonly #counts: JitterCounts;

  constructor(counts: JitterCounts) {
    this.#counts = counts;
  }

  /** How long a missing packet is waited for now, milliseconds. */
  get waitMs(): number {
    return Math.min(Math.max(MIN_WAIT_MS, 20 + 4 * this.#jitterMs), MAX_WAIT_MS);
  }

  /** When {@link due} has something to do; undefined: nothing is missing. */
  get dueAtMs(): number | undefined {
    if (this.#waiting.size === 0) return undefined;
    let noticedAtMs = Number.POSITIVE_INFINITY;
    for (const { atMs } of this.#waiting.values()) noticedAtMs = Math.min(noticedAtMs, atMs);
    return noticedAtMs + this.waitMs;
  }

  /** A packet has come. @returns what is in its turn now */
  put(packet: RtpPacket, nowMs: number): OrderedPacket[] {
    if (packet.ssrc !== this.#ssrc) return this.#restart(packet);
    const ahead = distance(this.#next, packet.sequence);
    if (ahead >= MAX_AHEAD || ahead < -MAX_BEHIND) return this.#outOfOrder(packet);
    this.#jumpedTo = undefined;
    this.#measure(packet, nowMs);
    const index = this.#next + ahead;
    if (!this.#takes(index)) return [];
    if (ahead > 0) {
      this.#waiting.set(index, { packet, index, atMs: nowMs });
      return this.#waiting.size > MAX_WAITING ? this.#giveUp() : [];
    }
    if (this.#waiting.size > 0) this.#counts.reordered += 1;
    this.#pass(index);
    return [{ packet, lost: 0, isNew: false }, ...this.#drain()];
  }

  /** The time has come to give up what is missing, if it has. @returns what is in its turn then */
  due(nowMs: number): OrderedPacket[] {
    const ready: OrderedPacket[] = [];
    for (let at = this.dueAtMs; at !== undefined && at <= nowMs; at = this.dueAtMs) ready.push(...this.#giveUp());
    return ready;
  }

  /** Whether the packet of this index is still wanted. Notes that it has come. */
  #takes(index: number): boolean {
    const at = index & (REMEMBERED - 1);
    if (index >= this.#next) {
      if (!this.#waiting.has(index)) return true;
      this.#counts.duplicates += 1;
    } else if (this.#seen[at] === GIVEN_UP) {
      this.#seen[at] = TAKEN;
      this.#counts.late += 1;
    } else {
      this.#counts.duplicates += 1;
    }
    return false;
  }

  /** It is this packet's turn: the next one's turn follows. */
  #pass(index: number): void {
    this.#seen[index & (REMEMBERED - 1)] = TAKEN;
    this.#next = index + 1;
  }

  #drain(): OrderedPacket[] {
    const ready: OrderedPacket[] = [];
    for (let next = this.#waiting.get(this.#next); next; next = this.#waiting.get(this.#next)) {
      this.#waiting.delete(next.index);
      this.#pass(next.index);
      ready.push({ packet: next.packet, lost: 0, isNew: false });
    }
    return ready;
  }

  /** What is missing before the first packet that waits will not be waited for. */
  #giveUp(): OrderedPacket[] {
    const first = this.#first();
    if (!first) return [];
    const lost = first.index - this.#next;
    for (let index = this.#next; index < first.index; index++) this.#seen[index & (REMEMBERED - 1)] = GIVEN_UP;
    this.#counts.lost += lost;
    this.#waiting.delete(first.index);
    this.#pass(first.index);
    return [{ packet: first.packet, lost, isNew: false }, ...this.#drain()];
  }

  #first(): Waiting | undefined {
    let first: Waiting | undefined;
    for (const waiting of this.#waiting.values()) if (!first || waiting.index < first.index) first = waiting;
    return first;
  }

  /** One number out of all order is a stray packet; two in a row are a source that has jumped. */
  #outOfOrder(packet: RtpPacket): OrderedPacket[] {
    if (packet.sequence === this.#jumpedTo) return this.#restart(packet);
    this.#jumpedTo = (packet.sequence + 1) & 0xffff;
    return [];
  }

  /** Everything begins anew with this packet. What waits comes first. */
  #restart(packet: RtpPacket): OrderedPacket[] {
    const ready: OrderedPacket[] = [];
    while (this.#waiting.size > 0) ready.push(...this.#giveUp());
    this.#ssrc = packet.ssrc;
    this.#jumpedTo = undefined;
    this.#lastTransitMs = undefined;
    this.#seen.fill(UNSEEN);
    this.#pass(packet.sequence);
    return [...ready, { packet, lost: 0, isNew: true }];
  }

  /** Interarrival jitter (RFC 3550 section 6.4.1). A pause of the speaker shows in the timestamps and is none. */
  #measure({ timestamp }: RtpPacket, nowMs: number): void {
    const transitMs = nowMs - timestamp / UNITS_PER_MS;
    const changeMs = this.#lastTransitMs === undefined ? 0 : Math.abs(transitMs - this.#lastTransitMs);
    this.#lastTransitMs = transitMs;
    // The timestamp has wrapped around, or was set anew.
    if (changeMs >= 10_000) return;
    this.#jitterMs += (changeMs - this.#jitterMs) / 16;
    this.#counts.jitterMs += changeMs;
  }
}

/** How far a sequence number lies ahead of that of an index: -32768 to 32767. */
function distance(index: number, sequence: number): number {
  return ((sequence - index) << 16) >> 16;
}
