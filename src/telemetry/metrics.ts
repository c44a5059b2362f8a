import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { ConfigStatus } from '../config/live/config-status.ts';
import { FALSE_INTERRUPTIONS, TURN_KINDS, TURN_OUTCOMES, TURN_STAGES } from '../conversation/events.ts';
import type { Clock } from '../core/clock.ts';
import { WARNING_CODES } from '../core/warnings.ts';
import { ARRIVAL_REFUSALS, FAULT_PLACES } from '../fleet/events.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { InboundSchedulerOptions } from '../fleet/line/inbound-scheduler.ts';
import { type MediaCounters, newMediaCounters } from '../protocols/webrtc/media-counters.ts';
import { ConfigMetrics } from './config-metrics.ts';
import { DeviceMetrics } from './device-metrics.ts';
import { createEngineMetrics, type NamedEngine } from './engine-metrics.ts';
import type { EventBus } from './event-bus.ts';
import type { DialtoneEvent } from './events.ts';
import { FleetMetrics } from './fleet-metrics.ts';
import { createLineDurations } from './line-durations.ts';
import { registerMediaMetrics } from './media-metrics.ts';
import { PacedText } from './paced-text.ts';

/** The text is made at most once in this time, however often it is asked for, milliseconds. */
const CACHE_MS = 1_000;

/** Around the promise of an answer in 0.2 to 3 s. Seconds. */
const STAGE_BUCKETS = [0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10, 20];

/** From one stretch of work to audio that is dropped. Seconds. */
const WAIT_BUCKETS = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2];

/** prom-client's defaults that are gauges named like counters; `nodejs_active_resources` has the same by type. */
const MISNAMED_DEFAULTS = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];

/** What metrics are made from. */
export interface MetricsOptions {
  readonly bus: EventBus;
  readonly clock: Clock;
  readonly version: string;
  /** METRICS_PER_DEVICE: whether single devices have series. */
  readonly perDevice: boolean;
  /** Asked for the devices at each scrape. */
  readonly fleet?: Pick<Fleet, 'list'>;
  /** Asked at each scrape; undefined while devices.json was not read. */
  readonly config?: () => ConfigStatus | undefined;
  /** The engines in use, so that their errors start at 0. */
  readonly engines?: readonly NamedEngine[];
  /** Lines that the log left out so far, asked for at each scrape. Default: none. */
  readonly logLinesDropped?: () => number;
  /** What goes over WebRTC links. Default: nothing does. */
  readonly media?: MediaCounters;
}

/** What a metric is, for documents. */
interface MetricDescription {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly labels: readonly string[];
}

/** The metrics of this process. */
export interface Metrics {
  /** Of the text. */
  readonly contentType: string;
  /** All metrics in Prometheus' text format, at most a second old, in pieces of about 50 KB. */
  text(): Promise<readonly Uint8Array[]>;
  /** Every metric that is dialtone's own, by name. */
  describe(): readonly MetricDescription[];
  /** How many clients GET /v1/events has. */
  readonly sseClients: { set(count: number): void };
  /** Defects of ours that showed where no device's path is: faults of devices are counted by themselves. */
  readonly internalErrors: { inc(labels: { readonly where: 'subscriber' }): void };
  /** What the scheduler of devices' messages tells. */
  readonly scheduler: Required<Pick<InboundSchedulerOptions, 'onWaited' | 'onShed'>>;
  /** Stops counting. */
  close(): void;
}

/**
 * Counts what happens on the bus. Names are `dialtone_*` in base units (seconds, bytes), counters end in `_total`; labels
 * have few values, and the name of a device is one only with `perDevice`.
 */
export function createMetrics(options: MetricsOptions): Metrics {
  const registry = new Registry();
  const paced = new PacedText(registry);
  const fleet = new FleetMetrics(registry);
  const devices = options.perDevice ? new DeviceMetrics(registry) : undefined;
  const config = new ConfigMetrics(registry);
  const count = createCounters(registry, options);
  const timeLines = createLineDurations(registry, options.clock);
  const media = options.media ?? newMediaCounters();
  registerMediaMetrics(registry, () => media);
  const sseClients = new Gauge({
    name: 'dialtone_sse_clients',
    help: 'Clients of GET /v1/events',
    registers: [registry],
  });
  const waits = new Histogram({
    name: 'dialtone_message_wait_seconds',
    help: 'How long messages of devices waited, the longest of each stretch of work',
    buckets: WAIT_BUCKETS,
    registers: [registry],
  });
  const leftOut = new Counter({
    name: 'dialtone_messages_left_out_total',
    help: 'Audio messages of devices that were left out after a second of waiting: more than this process can do',
    registers: [registry],
  });
  const internalErrors = new Counter({
    name: 'dialtone_internal_errors_total',
    help: 'Defects of dialtone itself, by what was being done; the line of the device ended, its stack is in the log',
    labelNames: ['where'],
    registers: [registry],
  });
  const refused = new Counter({
    name: 'dialtone_arrivals_refused_total',
    help: 'Connections of devices that dial in which were refused, by reason',
    labelNames: ['reason'],
    registers: [registry],
  });
  for (const reason of ARRIVAL_REFUSALS) refused.inc({ reason }, 0);
  for (const where of [...FAULT_PLACES, 'subscriber']) internalErrors.inc({ where }, 0);
  collectDefaultMetrics({ register: registry });
  for (const name of MISNAMED_DEFAULTS) registry.removeSingleMetric(name);

  const unsubscribe = options.bus.subscribe((event) => {
    fleet.count(event);
    devices?.count(event);
    config.count(event);
    count(event);
    if (event.type === 'device.state') timeLines(event);
    if (event.type === 'arrival.refused') refused.inc({ reason: event.reason });
    if (event.type === 'device.fault') internalErrors.inc({ where: event.where });
  });

  async function render(): Promise<readonly Uint8Array[]> {
    const list = options.fleet?.list();
    if (list) {
      fleet.refresh(list);
      await devices?.refresh(list);
    }
    const status = options.config?.();
    if (status) config.refresh(status);
    return paced.write();
  }

  let cached: { readonly text: Promise<readonly Uint8Array[]>; readonly at: number } | undefined;
  return {
    contentType: registry.contentType,
    describe: () => describe(registry),
    sseClients,
    internalErrors,
    scheduler: { onWaited: (ms) => waits.observe(ms / 1000), onShed: () => leftOut.inc() },
    text() {
      const now = options.clock.now();
      if (!cached || now - cached.at >= CACHE_MS) {
        const fresh = { text: render(), at: now };
        cached = fresh;
        fresh.text.catch(() => {
          if (cached === fresh) cached = undefined;
        });
      }
      return cached.text;
    },
    close: unsubscribe,
  };
}

function describe(registry: Registry): MetricDescription[] {
  return registry
    .getMetricsAsArray()
    .filter(({ name }) => name.startsWith('dialtone_'))
    .map((metric) => {
      // prom-client's types leave it out.
      const { labelNames = [] } = metric as { labelNames?: readonly string[] };
      const { name, help, type } = metric;
      return { name, help, type: String(type), labels: labelNames.filter((label) => label !== 'le') };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Registers what is not about single devices; the returned function counts an event. */
function createCounters(registry: Registry, options: MetricsOptions): (event: DialtoneEvent) => void {
  const registers = [registry];
  new Counter({
    name: 'dialtone_log_lines_dropped_total',
    help: 'Lines of the log that were left out because its reader stood still',
    registers,
    collect() {
      this.reset();
      this.inc(options.logLinesDropped?.() ?? 0);
    },
  });
  new Gauge({
    name: 'dialtone_build_info',
    help: 'Always 1; the labels say what runs here',
    labelNames: ['version', 'node'],
    registers,
  }).set({ version: options.version, node: process.version }, 1);

  const turns = new Counter({
    name: 'dialtone_turns_total',
    help: 'Turns that ended, by what made them and how they ended',
    labelNames: ['kind', 'outcome'],
    registers,
  });
  for (const kind of TURN_KINDS) for (const outcome of TURN_OUTCOMES) turns.inc({ kind, outcome }, 0);

  const truncated = new Counter({
    name: 'dialtone_answers_truncated_total',
    help: 'Answers that the limit of tokens has cut',
    registers,
  });

  const falseInterruptions = new Counter({
    name: 'dialtone_false_interruptions_total',
    help: 'Answers that were paused or stopped for sounds that were no words of the user',
    labelNames: ['effect'],
    registers,
  });
  for (const effect of FALSE_INTERRUPTIONS) falseInterruptions.inc({ effect }, 0);

  const stages = new Histogram({
    name: 'dialtone_turn_stage_seconds',
    help: 'How long each stage of a turn took; total: last speech heard to first audio sent',
    labelNames: ['stage'],
    buckets: STAGE_BUCKETS,
    registers,
  });
  for (const stage of TURN_STAGES) stages.zero({ stage });

  const countEngines = createEngineMetrics(registry, options.engines ?? []);

  const lateFrames = new Counter({
    name: 'dialtone_playout_late_frames_total',
    help: 'Audio frames that were sent later than they should have been',
    registers,
  });

  const tools = new Histogram({
    name: 'dialtone_tool_call_seconds',
    help: 'How long a function took that the language model called; failed: the model was given an error',
    labelNames: ['outcome'],
    buckets: STAGE_BUCKETS,
    registers,
  });
  for (const outcome of ['ok', 'failed']) tools.zero({ outcome });

  const warnings = new Counter({
    name: 'dialtone_device_warnings_total',
    help: 'What was noticed about devices that their owners should change, once for each device; the status names it',
    labelNames: ['code'],
    registers,
  });
  for (const code of WARNING_CODES) warnings.inc({ code }, 0);

  const touches = new Counter({
    name: 'dialtone_device_touches_total',
    help: 'How often users have touched devices that feel it',
    labelNames: ['gesture'],
    registers,
  });
  for (const gesture of ['tap', 'stroke']) touches.inc({ gesture }, 0);

  const countSpeechHost = createSpeechHostMetrics(registry);

  return (event) => {
    switch (event.type) {
      case 'turn.ended':
        turns.inc({ kind: event.kind, outcome: event.outcome });
        if (event.truncated) truncated.inc();
        if (event.falseInterruption) falseInterruptions.inc({ effect: event.falseInterruption });
        for (const stage of TURN_STAGES) {
          const ms = event.stages[stage];
          if (ms !== undefined) stages.observe({ stage }, ms / 1000);
        }
        return;
      case 'engine.error':
      case 'engine.state':
      case 'engine.call':
        countEngines(event);
        return;
      case 'tool.call':
        // Not by the name of the function: the model may have made it up.
        tools.observe({ outcome: event.ok ? 'ok' : 'failed' }, (event.endedAtMs - event.startedAtMs) / 1000);
        return;
      case 'device.touch':
        touches.inc({ gesture: event.gesture });
        return;
      case 'device.warning':
        warnings.inc({ code: event.code });
        return;
      case 'playout.late':
        lateFrames.inc();
        return;
      case 'speech_host.state':
        countSpeechHost(event);
        return;
      default:
        return;
    }
  };
}

function createSpeechHostMetrics(
  registry: Registry,
): (event: Extract<DialtoneEvent, { type: 'speech_host.state' }>) => void {
  const registers = [registry];
  const labelNames = ['host'] as const;
  const up = new Gauge({
    name: 'dialtone_speech_host_up',
    help: 'Whether a speech host is ready, by its number; missing: no engine needs it',
    labelNames,
    registers,
  });
  const restarts = new Counter({
    name: 'dialtone_speech_host_restarts_total',
    help: 'How often a speech host was started again, by its number',
    labelNames,
    registers,
  });
  const started = new Set<number>();
  return ({ host, state }) => {
    up.set({ host }, state === 'ready' ? 1 : 0);
    if (state !== 'starting') return;
    restarts.inc({ host }, started.has(host) ? 1 : 0);
    started.add(host);
  };
}
