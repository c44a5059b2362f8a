import { randomInt } from 'node:crypto';
import type { DeviceConfig } from '../../config/devices-schema.ts';
import type { Clock } from '../../core/clock.ts';
import type { Protocol } from '../../protocols/protocol.ts';
import type { Admission, Arrival } from '../../transport/arrival.ts';
import type { Link, LinkListener } from '../../transport/link.ts';
import type { ArrivalRefusal, FleetEvent } from '../events.ts';
import type { AcceptIndex, Recognition } from './accept-index.ts';
import { type Identity, identityOf } from './identity.ts';
import type { Registrations } from './registrations.ts';
import { type UnknownDevice, UnknownDevices } from './unknown-devices.ts';

/** What an acceptor needs of the fleet. */
export interface AcceptorDeps {
  readonly clock: Clock;
  readonly report: (event: FleetEvent) => void;
  readonly protocols: ReadonlyMap<string, Protocol>;
  readonly index: () => AcceptIndex;
  /** Whether a link of the device would be taken now. */
  readonly isWelcome: (name: string) => boolean;
  /** A device has opened a link. */
  readonly arrived: (name: string, open: (listener: LinkListener) => Link) => void;
  /** Takes an unknown device into the fleet; undefined: it may not. @returns its name */
  readonly adopt: (protocol: string, id: string, isConfirmed?: boolean) => string | undefined;
  readonly registrations: Registrations;
  /** Ends the link of a device: it may be that of another one. */
  readonly drop: (name: string) => void;
}

/** What a device is told that asks, over HTTP and before it dials, how it may. */
export type Provision =
  /** `token`: it bears it from now on; undefined: its entry has one, which it knows already. */
  | { readonly type: 'welcome'; readonly name: string; readonly token: string | undefined }
  /** Its owner must let it in first: it tells them this code. */
  | { readonly type: 'code'; readonly code: string }
  | { readonly type: 'nameless' };

interface Refused {
  readonly protocol: string;
  readonly identity: Identity;
  readonly arrival: Arrival;
  /** Name of the device whose id it says. */
  readonly device?: string;
}

/** Decides which device dials in, and whether it may, before anything is opened for it. */
export class Acceptor {
  readonly #deps: AcceptorDeps;
  readonly #byPath = new Map<string, Protocol[]>();
  readonly #unknown: UnknownDevices;

  constructor(deps: AcceptorDeps) {
    this.#deps = deps;
    this.#unknown = new UnknownDevices(deps.clock);
    for (const protocol of deps.protocols.values()) {
      for (const path of protocol.accept?.paths ?? []) {
        const key = withoutSlash(path);
        this.#byPath.set(key, [...(this.#byPath.get(key) ?? []), protocol]);
      }
    }
  }

  /** Devices that were refused, last seen first. */
  get unknown(): readonly UnknownDevice[] {
    return this.#unknown.list;
  }

  /** Decides on one arrival. Nothing is remembered of one that is let in until its link is there. */
  admit(arrival: Arrival): Admission {
    const protocol = this.#protocolAt(arrival);
    if (protocol?.transport !== (arrival.transport ?? 'websocket')) {
      return this.#refuse(404, 'unknown_path', `no devices dial in at this path: ${this.#paths}`);
    }
    const identity = identityOf(arrival);
    const found = this.#deps.index().find(protocol.id, identity);
    switch (found.type) {
      case 'wrong_token':
        return this.#refuseNoted(401, 'wrong_token', 'this device has another token, or bears none', {
          protocol: protocol.id,
          identity,
          arrival,
          device: found.name,
        });
      case 'known':
        return this.#admitKnown(found.name, protocol, identity);
      case 'unknown': {
        const adopted = this.#deps.adopt(protocol.id, identity.ids[0]);
        if (adopted !== undefined) return this.#admitKnown(adopted, protocol, identity);
        const message = 'this device is not in devices.json: GET /v1/devices/unknown shows an entry for it';
        return this.#refuseNoted(403, 'unknown_device', message, { protocol: protocol.id, identity, arrival });
      }
    }
  }

  /** Which device asks over HTTP, beside its link. Nothing is noted of one that is not known. */
  recognise(protocol: string, arrival: Arrival): Recognition {
    return this.#deps.index().find(protocol, identityOf(arrival));
  }

  /**
   * The protocol whose devices dial in here: of those that share a path, the one whose key the query has; else the one whose device
   * this is, or may be.
   */
  #protocolAt(arrival: Arrival): Protocol | undefined {
    const { path, query } = arrival;
    const protocols = this.#byPath.get(withoutSlash(path)) ?? [];
    const isMarked = ({ accept }: Protocol) => accept?.queryKey !== undefined && query.get(accept.queryKey);
    const marked = protocols.find(isMarked);
    if (marked) return marked;
    const unmarked = protocols.filter(({ accept }) => accept?.queryKey === undefined);
    const identity = identityOf(arrival);
    const index = this.#deps.index();
    return (
      unmarked.find(({ id }) => index.isMeant(id, identity)) ??
      unmarked.find(({ id }) => index.find(id, identity).type !== 'unknown') ??
      unmarked[0]
    );
  }

  /** Says how a device may dial in. Nothing of what it says is proved: a token, once given, goes to the same device only. */
  provision(protocol: string, arrival: Arrival): Provision {
    const { adopt, index, registrations } = this.#deps;
    const { headers } = arrival;
    const identity = { ...identityOf(arrival), token: undefined };
    const [id] = identity.ids;
    if (!headers['device-id']) return { type: 'nameless' };
    const device = index().named(protocol, identity.ids);
    const name = device?.name ?? adopt(protocol, id);
    if (name === undefined) return this.#askForConfirmation('unknown_device', { protocol, identity, arrival });
    // Otherwise any device that asks could have it.
    if (device?.token) return { type: 'welcome', name, token: undefined };
    const token = registrations.issue(protocol, id, headers['client-id'] ?? '');
    if (token === undefined)
      return this.#askForConfirmation('wrong_token', { protocol, identity, arrival, device: name });
    this.#unknown.forget(protocol, identity);
    return { type: 'welcome', name, token };
  }

  /** Whether a device that was told to ask for its confirmation has it. */
  isConfirmed(protocol: string, arrival: Arrival): boolean {
    const { ids } = identityOf(arrival);
    return this.#deps.index().named(protocol, ids) !== undefined && !this.#unknown.list.some(({ id }) => id === ids[0]);
  }

  /** The owner lets the device in that tells this code. @returns its name; undefined: no device tells it */
  confirm(code: string): string | undefined {
    const { adopt, drop, index, registrations } = this.#deps;
    const device = this.#unknown.byCode(code);
    if (!device) return undefined;
    const { protocol, id, client } = device;
    const known = index().named(protocol, [id]);
    const name = known?.name ?? adopt(protocol, id, true);
    if (name === undefined) return undefined;
    if (known) {
      registrations.renew(protocol, id, client);
      drop(name);
    } else registrations.confirm(protocol, id, name, client);
    this.#unknown.forget(protocol, { ids: [id] });
    return name;
  }

  /** The tokens that were given to a device are right no more: the first that asks under its id gets the next one. */
  forgetToken({ name, protocol, id, direction }: DeviceConfig): void {
    const { drop, registrations } = this.#deps;
    if (direction !== 'accept' || id === undefined) return;
    registrations.renew(protocol, id);
    this.#unknown.forget(protocol, { ids: [id] });
    drop(name);
  }

  #askForConfirmation(reason: UnknownDevice['reason'], refused: Refused): Provision {
    const { code = '' } = this.#note(reason, refused, () => this.#newCode());
    return { type: 'code', code };
  }

  #newCode(): string {
    for (;;) {
      const code = String(randomInt(1_000_000)).padStart(6, '0');
      if (!this.#unknown.byCode(code)) return code;
    }
  }

  #admitKnown(name: string, { id, accept }: Protocol, identity: Identity): Admission {
    if (!this.#deps.isWelcome(name)) return this.#refuse(503, 'not_wanted', 'this device is switched off', id);
    this.#unknown.forget(id, identity);
    const { maxMessageBytes } = accept ?? {};
    return { allowed: true, maxMessageBytes, connect: (open) => this.#deps.arrived(name, open) };
  }

  /** A device that could be let in, was its entry another. */
  #refuseNoted(status: 401 | 403, reason: UnknownDevice['reason'], message: string, refused: Refused): Admission {
    this.#note(reason, refused);
    return { allowed: false, status, message };
  }

  #note(
    reason: UnknownDevice['reason'],
    { protocol, identity, arrival, device }: Refused,
    createCode?: () => string,
  ): UnknownDevice {
    const unknown = this.#unknown.refused(protocol, identity, arrival, reason, createCode);
    const { id, address, attempts, code } = unknown;
    this.#deps.report({
      type: 'arrival.refused',
      protocol,
      reason,
      id,
      address,
      attempts,
      ...(device ? { device } : {}),
      ...(code === undefined ? {} : { code }),
    });
    return unknown;
  }

  #refuse(status: 404 | 503, reason: ArrivalRefusal, message: string, protocol: string | null = null): Admission {
    this.#deps.report({ type: 'arrival.refused', protocol, reason });
    return { allowed: false, status, message };
  }

  get #paths(): string {
    return [...this.#byPath.keys()].join(', ');
  }
}

function withoutSlash(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}
