import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type App, startApp } from '#src/app';
import type { DevicesConfig } from '#src/config/devices-file';
import type { ChosenEngines } from '#src/engines/engine-registry';
import { parseSettings } from '#src/settings';
import type { DialtoneEvent, DialtoneEventType } from '#src/telemetry/events';
import { createLog } from '#src/telemetry/log';
import { type SimDevice, type SimDeviceOptions, startSimDevice } from '../../device-sim/device/sim-device.ts';
import { parseDevices, readDevicesFile } from './devices.ts';

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
  readonly env?: Readonly<Record<string, string>>;
  readonly engines?: ChosenEngines;
  /** Fields of an entry beyond name, host, port and protocol, by the device's name. */
  readonly entries?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Further entries of devices.json. */
  readonly more?: readonly Readonly<Record<string, unknown>>[];
}

/** Starts the backend on some devices through the composition root, as `npm start` does, on a free port. */
export function startBackend(devices: readonly SimDevice[], options: BackendOptions = {}): Promise<TestBackend> {
  const entries = devices.map((device) => ({ ...entryOf(device), ...options.entries?.[device.name] }));
  const text = JSON.stringify({ devices: [...entries, ...(options.more ?? [])] });
  return run(parseDevices(text, 'devices.json'), options, false);
}

function entryOf(device: SimDevice): Readonly<Record<string, unknown>> {
  const protocol = device.url.endsWith('/realtime') ? 'realtime' : 'pcm';
  const quiet = { greeting: false, long_silence: false, idle_timeout: false };
  return { name: device.name, host: '127.0.0.1', port: device.port, protocol, reconnect_delay: 0.2, ...quiet };
}

async function run(config: DevicesConfig, options: BackendOptions, watch: boolean): Promise<TestBackend> {
  const lines: string[] = [];
  const app = await startApp({
    settings: parseSettings({ PORT: '0', ...options.env }),
    config,
    log: createLog('debug', { write: (line: string) => lines.push(line) }),
    version: 'test',
    watch,
    ...(options.engines ? { engines: options.engines } : {}),
  });
  const events: DialtoneEvent[] = [];
  app.bus.subscribe((event) => events.push(event));
  let closed: Promise<void> | undefined;
  const close = () => {
    closed ??= app.close();
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

/** A backend that watches a devices.json. */
export interface LiveBackend extends TestBackend {
  /** Writes the file anew: these devices, with what is different from the defaults. */
  write(entries: readonly ({ readonly device: SimDevice } & Readonly<Record<string, unknown>>)[]): void;
}

/** Starts the backend on a devices.json of its own and watches it. */
export async function startLiveBackend(devices: readonly SimDevice[]): Promise<LiveBackend> {
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
  return { ...(await run(readDevicesFile(file), {}, true)), write };
}
