import { connect } from 'node:net';
import { onTestFinished } from 'vitest';
import type { ConfigStatus, LiveConfig } from '#src/config/live/config-status';
import { readVoiceBook } from '#src/config/voices/voice-book';
import { ManualClock } from '#src/core/manual-clock';
import type { DeviceStatus } from '#src/fleet/fleet';
import { createApi } from '#src/http/api';
import type { ApiDeps, Readiness } from '#src/http/deps';
import { startHttpServer } from '#src/http/server';
import { parseSettings } from '#src/settings';
import { EventBus } from '#src/telemetry/event-bus';
import { createMetrics } from '#src/telemetry/metrics';
import { TurnLog } from '#src/telemetry/turn-log';
import { deviceStatus, StillFleet } from './devices/device-status.ts';

/** When the clock of the API stands still. */
export const NOW = Date.UTC(2026, 0, 1, 12);

/** A configuration that is only data; `next` is what the next reload comes to. */
class StillConfig implements LiveConfig {
  status: ConfigStatus = {
    file: '/config/devices.json',
    hash: 'ab'.repeat(32),
    loadedAt: NOW - 60_000,
    devices: 1,
    misconfigured: [],
    fallback: null,
    warnings: [],
    lastReload: null,
    problem: null,
  };
  next: ConfigStatus['lastReload'] = { at: NOW, trigger: 'api', ok: true, errors: [], changes: null };

  async reload(): Promise<ConfigStatus> {
    this.status = { ...this.status, lastReload: this.next };
    return this.status;
  }
}

/** Options of {@link startApi}. */
export interface ApiServerOptions {
  readonly devices?: DeviceStatus[];
  /** Settings as environment variables. */
  readonly env?: Readonly<Record<string, string>>;
  /** Default: any free one. */
  readonly port?: number;
  readonly recordings?: ApiDeps['recordings'];
  readonly engineStatus?: ApiDeps['engineStatus'];
  readonly discovered?: ApiDeps['discovered'];
}

/** The API on a real server, with a fleet and a configuration that are only data: for the length of a test. */
export async function startApi(options: ApiServerOptions = {}) {
  const { devices = [deviceStatus({ name: 'kitchen' })], env = {}, recordings, engineStatus, discovered } = options;
  const settings = parseSettings(env);
  const clock = new ManualClock(NOW);
  const errors: unknown[] = [];
  const bus = new EventBus(clock, (error) => errors.push(error));
  const fleet = new StillFleet(devices);
  const config = new StillConfig();
  const metrics = createMetrics({
    bus,
    clock,
    version: '1.2.3',
    perDevice: true,
    fleet,
    config: () => config.status,
  });
  onTestFinished(() => metrics.close());
  const turns = new TurnLog({
    bus,
    kept: settings.TURNS_KEPT,
    transcripts: settings.LOG_TRANSCRIPTS,
    isKnown: (device) => fleet.get(device) !== undefined,
  });
  const state: { readiness: Readiness } = { readiness: { initialised: true, problems: [], speechHosts: [] } };
  const api = createApi({
    fleet,
    config,
    bus,
    metrics,
    turns,
    ...(recordings ? { recordings } : {}),
    ...(engineStatus ? { engineStatus } : {}),
    ...(discovered ? { discovered } : {}),
    engines: { stt: { id: 'sherpa' }, llm: { id: 'scripted' }, tts: { id: 'espeak' } },
    voices: readVoiceBook(settings.VOICES_FILE),
    settings,
    clock,
    readiness: () => state.readiness,
    version: '1.2.3',
    onError: (error) => errors.push(error),
  });
  const server = await startHttpServer({ api, host: '127.0.0.1', port: options.port ?? 0 });
  onTestFinished(() => server.close());
  const port = Number(new URL(server.url).port);

  const request = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(server.url + path, init);
    return { status: response.status, text: await response.text(), headers: response.headers };
  };
  const requestJson = async (path: string, init: RequestInit = {}) => {
    const { text, ...rest } = await request(path, init);
    return { ...rest, body: JSON.parse(text) };
  };
  return {
    api,
    server,
    port,
    fleet,
    config,
    bus,
    clock,
    errors,
    ready(next: Partial<Readiness>) {
      state.readiness = { initialised: true, problems: [], speechHosts: [], ...next };
    },
    request,
    get: (path: string, init: RequestInit = {}) => requestJson(path, init),
    post: (path: string, init: RequestInit = {}) => requestJson(path, { method: 'POST', ...init }),
    /** A POST with a body of JSON. */
    send: (path: string, body: unknown, { headers, ...init }: RequestInit = {}) =>
      requestJson(path, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json', ...(headers as Record<string, string>) },
        ...init,
      }),
    raw: (text: string) => rawRequest(port, text),
  };
}

/** A running API. */
export type ApiServer = Awaited<ReturnType<typeof startApi>>;

/** Sends these bytes and nothing else, so that no client tidies them up. Resolves when the server closes. */
export function rawRequest(port: number, text: string): Promise<{ status: number; head: string; body: string }> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    socket.on('data', (data) => {
      answer += data.toString('latin1');
    });
    // A reset behind the answer is how a refused upload ends.
    socket.on('error', () => {});
    socket.on('close', () => {
      const end = answer.indexOf('\r\n\r\n');
      const head = end === -1 ? answer : answer.slice(0, end);
      resolve({ status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1] ?? 0), head, body: answer.slice(end + 4) });
    });
    socket.write(text);
  });
}
