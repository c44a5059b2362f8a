import { onTestFinished } from 'vitest';
import { type App, startApp } from '#src/app';
import { parseDevices } from '#src/config/devices-file';
import type { ChosenEngines } from '#src/engines';
import { parseSettings } from '#src/settings';
import type { DialtoneEvent, DialtoneEventType } from '#src/telemetry/events';
import { createLog } from '#src/telemetry/log';
import { type SimDevice, type SimDeviceOptions, startSimDevice } from '../../device-sim/sim-device.ts';

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
export async function startBackend(devices: readonly SimDevice[], options: BackendOptions = {}): Promise<TestBackend> {
  const entries = devices.map((device) => ({
    name: device.name,
    host: '127.0.0.1',
    port: device.port,
    protocol: device.url.endsWith('/realtime') ? 'realtime' : 'pcm',
    reconnect_delay: 0.2,
    ...options.entries?.[device.name],
  }));
  const lines: string[] = [];
  const app = await startApp({
    settings: parseSettings({ PORT: '0', ...options.env }),
    config: parseDevices(JSON.stringify({ devices: [...entries, ...(options.more ?? [])] }), 'devices.json'),
    log: createLog('debug', { write: (line: string) => lines.push(line) }),
    version: 'test',
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
