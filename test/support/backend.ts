import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type App, startApp } from '#src/app';
import type { DevicesConfig } from '#src/config/devices-file';
import type { EngineRegistry } from '#src/engines/engine';
import { createEngineRegistry } from '#src/engines/engine-registry';
import type { Llm } from '#src/engines/llm';
import { parseSettings, type Settings } from '#src/settings';
import type { DialtoneEvent, DialtoneEventType } from '#src/telemetry/events';
import { createLog, type Log } from '#src/telemetry/log';
import { type SimDevice, type SimDeviceOptions, startSimDevice } from '../../device-sim/device/sim-device.ts';
import { parseDevices, readDevicesFile } from './devices/devices.ts';
import { sharedEngines } from './engines/shared-engines.ts';
import { waitedRegistry } from './engines/waited-engines.ts';
import { dice } from './time/dice.ts';
import { patientClock } from './time/patient-clock.ts';
import type { VirtualTime } from './time/virtual-time.ts';

/** A device for the length of a test. */
export async function simDevice(options: SimDeviceOptions = {}): Promise<SimDevice> {
  const device = await startSimDevice(options);
  onTestFinished(() => device.stop());
  return device;
}

/** A backend for the length of a test, and what it has reported. */
export interface TestBackend {
  readonly app: App;
  /** Everything reported so far, oldest first. */
  readonly events: DialtoneEvent[];
  /** The reports of one type. */
  all<T extends DialtoneEventType>(type: T): Extract<DialtoneEvent, { type: T }>[];
  /** The log so far. */
  log(): string;
  /** Ends it early. */
  close(): Promise<void>;
}

/** Options of {@link startBackend}. */
export interface BackendOptions {
  /** The time in which it lives, and in which its devices must live too. Default: real time. */
  readonly time?: VirtualTime;
  readonly env?: Readonly<Record<string, string>>;
  /** On the machine's clock. `own`: those of `env`, which end with the backend. Default: those that all tests share. */
  readonly engines?: EngineRegistry | 'own';
  /** A language model in place of the registry's, on the clock of the backend. */
  readonly llm?: Llm;
  /** Fields of an entry beyond name, host, port and protocol, by the device's name. */
  readonly entries?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Further entries of devices.json. */
  readonly more?: readonly Readonly<Record<string, unknown>>[];
  /** `defaults` of devices.json. */
  readonly defaults?: Readonly<Record<string, unknown>>;
}

/** Starts the backend on some devices through the composition root, as `npm start` does, on a free port. */
export function startBackend(devices: readonly SimDevice[], options: BackendOptions = {}): Promise<TestBackend> {
  const entries = devices.map((device) => ({ ...entryOf(device), ...options.entries?.[device.name] }));
  const text = JSON.stringify({ defaults: options.defaults, devices: [...entries, ...(options.more ?? [])] });
  return run(parseDevices(text, 'devices.json'), options, false);
}

function entryOf(device: SimDevice): Readonly<Record<string, unknown>> {
  const protocol = device.url.endsWith('/realtime') ? 'realtime' : 'pcm';
  const quiet = { greeting: false, long_silence: false, idle_timeout: false };
  return { name: device.name, host: '127.0.0.1', port: device.port, protocol, reconnect_delay: 0.2, ...quiet };
}

async function run(config: DevicesConfig, options: BackendOptions, watch: boolean): Promise<TestBackend> {
  const { time } = options;
  const lines: string[] = [];
  const log = createLog('debug', { write: (line: string) => lines.push(line) });
  const settings = parseSettings({ PORT: '0', ...options.env });
  const wanted = options.engines ?? (await sharedEngines());
  const chosen = wanted === 'own' ? ownEngines(settings, log) : wanted;
  const engines = time ? waitedRegistry(chosen, time, options.llm) : chosen;
  const app = await startApp({
    settings,
    config,
    log,
    version: 'test',
    watch,
    engines,
    ...(time ? { clock: time.clock, random: dice() } : {}),
  });
  const events: DialtoneEvent[] = [];
  app.bus.subscribe((event) => events.push(event));
  let closed: Promise<void> | undefined;
  const close = () => {
    closed ??= time ? time.during(app.close()) : app.close();
    return closed;
  };
  onTestFinished(close);
  return {
    app,
    events,
    all: (type) => events.filter((event) => event.type === type) as never,
    log: () => lines.join(''),
    close,
  };
}

/** The engines of the settings, as the backend itself makes them. */
function ownEngines(settings: Settings, log: Log): EngineRegistry {
  const debug = (line: string) => log.debug({ event: 'speech_host.output' }, line);
  return createEngineRegistry(settings, { clock: patientClock, random: dice(), report: () => {}, debug });
}

/** A backend that watches a devices.json. */
export interface LiveBackend extends TestBackend {
  /** Writes the file anew: these devices, with what is different from the defaults. */
  write(entries: readonly ({ readonly device: SimDevice } & Readonly<Record<string, unknown>>)[]): void;
}

/** Starts the backend on a devices.json of its own and watches it. */
export async function startLiveBackend(devices: readonly SimDevice[], time: VirtualTime): Promise<LiveBackend> {
  const folder = mkdtempSync(join(tmpdir(), 'dialtone-backend-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'devices.json');
  const write: LiveBackend['write'] = (entries) => {
    writeFileSync(
      file,
      JSON.stringify({ devices: entries.map(({ device, ...more }) => ({ ...entryOf(device), ...more })) }),
    );
  };
  write(devices.map((device) => ({ device })));
  return { ...(await run(readDevicesFile(file), { time }, true)), write };
}
