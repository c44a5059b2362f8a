import { Counter, Gauge, type Registry } from 'prom-client';
import type { ConfigStatus } from '../config/live/config-status.ts';
import type { DialtoneEvent } from './events.ts';

/** So many hex digits of the file's hash tell two configurations apart. */
const HASH_DIGITS = 12;

/** Metrics of devices.json: which one runs, and whether reloading it works. */
export class ConfigMetrics {
  readonly #info: Gauge;
  readonly #successful: Gauge;
  readonly #successAt: Gauge;
  readonly #reloads: Counter;
  readonly #fallback: Gauge;
  #hash: string | undefined;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#info = new Gauge({
      name: 'dialtone_config_info',
      help: 'Always 1; hash: the beginning of the SHA-256 of the devices.json that runs',
      labelNames: ['hash'],
      registers,
    });
    this.#successful = new Gauge({
      name: 'dialtone_config_last_reload_successful',
      help: 'Whether devices.json was right when it was last read; 0: the one before it still runs',
      registers,
    });
    this.#successAt = new Gauge({
      name: 'dialtone_config_last_reload_success_timestamp_seconds',
      help: 'When a right devices.json was last read',
      registers,
    });
    this.#reloads = new Counter({
      name: 'dialtone_config_reloads_total',
      help: 'How often devices.json was read again, by result',
      labelNames: ['result'],
      registers,
    });
    this.#fallback = new Gauge({
      name: 'dialtone_config_fallback',
      help: 'Whether the last good copy of devices.json runs, because the file itself cannot be used',
      registers,
    });
    for (const result of ['success', 'failure']) this.#reloads.inc({ result }, 0);
    // Until the first configuration is known there is nothing to tell.
    this.#successful.remove();
    this.#successAt.remove();
  }

  /** Counts reloads. */
  count(event: DialtoneEvent): void {
    if (event.type === 'config.reloaded') this.#reloads.inc({ result: event.ok ? 'success' : 'failure' });
  }

  /** Brings the gauges up to date. */
  refresh({ hash, loadedAt, lastReload, fallback }: ConfigStatus): void {
    this.#fallback.set(fallback === null ? 0 : 1);
    const failed = lastReload !== null && !lastReload.ok;
    this.#successful.set(failed ? 0 : 1);
    this.#successAt.set((lastReload?.ok ? lastReload.at : loadedAt) / 1000);
    if (this.#hash === hash) return;
    this.#hash = hash;
    this.#info.reset();
    this.#info.set({ hash: hash.slice(0, HASH_DIGITS) }, 1);
  }
}
