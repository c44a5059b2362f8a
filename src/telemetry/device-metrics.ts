import { Counter, Gauge, type Registry } from 'prom-client';
import type { ErrorCode } from '../core/errors.ts';
import { inBatches } from '../core/in-batches.ts';
import { DEVICE_STATES, type DeviceState, type DeviceStatus } from '../fleet/fleet.ts';
import { DROP_REASONS } from '../protocols/protocol.ts';
import type { DialtoneEvent } from './events.ts';
import { isEnabled } from './is-enabled.ts';

/** So many devices are brought up to date without a pause: the first series of one take 0.1 ms. */
const DEVICES_AT_ONCE = 50;

/** Why a dial fails. A code that is missing here is counted all the same; these start at 0. */
const CONNECT_FAILURE_CODES: readonly ErrorCode[] = [
  'dns_failed',
  'refused',
  'host_unreachable',
  'connect_timeout',
  'hello_timeout',
  'handshake_rejected',
  'device_busy',
  'auth_failed',
  'protocol_error',
];

/** Why a line that was up goes down. */
const DISCONNECT_CODES: readonly ErrorCode[] = [
  'link_lost',
  'link_closed',
  'peer_dead',
  'protocol_error',
  'message_too_big',
];

/** What the gauges of a device show; a gauge that is not there yet is missing. */
interface Shown {
  state?: DeviceState;
  enabled?: boolean;
  flapping?: boolean;
  lastSeenAt?: number | null;
  nextRetryAt?: number | null;
}

/**
 * Metrics of devices. With `perDevice` every series has a label `device`; without, counters count the whole fleet and
 * the gauges of single devices are left out. `dialtone_devices{state}` is there in both cases.
 */
export class DeviceMetrics {
  readonly #perDevice: boolean;
  /** Devices that have series. */
  readonly #known = new Map<string, Shown>();
  /** Every metric with the label `device`. */
  readonly #labelled: (Gauge | Counter)[] = [];
  readonly #devices: Gauge;
  readonly #enabled: Gauge | undefined;
  readonly #connected: Gauge | undefined;
  readonly #state: Gauge | undefined;
  readonly #flapping: Gauge | undefined;
  readonly #lastSeen: Gauge | undefined;
  readonly #nextRetry: Gauge | undefined;
  readonly #attempts: Counter;
  readonly #failures: Counter;
  readonly #disconnects: Counter;
  readonly #dropped: Counter;

  constructor(registry: Registry, perDevice: boolean) {
    this.#perDevice = perDevice;
    const device = perDevice ? ['device'] : [];
    const registers = [registry];
    const gauge = (name: string, help: string, labelNames: string[]) =>
      this.#remember(new Gauge({ name, help, labelNames, registers }));
    const counter = (name: string, help: string, labelNames: string[]) =>
      this.#remember(new Counter({ name, help, labelNames, registers }));

    this.#devices = new Gauge({
      name: 'dialtone_devices',
      help: 'Devices of devices.json by the state of their connection',
      labelNames: ['state'],
      registers,
    });
    if (perDevice) {
      this.#enabled = gauge('dialtone_device_enabled', 'Whether the device is to be connected', device);
      this.#connected = gauge('dialtone_device_connected', 'Whether the line to the device is up', device);
      this.#state = gauge('dialtone_device_state', 'State of the connection: 1 for the present one', [
        ...device,
        'state',
      ]);
      this.#flapping = gauge('dialtone_device_flapping', 'Whether the line keeps coming and going', device);
      this.#lastSeen = gauge(
        'dialtone_device_last_seen_timestamp_seconds',
        'When anything last came from the device; missing when nothing ever did',
        device,
      );
      this.#nextRetry = gauge(
        'dialtone_device_next_retry_timestamp_seconds',
        'When the device is dialled next; missing when no attempt is planned',
        device,
      );
    }
    this.#attempts = counter('dialtone_device_connect_attempts_total', 'Dials begun', device);
    this.#failures = counter('dialtone_device_connect_failures_total', 'Dials that failed, by reason', [
      ...device,
      'reason',
    ]);
    this.#disconnects = counter('dialtone_device_disconnects_total', 'Lines lost after they were up, by reason', [
      ...device,
      'reason',
    ]);
    this.#dropped = counter(
      'dialtone_device_dropped_frames_total',
      'Frames and messages of the device that were not understood and dropped, by reason',
      [...device, 'reason'],
    );
    if (!perDevice) this.#zeroCounters({});
  }

  /** Counts what concerns a device. */
  count(event: DialtoneEvent): void {
    switch (event.type) {
      case 'device.attempt':
        this.#attempts.inc(this.#labels(event.device));
        return;
      case 'device.dropped':
        this.#dropped.inc({ ...this.#labels(event.device), reason: event.reason });
        return;
      case 'device.state': {
        if (!event.error) return;
        const counter = event.previous === 'ready' ? this.#disconnects : this.#failures;
        counter.inc({ ...this.#labels(event.device), reason: event.error.code });
        return;
      }
      default:
        return;
    }
  }

  /** Brings the gauges up to date and removes every series of a device that is no more. */
  async refresh(devices: readonly DeviceStatus[]): Promise<void> {
    const byState = new Map<DeviceState, number>(DEVICE_STATES.map((state) => [state, 0]));
    for (const { state } of devices) byState.set(state, (byState.get(state) ?? 0) + 1);
    for (const [state, count] of byState) this.#devices.set({ state }, count);
    if (!this.#perDevice) return;

    const present = new Set<string>();
    for await (const some of inBatches(devices, DEVICES_AT_ONCE)) {
      for (const status of some) {
        present.add(status.config.name);
        this.#show(status);
      }
    }
    await this.#forget(new Set(Array.from(this.#known.keys()).filter((name) => !present.has(name))));
  }

  #remember<M extends Gauge | Counter>(metric: M): M {
    if (this.#perDevice) this.#labelled.push(metric);
    return metric;
  }

  #labels(device: string): Record<string, string> {
    if (!this.#perDevice) return {};
    this.#introduce(device);
    return { device };
  }

  #introduce(device: string): Shown {
    let shown = this.#known.get(device);
    if (!shown) {
      shown = {};
      this.#known.set(device, shown);
      this.#zeroCounters({ device });
    }
    return shown;
  }

  /** Every label set starts at 0: rate() does not see a series that begins at 1. */
  #zeroCounters(labels: Record<string, string>): void {
    this.#attempts.inc(labels, 0);
    for (const reason of CONNECT_FAILURE_CODES) this.#failures.inc({ ...labels, reason }, 0);
    for (const reason of DISCONNECT_CODES) this.#disconnects.inc({ ...labels, reason }, 0);
    for (const reason of DROP_REASONS) this.#dropped.inc({ ...labels, reason }, 0);
  }

  /** Touches only what has changed: at each scrape, most devices are as they were. */
  #show(status: DeviceStatus): void {
    const { state, flapping, lastSeenAt, nextRetryAt } = status;
    const device = status.config.name;
    const enabled = isEnabled(status);
    const shown = this.#introduce(device);
    if (shown.enabled !== enabled) this.#enabled?.set({ device }, enabled ? 1 : 0);
    if (shown.flapping !== flapping) this.#flapping?.set({ device }, flapping ? 1 : 0);
    if (shown.lastSeenAt !== lastSeenAt) showTime(this.#lastSeen, device, lastSeenAt);
    if (shown.nextRetryAt !== nextRetryAt) showTime(this.#nextRetry, device, nextRetryAt);
    if (shown.state !== state) {
      this.#connected?.set({ device }, state === 'ready' ? 1 : 0);
      if (shown.state !== undefined) this.#state?.set({ device, state: shown.state }, 0);
      else for (const other of DEVICE_STATES) this.#state?.set({ device, state: other }, 0);
      this.#state?.set({ device, state }, 1);
    }
    Object.assign(shown, { state, enabled, flapping, lastSeenAt, nextRetryAt });
  }

  /** Finds the series by their label, not by a list of reasons: a code that no list foresaw goes too. */
  async #forget(gone: ReadonlySet<string>): Promise<void> {
    if (gone.size === 0) return;
    for (const device of gone) this.#known.delete(device);
    for (const metric of this.#labelled) {
      for (const { labels } of (await metric.get()).values) {
        if (gone.has(String(labels.device))) metric.remove(labels);
      }
    }
  }
}

/** A time that is not there has no series: 0 would be 1970. */
function showTime(gauge: Gauge | undefined, device: string, wallMs: number | null): void {
  if (wallMs === null) gauge?.remove({ device });
  else gauge?.set({ device }, wallMs / 1000);
}
