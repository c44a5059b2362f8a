import { isIP } from 'node:net';
import type { Clock } from '../core/clock.ts';
import type { DnsQuestion, DnsRecord } from './dns-records.ts';

/** One service that a machine of the network announces. Everything in it is the announcer's own word. Times are wall-clock milliseconds. */
export interface FoundService {
  /** Its kind, as in `_wyoming._tcp`. */
  readonly type: string;
  /** What it calls itself, any text. */
  readonly instance: string;
  /** Host name, as a rule one that ends in `.local`. */
  readonly host: string;
  /** 1-65535. */
  readonly port: number;
  /** IP addresses of the host, as far as they were told. */
  readonly addresses: readonly string[];
  /** What else it tells: names in lower case. */
  readonly txt: ReadonlyMap<string, string>;
  readonly firstSeenAt: number;
  readonly lastSeenAt: number;
}

/** So many services of one type are remembered; further ones are not looked at. */
export const MAX_SERVICES = 200;

/** So many addresses of one service. */
const MAX_ADDRESSES = 16;

/** So many pairs of a TXT record, and so many bytes of each: RFC 6763 has 255. */
const MAX_TXT_PAIRS = 32;

/** Nothing is remembered for longer than this, whatever its announcer wants, seconds: what RFC 6762 recommends for names that rarely change. */
const MAX_TTL_SECONDS = 4_500;

/** A service that said goodbye is gone after this time, milliseconds (RFC 6762, section 10.1). */
const GOODBYE_MS = 1_000;

interface Address {
  readonly address: string;
  readonly expiresAt: number;
}

interface Instance {
  readonly type: string;
  readonly fqdn: string;
  readonly firstSeenAt: number;
  lastSeenAt: number;
  /** Monotonic milliseconds, as those of its parts. */
  expiresAt: number;
  srv: { readonly host: string; readonly port: number; readonly expiresAt: number } | undefined;
  txt: ReadonlyMap<string, string> | undefined;
  addresses: readonly Address[];
  /** What was last told of it, to see a change. */
  told: string;
}

/** DNS compares the letters of ASCII without case. */
const key = (name: string): string => name.toLowerCase();

/**
 * The cache of what mDNS announces of some types of services (RFC 6762, 6763): it keeps what belongs to these, as long as it counts, and never
 * more than {@link MAX_SERVICES} of a type, whatever the network sends.
 */
export class ServiceRecords {
  readonly #clock: Clock;
  readonly #instances: ReadonlyMap<string, Map<string, Instance>>;

  /** @param types as in `_wyoming._tcp` */
  constructor(types: readonly string[], clock: Clock) {
    this.#clock = clock;
    this.#instances = new Map(types.map((type) => [type, new Map<string, Instance>()]));
  }

  /** Everything that is complete and still counts, oldest first. */
  get list(): readonly FoundService[] {
    return this.#all().flatMap((instance) => {
      const service = serviceOf(instance);
      return service ? [service] : [];
    });
  }

  /** What was announced but not all of it: to be asked for. */
  get missing(): readonly DnsQuestion[] {
    return this.#all().flatMap((instance): DnsQuestion[] => {
      if (!instance.srv) {
        return [
          { name: instance.fqdn, type: 'SRV' },
          { name: instance.fqdn, type: 'TXT' },
        ];
      }
      return instance.addresses.length > 0 ? [] : [{ name: instance.srv.host, type: 'A' }];
    });
  }

  /**
   * Takes the records of one answer, in any order.
   * @returns services that came, or came anew, or have another port, host or address than before
   */
  take(records: readonly DnsRecord[]): readonly FoundService[] {
    for (const record of records) if (record.type === 'PTR') this.#takePointer(record.name, record.data, ttlOf(record));
    for (const record of records) if (record.type === 'SRV' || record.type === 'TXT') this.#takePart(record);
    const all = this.#all();
    for (const record of records)
      if (record.type === 'A' || record.type === 'AAAA')
        this.#takeAddress(all, record.name, record.data, ttlOf(record));
    return all.flatMap((instance) => {
      const service = serviceOf(instance);
      if (!service) return [];
      const told = `${service.host}:${service.port} ${service.addresses.join(' ')}`;
      if (told === instance.told) return [];
      instance.told = told;
      return [service];
    });
  }

  /** Services that have told of themselves in these records, taken before: whether anything is new or not. Those that say goodbye are not among them. */
  namedIn(records: readonly DnsRecord[]): readonly FoundService[] {
    const names = new Set<string>();
    for (const record of records) {
      if (ttlOf(record) === 0) continue;
      if (record.type === 'SRV') names.add(key(record.name));
      if (record.type === 'PTR' && typeof record.data === 'string') names.add(key(record.data));
    }
    return this.#all().flatMap((instance) => {
      const service = names.has(key(instance.fqdn)) ? serviceOf(instance) : undefined;
      return service ? [service] : [];
    });
  }

  #takePointer(name: string, target: unknown, ttl: number): void {
    const [type, known] = [...this.#instances].find(([one]) => key(name) === `${one}.local`) ?? [];
    if (!type || !known || typeof target !== 'string') return;
    if (!key(target).endsWith(`.${type}.local`) || target.length > 255) return;
    const found = known.get(key(target));
    const now = this.#clock.now();
    if (ttl === 0) {
      if (found) found.expiresAt = Math.min(found.expiresAt, now + GOODBYE_MS);
      return;
    }
    const lastSeenAt = this.#clock.wallNow();
    const expiresAt = now + ttl * 1_000;
    if (found) {
      found.lastSeenAt = lastSeenAt;
      found.expiresAt = expiresAt;
    } else if (known.size < MAX_SERVICES) {
      const fresh = { type, fqdn: target, firstSeenAt: lastSeenAt, lastSeenAt, expiresAt, told: '', addresses: [] };
      known.set(key(target), { ...fresh, srv: undefined, txt: undefined });
    }
  }

  #takePart(record: DnsRecord & { readonly type: 'SRV' | 'TXT' }): void {
    const instance = this.#byName(record.name);
    if (!instance) return;
    if (record.type === 'TXT') {
      instance.txt = pairsOf(record.data);
      return;
    }
    const { port, target: host } = record.data;
    const ttl = ttlOf(record);
    if (ttl === 0 || !isHost(host) || port < 1) {
      instance.srv = undefined;
      return;
    }
    if (instance.srv && key(instance.srv.host) !== key(host)) instance.addresses = [];
    instance.srv = { host, port, expiresAt: this.#clock.now() + ttl * 1_000 };
  }

  #takeAddress(all: readonly Instance[], name: string, address: unknown, ttl: number): void {
    if (typeof address !== 'string' || isIP(address) === 0) return;
    const expiresAt = this.#clock.now() + ttl * 1_000;
    for (const instance of all) {
      if (!instance.srv || key(instance.srv.host) !== key(name)) continue;
      const others = instance.addresses.filter((one) => one.address !== address);
      const isFull = others.length >= MAX_ADDRESSES;
      // Sorted: hosts tell their addresses in turns.
      instance.addresses = (ttl === 0 || isFull ? others : [...others, { address, expiresAt }]).sort((a, b) =>
        a.address < b.address ? -1 : 1,
      );
    }
  }

  #byName(name: string): Instance | undefined {
    for (const known of this.#instances.values()) {
      const instance = known.get(key(name));
      if (instance) return instance;
    }
    return undefined;
  }

  /** All that still count; the others are forgotten. */
  #all(): readonly Instance[] {
    const now = this.#clock.now();
    const all: Instance[] = [];
    for (const known of this.#instances.values()) {
      for (const [name, instance] of known) {
        if (instance.expiresAt <= now) {
          known.delete(name);
          continue;
        }
        if (instance.srv && instance.srv.expiresAt <= now) {
          instance.srv = undefined;
          // It comes anew when it is there again.
          instance.told = '';
        }
        instance.addresses = instance.addresses.filter(({ expiresAt }) => expiresAt > now);
        all.push(instance);
      }
    }
    return all;
  }
}

function serviceOf({ type, fqdn, srv, txt, addresses, firstSeenAt, lastSeenAt }: Instance): FoundService | undefined {
  if (!srv) return undefined;
  return {
    type,
    instance: fqdn.slice(0, -`.${type}.local`.length),
    host: srv.host,
    port: srv.port,
    addresses: addresses.map(({ address }) => address),
    txt: txt ?? new Map(),
    firstSeenAt,
    lastSeenAt,
  };
}

/** How long a record counts, seconds. */
function ttlOf(record: DnsRecord): number {
  const ttl = 'ttl' in record ? record.ttl : undefined;
  return Math.min(ttl ?? 120, MAX_TTL_SECONDS);
}

function isHost(host: string): boolean {
  return host.length <= 253 && /^[\p{L}\p{N}_.-]+$/u.test(host);
}

/** The pairs of a TXT record (RFC 6763, section 6). */
function pairsOf(data: unknown): ReadonlyMap<string, string> {
  const pairs = new Map<string, string>();
  for (const part of (Array.isArray(data) ? data : [data]).slice(0, MAX_TXT_PAIRS)) {
    const text = Buffer.isBuffer(part) ? part.toString('utf8') : String(part ?? '');
    const [name = '', ...rest] = text.split('=');
    // Of a name that is there twice, the first counts.
    if (name !== '' && !pairs.has(name.toLowerCase())) pairs.set(name.toLowerCase(), rest.join('='));
  }
  return pairs;
}
