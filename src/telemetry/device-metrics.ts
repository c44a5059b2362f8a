import { Counter, Gauge, type Registry } from 'prom-client';
import type { ErrorCode } from '../core/errors.ts';
import { inBatches } from '../core/in-batches.ts';
import type { DeviceState, DeviceStatus } from '../fleet/fleet.ts';
import type { DialtoneEvent } from './events.ts';
import { isEnabled } from './is-enabled.ts';

/** So many devices are brought up to date without a pause: the first series of one take 0.1 ms. */
const DEVICES_AT_ONCE = 50;

/** What is counted of a device. */
type DeviceCounter = 'attempts' | 'failures' | 'disconnects' | 'dropped' | 'received' | 'sent';

/** What the gauges of a device show; a gauge that is not there yet is missing. */
interface Shown {
  state?: DeviceState;
  enabled?: boolean;
  flapping?: boolean;
  lastSeenAt?: number | null;
  nextRetryAt?: number | null;
  rttMs?: number | null;
  rssiDbm?: number | null;
  /** Code of the last error, while the device is not connected. */
  error?: ErrorCode | null;
  /** What the counters of bytes have counted of its present line. */
  traffic?: DeviceStatus['traffic'];
}

/**
 * Metrics of each device, for METRICS_PER_DEVICE: at most 13 series a device, so that 1,000 devices stay below 15,000. What only a
 * connected device has (round trip, signal) is missing while it is not, and the other way round. Counters have no reason therefore; why a device is not connected now is `dialtone_device_last_error_info`.
 */
export class DeviceMetrics {
  /** Devices that have series. */
  readonly #known = new Map<string, Shown>();
  readonly #counters: Readonly<Record<DeviceCounter, Counter>>;
  readonly #enabled: Gauge;
  readonly #connected: Gauge;
  readonly #flapping: Gauge;
  readonly #state: Gauge;
  readonly #lastError: Gauge;
  readonly #lastSeen: Gauge;
  readonly #nextRetry: Gauge;
  readonly #ping: Gauge;
  readonly #rssi: Gauge;

  constructor(registry: Registry) {
    const registers = [registry];
    const gauge = (name: string, help: string, ...more: string[]) =>
      new Gauge({ name, help, labelNames: ['device', ...more], registers });
    const counter = (name: string, help: string) => new Counter({ name, help, labelNames: ['device'], registers });

    this.#enabled = gauge('dialtone_device_enabled', 'Whether the device is to be connected');
    this.#connected = gauge('dialtone_device_connected', 'Whether the line to the device is up');
    this.#flapping = gauge('dialtone_device_flapping', 'Whether the line keeps coming and going');
    this.#state = gauge('dialtone_device_state', 'Always 1; the label says the state of the connection', 'state');
    this.#lastError = gauge(
      'dialtone_device_last_error_info',
      'Always 1; the label says why the device is not connected; missing while it is',
      'code',
    );
    this.#lastSeen = gauge(
      'dialtone_device_last_seen_timestamp_seconds',
      'When anything last came from the device; missing when nothing ever did',
    );
    this.#nextRetry = gauge(
      'dialtone_device_next_retry_timestamp_seconds',
      'When the device is dialled next; missing when no attempt is planned',
    );
    this.#ping = gauge(
      'dialtone_device_ping_seconds',
      'Round trip of the last ping that was answered; missing while the device is not connected',
    );
    this.#rssi = gauge(
      'dialtone_device_wifi_rssi_dbm',
      'Strength of its Wi-Fi, as the device last told; missing while it is not connected',
    );
    this.#counters = {
      attempts: counter('dialtone_device_connect_attempts_total', 'Dials of the device begun'),
      failures: counter('dialtone_device_connect_failures_total', 'Dials of the device that failed'),
      disconnects: counter('dialtone_device_disconnects_total', 'How often the line was lost after it was up'),
      dropped: counter(
        'dialtone_device_dropped_frames_total',
        'Frames and messages of the device that were not understood and dropped',
      ),
      received: counter('dialtone_device_received_bytes_total', 'Bytes of messages that came from the device'),
      sent: counter('dialtone_device_sent_bytes_total', 'Bytes of messages that were sent to the device'),
    };
  }

  /** Counts what concerns a device. */
  count(event: DialtoneEvent): void {
    if (event.type === 'device.attempt') this.#inc('attempts', event.device);
    else if (event.type === 'device.dropped') this.#inc('dropped', event.device);
    else if (event.type === 'device.state' && event.error) {
      this.#inc(event.previous === 'ready' ? 'disconnects' : 'failures', event.device);
    }
  }

  /** Brings the gauges up to date and removes every series of a device that is no more. */
  async refresh(devices: readonly DeviceStatus[]): Promise<void> {
    const present = new Set<string>();
    for await (const some of inBatches(devices, DEVICES_AT_ONCE)) {
      for (const status of some) {
        present.add(status.config.name);
        this.#show(status);
      }
    }
    for (const device of this.#known.keys()) if (!present.has(device)) this.#forget(device);
  }

  #inc(counter: DeviceCounter, device: string): void {
    this.#introduce(device);
    this.#counters[counter].inc({ device });
  }

  /** Counters start at 0: rate() does not see a series that begins at 1. */
  #introduce(device: string): Shown {
    let shown = this.#known.get(device);
    if (!shown) {
      shown = {};
      this.#known.set(device, shown);
      for (const counter of Object.values(this.#counters)) counter.inc({ device }, 0);
    }
    return shown;
  }

  /** Touches only what has changed: at each scrape, most devices are as they were. */
  #show(status: DeviceStatus): void {
    const { state, flapping, lastSeenAt, lastError, reported, traffic } = status;
    const device = status.config.name;
    const shown = this.#introduce(device);
    const enabled = isEnabled(status);
    const error = state === 'ready' || !enabled ? null : (lastError?.code ?? null);
    const isConnected = state === 'ready';
    const nextRetryAt = isConnected ? null : status.nextRetryAt;
    const rttMs = isConnected ? status.rttMs : null;
    const rssiDbm = isConnected ? (reported?.wifiRssiDbm ?? null) : null;
    if (shown.enabled !== enabled) this.#enabled.set({ device }, enabled ? 1 : 0);
    if (shown.flapping !== flapping) this.#flapping.set({ device }, flapping ? 1 : 0);
    if (shown.lastSeenAt !== lastSeenAt) show(this.#lastSeen, device, lastSeenAt, 1 / 1000);
    if (shown.nextRetryAt !== nextRetryAt) show(this.#nextRetry, device, nextRetryAt, 1 / 1000);
    if (shown.rttMs !== rttMs) show(this.#ping, device, rttMs, 1 / 1000);
    if (shown.rssiDbm !== rssiDbm) show(this.#rssi, device, rssiDbm, 1);
    if (shown.state !== state) {
      this.#connected.set({ device }, state === 'ready' ? 1 : 0);
      if (shown.state !== undefined) this.#state.remove({ device, state: shown.state });
      this.#state.set({ device, state }, 1);
    }
    if (shown.error !== error) {
      if (shown.error) this.#lastError.remove({ device, code: shown.error });
      if (error !== null) this.#lastError.set({ device, code: error }, 1);
    }
    this.#add('received', device, grown(shown.traffic?.receivedBytes, traffic.receivedBytes));
    this.#add('sent', device, grown(shown.traffic?.sentBytes, traffic.sentBytes));
    Object.assign(shown, { state, enabled, flapping, lastSeenAt, nextRetryAt, rttMs, rssiDbm, error, traffic });
  }

  #add(counter: DeviceCounter, device: string, amount: number): void {
    if (amount > 0) this.#counters[counter].inc({ device }, amount);
  }

  #forget(device: string): void {
    const { state, error } = this.#known.get(device) ?? {};
    this.#known.delete(device);
    if (state !== undefined) this.#state.remove({ device, state });
    if (error) this.#lastError.remove({ device, code: error });
    const gauges = [this.#enabled, this.#connected, this.#flapping];
    const times = [this.#lastSeen, this.#nextRetry, this.#ping, this.#rssi];
    for (const metric of [...gauges, ...times, ...Object.values(this.#counters)]) metric.remove({ device });
  }
}

/** What has come on top. A line that is made anew, because its entry was changed, counts from 0. */
function grown(before: number | undefined, now: number): number {
  return now >= (before ?? 0) ? now - (before ?? 0) : now;
}

/** A value that is not there has no series: 0 would be 1970. */
function show(gauge: Gauge, device: string, value: number | null, unit: number): void {
  if (value === null) gauge.remove({ device });
  else gauge.set({ device }, value * unit);
}
