import { hostname, networkInterfaces } from 'node:os';
import type { Clock } from './core/clock.ts';
import { TokenBucket } from './core/token-bucket.ts';
import { startAddressBroadcast } from './discovery/address-broadcast.ts';
import { announcements } from './discovery/announcements.ts';
import { Announcer } from './discovery/announcer.ts';
import { ownAddresses, urlAt } from './discovery/own-addresses.ts';
import { qrCode } from './discovery/qr-code.ts';
import { isAt } from './discovery/same-device.ts';
import { ServiceFinder } from './discovery/service-finder.ts';
import type { FoundService } from './discovery/service-records.ts';
import { type DiscoverySettings, mdnsName } from './discovery-settings.ts';
import type { Fleet } from './fleet/fleet.ts';
import type { EventBus } from './telemetry/event-bus.ts';
import type { Log } from './telemetry/log.ts';

/** Where devices dial in: all boards know this path, those with a protocol of their own another one. */
const DEVICE_PATH = '/ws';

/** Devices that were found are logged so often, and so many in one go: any machine of the network can announce as many as it likes. */
const REPORTS_PER_SECOND = 1;
const REPORTS_AT_ONCE = 200;

/** What discovery is started with. */
export interface StartDiscoveryDeps {
  readonly settings: DiscoverySettings & { readonly HOST: string };
  readonly clock: Clock;
  readonly version: string;
  readonly log: Log;
  readonly bus: Pick<EventBus, 'subscribe'>;
  readonly fleet: Pick<Fleet, 'list' | 'reconnect'>;
  /** Port of the REST API. */
  readonly restPort: number;
  /** Where devices dial in; undefined: nowhere. */
  readonly listener: { readonly host: string; readonly port: number; readonly isSecure: boolean } | undefined;
  /** Default: the terminal. */
  readonly print?: (text: string) => void;
}

/** What was found, and the way to end it. */
export interface Discovery {
  /** Services that devices announce, oldest first; undefined: they are not looked for. */
  readonly services: (() => readonly FoundService[]) | undefined;
  close(): Promise<void>;
}

/** Tells the network of this machine, and finds devices on it, as far as the settings want it. A network that does not allow it costs nothing else. */
export async function startDiscovery(deps: StartDiscoveryDeps): Promise<Discovery> {
  const { settings, log, clock, listener } = deps;
  const closers: (() => Promise<void> | void)[] = [];
  const warn = (what: string) => (error: Error) =>
    log.warn({ event: 'discovery.failed', error: error.message }, `${what}: ${error.message}`);
  listAddresses(deps);
  if (!listener && (settings.UDP_BROADCAST || settings.PRINT_QR)) {
    const names = ['UDP_BROADCAST', 'PRINT_QR'] as const;
    const wanted = names.filter((name) => settings[name]).join(' and ');
    log.warn({ event: 'discovery.warning' }, `${wanted} tell where devices dial in: set LISTEN_PORT as well`);
  }
  if (listener && settings.UDP_BROADCAST) {
    const stop = startAddressBroadcast({
      port: settings.BROADCAST_PORT,
      intervalMs: settings.BROADCAST_INTERVAL_SEC * 1_000,
      clock,
      broadcasts: () =>
        ownAddresses(listener.host, networkInterfaces()).flatMap(({ address, broadcast }) =>
          broadcast === undefined ? [] : [{ from: address, to: broadcast, text: deviceUrl(listener, address) }],
        ),
      onProblem: warn('the address is not told over UDP'),
      onRecovered: () => log.info({ event: 'discovery.recovered' }, 'the address is told over UDP again'),
    });
    closers.push(stop);
  }
  if (settings.MDNS_ADVERTISE) closers.push(await announce(deps, warn('this machine is not announced over mDNS')));
  let finder: ServiceFinder | undefined;
  if (settings.MDNS_DISCOVER) {
    const reports = new TokenBucket(REPORTS_PER_SECOND, REPORTS_AT_ONCE, clock.now());
    finder = new ServiceFinder({
      clock,
      onFound: (service) => {
        const isKnown = dialAtOnce(service, deps);
        if (!isKnown && reports.take(1, clock.now())) logFound(service, deps);
      },
      // One that has started anew tells the same as before.
      onAnnounced: (service) => dialAtOnce(service, deps),
      onProblem: warn('devices are not found over mDNS'),
    });
    await finder.start();
    closers.push(() => finder?.close());
  }
  return {
    services: finder && (() => finder.services),
    close: async () => {
      for (const closer of closers) await closer();
    },
  };
}

/** Tells at start where devices dial in, by interface. */
function listAddresses({ listener, log, settings, print = printToTerminal }: StartDiscoveryDeps): void {
  if (!listener) return;
  const addresses = ownAddresses(listener.host, networkInterfaces());
  for (const { interfaceName, address } of addresses) {
    const url = deviceUrl(listener, address);
    log.info({ event: 'listener.address', interface: interfaceName, url }, `devices on ${interfaceName} dial ${url}`);
  }
  const [first] = addresses;
  if (settings.PRINT_QR && first) print(qrCode(deviceUrl(listener, first.address)));
}

function printToTerminal(text: string): void {
  process.stderr.write(text);
}

function deviceUrl({ port, isSecure }: { readonly port: number; readonly isSecure: boolean }, address: string): string {
  return urlAt(isSecure ? 'wss' : 'ws', address, port, DEVICE_PATH);
}

/** Announces this machine, and anew when devices.json changes. */
async function announce(deps: StartDiscoveryDeps, onProblem: (error: Error) => void): Promise<() => Promise<void>> {
  const { settings, version, log, bus, fleet, restPort, listener } = deps;
  const isOutside = !/^(127\.|::1$|localhost$)/.test(settings.HOST);
  const host = `dialtone-${hostname().replace(/\..*$/, '')}`;
  const announcer = await Announcer.open({ clock: deps.clock, host, onProblem });
  const set = () => {
    const pins = fleet.list().filter(({ config }) => config.protocol === 'hotpin' || config.protocol === 'hotpin-v1');
    const wanted = announcements({
      name: mdnsName(settings),
      hotpinName: settings.HOTPIN_NAME,
      version,
      restPort: isOutside ? restPort : undefined,
      listener,
      hotpin: { count: pins.length, needsToken: pins.some(({ config }) => config.token !== undefined) },
    });
    if (wanted.length === 0) {
      const text = 'this machine is not announced over mDNS: set LISTEN_PORT, or HOST to an address that others reach';
      log.warn({ event: 'discovery.warning' }, text);
    }
    announcer.set(wanted);
  };
  set();
  const unsubscribe = bus.subscribe((event) => {
    if (event.type === 'config.reloaded') set();
  });
  return async () => {
    unsubscribe();
    await announcer.close();
  };
}

/**
 * A device that waits for its next dial has just come: it is dialled at once.
 * @returns whether it is in devices.json
 */
function dialAtOnce(service: FoundService, { fleet }: StartDiscoveryDeps): boolean {
  const known = fleet.list().filter(({ config }) => isAt(config, service));
  for (const { config, state } of known) if (state === 'backoff') fleet.reconnect(config.name);
  return known.length > 0;
}

function logFound({ type, instance, host, port }: FoundService, { log }: StartDiscoveryDeps): void {
  log.info({ event: 'discovery.found', service: type, name: instance, host, port }, 'a device was found over mDNS');
}
