import { Counter, Gauge, type Registry } from 'prom-client';
import { CONVERSATION_ACTIVITIES, type ConversationActivity } from '../conversation/view.ts';
import type { ErrorCode } from '../core/errors.ts';
import { DEVICE_STATES, type DeviceState, type DeviceStatus } from '../fleet/fleet.ts';
import { DROP_REASONS } from '../protocols/protocol.ts';
import type { DialtoneEvent } from './events.ts';

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

/** Metrics of all devices together; reasons and states are counted here, so that a device needs no series for each of them. */
export class FleetMetrics {
  readonly #attempts: Counter;
  readonly #failures: Counter;
  readonly #disconnects: Counter;
  readonly #dropped: Counter;
  readonly #devices: Gauge;
  readonly #conversations: Gauge;

  constructor(registry: Registry) {
    const registers = [registry];
    const counter = (name: string, help: string, labelNames: string[] = []) =>
      new Counter({ name, help, labelNames, registers });
    this.#devices = new Gauge({
      name: 'dialtone_devices',
      help: 'Devices of devices.json by the state of their connection',
      labelNames: ['state'],
      registers,
    });
    this.#conversations = new Gauge({
      name: 'dialtone_conversations',
      help: 'Connected devices by what their conversation does at present',
      labelNames: ['activity'],
      registers,
    });
    this.#attempts = counter('dialtone_connect_attempts_total', 'Dials begun');
    this.#failures = counter('dialtone_connect_failures_total', 'Dials that failed, by reason', ['reason']);
    this.#disconnects = counter('dialtone_disconnects_total', 'Lines lost after they were up, by reason', ['reason']);
    this.#dropped = counter(
      'dialtone_dropped_frames_total',
      'Frames and messages of devices that were not understood and dropped, by reason',
      ['reason'],
    );
    // Every label set starts at 0: rate() does not see a series that begins at 1.
    for (const reason of CONNECT_FAILURE_CODES) this.#failures.inc({ reason }, 0);
    for (const reason of DISCONNECT_CODES) this.#disconnects.inc({ reason }, 0);
    for (const reason of DROP_REASONS) this.#dropped.inc({ reason }, 0);
  }

  /** Counts what concerns devices. */
  count(event: DialtoneEvent): void {
    if (event.type === 'device.attempt') this.#attempts.inc();
    else if (event.type === 'device.dropped') this.#dropped.inc({ reason: event.reason });
    else if (event.type === 'device.state' && event.error) {
      const counter = event.previous === 'ready' ? this.#disconnects : this.#failures;
      counter.inc({ reason: event.error.code });
    }
  }

  /** Brings the gauges up to date. */
  refresh(devices: readonly DeviceStatus[]): void {
    const byState = new Map<DeviceState, number>(DEVICE_STATES.map((state) => [state, 0]));
    const byActivity = new Map<ConversationActivity, number>(CONVERSATION_ACTIVITIES.map((activity) => [activity, 0]));
    for (const { state, activity } of devices) {
      byState.set(state, (byState.get(state) ?? 0) + 1);
      if (state === 'ready') byActivity.set(activity, (byActivity.get(activity) ?? 0) + 1);
    }
    for (const [state, count] of byState) this.#devices.set({ state }, count);
    for (const [activity, count] of byActivity) this.#conversations.set({ activity }, count);
  }
}
