// The REST API on a fleet that is only data, so that the console can be looked at: as large and as busy as is wished.
import { parseDevices } from '../../dist/config/devices-file.js';
import { readVoiceBook } from '../../dist/config/voices/voice-book.js';
import { systemClock } from '../../dist/core/clock.js';
import { createApi } from '../../dist/http/api.js';
import { startHttpServer } from '../../dist/http/server.js';
import { PROTOCOLS } from '../../dist/protocols/registry.js';
import { parseSettings } from '../../dist/settings.js';
import { EventBus } from '../../dist/telemetry/event-bus.js';
import { TurnLog } from '../../dist/telemetry/turn-log.js';

/**
 * Starts it on a free port of this machine.
 * @param {{ entries: object[], engineStatus?: () => object[], unknownDevices?: object[], config?: object }} options entries as in devices.json
 */
export async function startPretendedFleet({ entries, engineStatus = () => [], unknownDevices = [], config = {} }) {
  const { devices } = parseDevices(JSON.stringify({ devices: entries }), 'devices.json', { kinds: PROTOCOLS });
  const now = Date.now();
  /** @type {Map<string, any>} */
  const statuses = new Map(devices.map((device) => [device.name, statusOf(device, now)]));
  const bus = new EventBus(systemClock, (error) => {
    throw error;
  });
  const settings = parseSettings({});
  const turns = new TurnLog({ bus, kept: 50, transcripts: true, isKnown: (name) => statuses.has(name) });
  const api = createApi({
    fleet: {
      list: () => [...statuses.values()],
      get: (name) => statuses.get(name),
      unknownDevices,
    },
    config: {
      status: {
        file: 'devices.json',
        hash: '0'.repeat(64),
        loadedAt: now,
        devices: devices.length,
        misconfigured: [],
        warnings: [],
        lastReload: null,
        fallback: null,
        problem: null,
        ...config,
      },
    },
    bus,
    metrics: { text: async () => [], contentType: 'text/plain', sseClients: { set: () => {} } },
    engines: { stt: { id: 'sherpa' }, llm: { id: 'groq' }, tts: { id: 'sherpa' } },
    engineStatus,
    voices: readVoiceBook(undefined),
    turns,
    settings,
    clock: systemClock,
    readiness: () => ({ initialised: true, problems: [], speechHosts: [{ host: 1, state: 'ready' }] }),
    version: 'bench',
    onError: (error) => {
      throw error;
    },
  });
  const server = await startHttpServer({ api, host: '127.0.0.1', port: 0 });
  return {
    url: server.url,
    names: devices.map(({ name }) => name),
    /** Changes what is known of a device, without an event. @param {string} name @param {object} change */
    set: (name, change) => statuses.set(name, { ...statuses.get(name), ...change }),
    /** Changes the state of a device, and tells so. */
    state(name, state, more = {}) {
      const { state: previous } = statuses.get(name);
      const now = Date.now();
      const downSince = state === 'backoff' ? now : null;
      statuses.set(name, { ...statuses.get(name), state, since: now, downSince, ...more });
      const { lastError, nextRetryAt } = more;
      bus.report({
        type: 'device.state',
        device: name,
        state,
        previous,
        ...(lastError ? { error: lastError } : {}),
        ...(nextRetryAt ? { nextRetryAt } : {}),
      });
    },
    report: (event) => bus.report(event),
    close: () => server.close(),
  };
}

function statusOf(config, now) {
  return {
    config,
    state: config.enabled ? 'ready' : 'disabled',
    since: now - 3_600_000,
    downSince: null,
    attempts: 0,
    lastError: null,
    nextRetryAt: null,
    warnings: [],
    flapping: false,
    connections: 1,
    rttMs: null,
    traffic: { receivedBytes: 0, sentBytes: 0 },
    lastSeenAt: now,
    activity: 'idle',
    turn: null,
    reported: null,
    override: null,
  };
}
