import type { Clock } from '../core/clock.ts';
import { REPORTED_BY_MESSAGE, type WarningCode } from '../core/warnings.ts';
import type { FleetEvent } from './events.ts';

/** What was noticed about a device, once for each code (some: for each message). */
export interface NotedWarning {
  readonly code: WarningCode;
  /** What was noticed, and what to do. */
  readonly message: string;
  /** When it was noticed first, wall-clock milliseconds since 1970. */
  readonly at: number;
}

/** What needs to be changed about one device: each cause is reported once, and kept for the status. */
export class DeviceWarnings {
  readonly #device: string;
  readonly #clock: Pick<Clock, 'wallNow'>;
  readonly #report: (event: FleetEvent) => void;
  readonly #noted = new Map<string, NotedWarning>();

  /** @param device its name */
  constructor(
    device: string,
    deps: { readonly clock: Pick<Clock, 'wallNow'>; readonly report: (event: FleetEvent) => void },
  ) {
    this.#device = device;
    this.#clock = deps.clock;
    this.#report = deps.report;
  }

  /** What was noticed so far, oldest first. */
  get list(): readonly NotedWarning[] {
    return Array.from(this.#noted.values());
  }

  /** Something was noticed. Does nothing when it was noticed before. */
  warn(code: WarningCode, message: string): void {
    const key = REPORTED_BY_MESSAGE.has(code) ? `${code} ${message}` : code;
    if (this.#noted.has(key)) return;
    this.#noted.set(key, { code, message, at: this.#clock.wallNow() });
    this.#report({ type: 'device.warning', device: this.#device, code, message });
  }

  /** The device is another one from now on, or is reached or spoken to in another way. */
  clear(): void {
    this.#noted.clear();
  }
}
