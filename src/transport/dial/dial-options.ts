import { isIPv6, type LookupFunction } from 'node:net';
import type { ClientOptions } from 'ws';
import type { DeviceAccess } from '../../config/access/device-access.ts';
import { normaliseHost } from '../../config/host.ts';
import type { Clock } from '../../core/clock.ts';
import { DialtoneError } from '../../core/errors.ts';
import { type AddressPolicy, checkHost, cidrList } from './address-guard.ts';
import { createGuardedLookup, type Resolver } from './guarded-lookup.ts';
import { LookupSlots, lookupLimit } from './lookup-slots.ts';
import { secureConnection } from './secure-connection.ts';

/** Names that may wait for a look-up; there are never more dials than that at once. */
const MAX_WAITING_LOOKUPS = 1_000;

/**
 * How long one address of a name may take before the next is tried too, milliseconds. Node's 250 ms is too short for
 * Wi-Fi: the first answer after a device's radio slept takes longer.
 */
const NEXT_ADDRESS_AFTER_MS = 2_000;

/** What a dialer is made with. */
export interface DialerOptions {
  /** `ALLOW_LOOPBACK`. */
  readonly allowLoopback: boolean;
  /** `DEVICE_CIDRS`; undefined: no restriction. */
  readonly cidrs?: readonly string[] | undefined;
  readonly clock: Clock;
  /** Default: the machine's own. */
  readonly resolve?: Resolver;
}

/** Where a device is and how it is addressed: a DeviceConfig has all of it. */
interface DialTarget extends DeviceAccess {
  readonly host: string;
  /** 1-65535. */
  readonly port: number;
}

/** Options of a WebSocket that ws hands on to node:http and node:net; its type declarations do not know them all. */
type DialOptions = ClientOptions & {
  readonly lookup: LookupFunction;
  readonly autoSelectFamily: boolean;
  readonly autoSelectFamilyAttemptTimeout: number;
};

/** Everything that a WebSocket needs for one dial. Holds secrets: never log it. */
interface DialPlan {
  /** `ws://` or `wss://`, an IPv6 address in brackets. */
  readonly url: string;
  readonly options: DialOptions;
}

/** Says how devices are dialled, and refuses what must not be. */
export interface Dialer {
  /**
   * Right before a dial. Reads `ca_file`, so that a renewed one counts.
   * @param path of the URL, with its slash
   * @throws DialtoneError `address_refused`, `auth_failed` (`ca_file` cannot be used)
   */
  prepare(device: DialTarget, path: string): DialPlan;
}

/** Makes the one dialer of the process: its limit of look-ups counts for the whole fleet. */
export function createDialer({ allowLoopback, cidrs, clock, resolve }: DialerOptions): Dialer {
  const policy: AddressPolicy = { allowLoopback, cidrs: cidrs && cidrList(cidrs) };
  const slots = new LookupSlots(lookupLimit(process.env.UV_THREADPOOL_SIZE), MAX_WAITING_LOOKUPS);
  const lookup = createGuardedLookup({ policy, clock, slots, resolve });
  return {
    prepare: (device, path) => {
      const host = checkedHost(device.host, policy);
      const scheme = device.tls ? 'wss' : 'ws';
      return {
        url: `${scheme}://${isIPv6(host) ? `[${host}]` : host}:${device.port}${path}`,
        options: {
          headers: headersOf(device),
          lookup,
          autoSelectFamily: true,
          autoSelectFamilyAttemptTimeout: NEXT_ADDRESS_AFTER_MS,
          ...(device.tls && { createConnection: secureConnection(device.tls) }),
        },
      };
    },
  };
}

function checkedHost(given: string, policy: AddressPolicy): string {
  const host = normaliseHost(given);
  if (host === undefined) throw new DialtoneError('address_refused', `"${given}" is no host name and no IP address`);
  const verdict = checkHost(host, policy);
  if (!verdict.ok) throw new DialtoneError('address_refused', `the device is not dialled: ${verdict.reason}`);
  return host;
}

function headersOf({ headers, token, tls, allowPlaintextToken }: DialTarget): Record<string, string> {
  const all: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) all[name] = value.reveal();
  if (token && (tls || allowPlaintextToken)) all.Authorization = `Bearer ${token.reveal()}`;
  return all;
}
