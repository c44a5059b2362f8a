import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from './core/clock.ts';
import { TokenBucket } from './core/token-bucket.ts';
import { urlAt } from './discovery/own-addresses.ts';
import type { DeviceManager } from './fleet/device-manager.ts';
import type { FleetEvent } from './fleet/events.ts';
import type { ListenPlan } from './listen-settings.ts';
import type { Settings } from './settings.ts';
import type { Log } from './telemetry/log.ts';
import { type ListenServer, startListenServer } from './transport/websocket/listen-server.ts';

/** What the listener is started with. */
export interface StartListeningDeps {
  readonly settings: Pick<Settings, 'LISTEN_MAX_CONNECTIONS' | 'LISTEN_MAX_PER_ADDRESS'>;
  readonly clock: Clock;
  readonly fleet: Pick<DeviceManager, 'admit'>;
  readonly report: (event: FleetEvent) => void;
  readonly log: Log;
  /** Answers what is no WebSocket. */
  readonly answer: (request: IncomingMessage, response: ServerResponse) => void;
}

/**
 * Starts to listen for devices that dial in.
 * @throws DialtoneError `port_in_use`, `settings_invalid`
 */
export async function startListening(plan: ListenPlan, deps: StartListeningDeps): Promise<ListenServer> {
  const { settings, fleet, report, log, clock } = deps;
  // A thousand refused connections a second must not become a thousand events.
  const reports = new TokenBucket(5, 50, clock.now());
  const server = await startListenServer({
    ...plan,
    maxConnections: settings.LISTEN_MAX_CONNECTIONS,
    maxPerAddress: settings.LISTEN_MAX_PER_ADDRESS,
    admit: (arrival) => {
      try {
        return fleet.admit(arrival);
      } catch (error) {
        log.error({ event: 'listener.failed', err: error }, 'whether a device may come in could not be decided');
        return { allowed: false, status: 503, message: 'something went wrong here; the log says what' };
      }
    },
    answer: deps.answer,
    onLimit: () => {
      if (reports.take(1, clock.now())) report({ type: 'arrival.refused', protocol: null, reason: 'too_many' });
    },
  });
  const url = urlAt(plan.tls ? 'wss' : 'ws', plan.host, server.port, '');
  log.info({ event: 'listener.listening', url }, 'devices can dial in');
  return server;
}
