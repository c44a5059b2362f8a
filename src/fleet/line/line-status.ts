import type { Clock } from '../../core/clock.ts';
import type { LinkClose } from '../../transport/link-close.ts';
import type { FleetEvent } from '../events.ts';
import type { LineState } from './line-state.ts';

/** What is known of a line. Times are wall-clock milliseconds. */
export interface LineView {
  readonly state: LineState;
  readonly since: number;
  /** Since when the line is down although it is to be up, however often it was dialled meanwhile; null: it is not. */
  readonly downSince: number | null;
  readonly attempts: number;
  readonly connections: number;
  readonly lastError: { readonly code: LinkClose['code']; readonly message: string; readonly at: number } | null;
  readonly nextRetryAt: number | null;
  readonly lastSeenAt: number | null;
  readonly flapping: boolean;
  readonly rttMs: number | null;
  /** Since the device's entry was read. */
  readonly traffic: { readonly receivedBytes: number; readonly sentBytes: number };
}

/** A change of a line's state. */
export interface LineChange {
  readonly state: LineState;
  readonly previous: LineState;
  /** How the link ended, when that is the cause. */
  readonly close: LinkClose | undefined;
  /** Until the next attempt, when one is planned. */
  readonly retryInMs: number | undefined;
}

/** Up, or down as is wanted. */
const NOT_DOWN: ReadonlySet<LineState> = new Set(['ready', 'disabled', 'stopped']);

/** Keeps what is known of one device's line, and reports its changes. */
export class LineStatus {
  readonly #device: string;
  readonly #clock: Clock;
  readonly #report: (event: FleetEvent) => void;
  #since: number;
  #downSince: number | null = null;
  #attempts = 0;
  #connections = 0;
  #lastError: LineView['lastError'] = null;
  #nextRetryAt: number | null = null;
  #lastSeenAt: number | null = null;

  constructor(device: string, clock: Clock, report: (event: FleetEvent) => void) {
    this.#device = device;
    this.#clock = clock;
    this.#report = report;
    this.#since = clock.wallNow();
  }

  /** What is known besides what the line itself knows. */
  get view(): Omit<LineView, 'state' | 'flapping' | 'rttMs' | 'traffic'> {
    return {
      since: this.#since,
      downSince: this.#downSince,
      attempts: this.#attempts,
      connections: this.#connections,
      lastError: this.#lastError,
      nextRetryAt: this.#nextRetryAt,
      lastSeenAt: this.#lastSeenAt,
    };
  }

  /** Anything arrived. */
  seen(): void {
    this.#lastSeenAt = this.#clock.wallNow();
  }

  /** A dial begins. */
  attempt(): void {
    this.#attempts += 1;
    this.#report({ type: 'device.attempt', device: this.#device, attempt: this.#attempts });
  }

  changed({ state, previous, close, retryInMs }: LineChange): void {
    const now = this.#clock.wallNow();
    this.#since = now;
    this.#downSince = NOT_DOWN.has(state) ? null : (this.#downSince ?? now);
    this.#nextRetryAt = retryInMs === undefined ? null : Math.round(now + retryInMs);
    // A line that we closed ourselves is no error, nor is a device that dials in and says goodbye.
    const isWanted = previous === 'draining' || (state === 'waiting' && close?.kind === 'announced');
    const error = close && !isWanted ? { code: close.code, message: close.message } : undefined;
    if (error) this.#lastError = { ...error, at: now };
    if (state === 'ready') {
      this.#attempts = 0;
      this.#connections += 1;
    }
    this.#report({
      type: 'device.state',
      device: this.#device,
      state,
      previous,
      ...(error ? { error } : {}),
      ...(this.#nextRetryAt === null ? {} : { nextRetryAt: this.#nextRetryAt }),
    });
  }
}
