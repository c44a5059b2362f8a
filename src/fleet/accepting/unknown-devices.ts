import { canonicalId } from '../../config/device-id.ts';
import { cleanText } from '../../core/clean-text.ts';
import type { Clock } from '../../core/clock.ts';
import type { Arrival } from '../../transport/arrival.ts';
import type { Identity } from './identity.ts';

/** So many are remembered; beyond it the one not seen for longest is forgotten. */
const MAX_UNKNOWN = 100;

/** A code counts so long after the device was last seen, milliseconds. */
const CODE_MS = 15 * 60_000;

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
  /** The second id that it says, which no other device can know. Default: it says none. */
  readonly client?: string | undefined;
  readonly firstSeenAt: number;
  readonly lastSeenAt: number;
  readonly attempts: number;
  /** Six digits that the device tells its user, by which its owner can let it in; undefined: it has not asked for any. */
  readonly code: string | undefined;
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

  /** The device that tells its user this code; undefined: none does, or it was not seen for too long. */
  byCode(code: string): UnknownDevice | undefined {
    return [...this.#devices.values()].find((device) => this.#codeOf(device) === code);
  }

  /**
   * A device was refused.
   * @param createCode makes a code, if it has none that counts. Default: it gets none
   * @returns what is known of it now
   */
  refused(
    protocol: string,
    { ids, token }: Identity,
    { address, headers }: Arrival,
    reason: UnknownDevice['reason'],
    createCode?: () => string,
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
      client: headers['client-id'] ?? before?.client,
      firstSeenAt: before?.firstSeenAt ?? now,
      lastSeenAt: now,
      attempts: (before?.attempts ?? 0) + 1,
      code: this.#codeOf(before) ?? createCode?.(),
    };
    this.#devices.delete(key);
    this.#devices.set(key, device);
    for (const oldest of this.#devices.keys()) {
      if (this.#devices.size <= MAX_UNKNOWN) break;
      this.#devices.delete(oldest);
    }
    return device;
  }

  #codeOf(device: UnknownDevice | undefined): string | undefined {
    return device && this.#clock.wallNow() - device.lastSeenAt <= CODE_MS ? device.code : undefined;
  }

  /** The device was let in: it is unknown no more. */
  forget(protocol: string, { ids }: Pick<Identity, 'ids'>): void {
    for (const id of ids) this.#devices.delete(`${protocol} ${canonicalId(id)}`);
  }
}
