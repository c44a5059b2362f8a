import { canonicalId } from '../../config/device-id.ts';
import { cleanText } from '../../core/clean-text.ts';
import type { Clock } from '../../core/clock.ts';
import type { Arrival } from '../../transport/arrival.ts';
import type { Identity } from './identity.ts';

/** So many are remembered; beyond it the one not seen for longest is forgotten. */
const MAX_UNKNOWN = 100;

/** A device that dialled in and was refused. What it said of itself is its own word. Times are wall-clock milliseconds. */
export interface UnknownDevice {
  readonly protocol: string;
  /** What it says it is; its IP address when it says nothing. */
  readonly id: string;
  /** IP address that it came from. */
  readonly address: string;
  /** Undefined: it sent none. */
  readonly userAgent: string | undefined;
  /** `wrong_token`: an entry has this id, but another token. */
  readonly reason: 'unknown_device' | 'wrong_token';
  readonly bearsToken: boolean;
  readonly firstSeenAt: number;
  readonly lastSeenAt: number;
  readonly attempts: number;
}

/** Remembers devices that were refused, so that their owner can add them. */
export class UnknownDevices {
  readonly #clock: Clock;
  readonly #devices = new Map<string, UnknownDevice>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Last seen first. */
  get list(): readonly UnknownDevice[] {
    return [...this.#devices.values()].reverse();
  }

  /** A device was refused. @returns what is known of it now */
  refused(
    protocol: string,
    { ids, token }: Identity,
    { address, headers }: Arrival,
    reason: UnknownDevice['reason'],
  ): UnknownDevice {
    const [id] = ids;
    const key = `${protocol} ${canonicalId(id)}`;
    const before = this.#devices.get(key);
    const now = this.#clock.wallNow();
    const userAgent = headers['user-agent'];
    const device: UnknownDevice = {
      protocol,
      id,
      address,
      userAgent: userAgent === undefined ? undefined : cleanText(userAgent, 120),
      reason,
      bearsToken: token !== undefined,
      firstSeenAt: before?.firstSeenAt ?? now,
      lastSeenAt: now,
      attempts: (before?.attempts ?? 0) + 1,
    };
    this.#devices.delete(key);
    this.#devices.set(key, device);
    for (const oldest of this.#devices.keys()) {
      if (this.#devices.size <= MAX_UNKNOWN) break;
      this.#devices.delete(oldest);
    }
    return device;
  }

  /** The device was let in: it is unknown no more. */
  forget(protocol: string, { ids }: Identity): void {
    for (const id of ids) this.#devices.delete(`${protocol} ${canonicalId(id)}`);
  }
}
