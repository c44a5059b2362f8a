import type { DnsQuestion, DnsRecord } from './dns-records.ts';

/** One service that is announced over mDNS. */
export interface Announcement {
  /** Without underscores: `dialtone` for `_dialtone._tcp`. */
  readonly type: string;
  /** What people see. */
  readonly name: string;
  readonly port: number;
  readonly txt: Readonly<Record<string, string>>;
}

/** Under which types there are services at all (RFC 6763, section 9). */
const ALL_TYPES = '_services._dns-sd._udp.local';

/** What RFC 6762, section 10 recommends, seconds: for records with a host name or an address, and for others. */
const HOST_TTL = 120;
const OTHER_TTL = 4_500;

/** A machine that has a different service under this name. */
export type Conflict = 'none' | 'theirs_is_later' | 'theirs_is_earlier';

/** Full name of a service. */
export function fullName({ type, name }: Pick<Announcement, 'type' | 'name'>): string {
  return `${name}._${type}._tcp.local`;
}

/**
 * Everything that is told of a service.
 * @param host as in `dialtone-pi.local`
 * @param address of this machine, on the interface on which it is told
 * @param isGoodbye it ends: others forget it
 */
export function recordsOf(
  announcement: Announcement,
  host: string,
  address: string,
  isGoodbye = false,
): readonly DnsRecord[] {
  const { type, port, txt } = announcement;
  const name = fullName(announcement);
  const ttl = (seconds: number) => (isGoodbye ? 0 : seconds);
  const service = `_${type}._tcp.local`;
  const pairs = Object.entries(txt).map(([key, value]) => `${key}=${value}`);
  return [
    { type: 'PTR', name: service, ttl: ttl(OTHER_TTL), data: name },
    { type: 'SRV', name, ttl: ttl(HOST_TTL), flush: true, data: { port, target: host, priority: 0, weight: 0 } },
    { type: 'TXT', name, ttl: ttl(OTHER_TTL), flush: true, data: pairs },
    // The host stays when one of its services ends.
    ...(isGoodbye
      ? []
      : ([
          { type: 'PTR', name: ALL_TYPES, ttl: OTHER_TTL, data: service },
          { type: 'A', name: host, ttl: HOST_TTL, flush: true, data: address },
        ] satisfies DnsRecord[])),
  ];
}

/**
 * The records that answer questions, and those that the asker will want next.
 * @param known what it has already (RFC 6762, section 7.1)
 */
export function answersTo(
  questions: readonly DnsQuestion[],
  known: readonly DnsRecord[],
  records: readonly DnsRecord[],
): { readonly answers: readonly DnsRecord[]; readonly additionals: readonly DnsRecord[] } {
  const fits = (record: DnsRecord) =>
    questions.some(
      ({ name, type }) => sameName(name, record.name) && ((type as string) === 'ANY' || type === record.type),
    );
  const isKnown = (record: DnsRecord) =>
    record.type === 'PTR' &&
    known.some(
      (one) =>
        one.type === 'PTR' &&
        sameName(one.name, record.name) &&
        sameName(one.data, record.data) &&
        (one.ttl ?? 0) >= (record.ttl ?? 0) / 2,
    );
  const answers = records.filter((record) => fits(record) && !isKnown(record));
  const wanted = answers.some(({ type }) => type === 'PTR' || type === 'SRV');
  return { answers, additionals: wanted ? records.filter((one) => one.type !== 'PTR' && !answers.includes(one)) : [] };
}

/** Whether another machine has a service of this name, and which of the two keeps it: the later in order, as RFC 6762, section 8.2. */
export function conflictOf(announcement: Announcement, host: string, records: readonly DnsRecord[]): Conflict {
  const name = fullName(announcement);
  for (const record of records) {
    if (record.type !== 'SRV' || !sameName(record.name, name) || record.ttl === 0) continue;
    const theirs = `${record.data.target.toLowerCase()} ${record.data.port}`;
    const ours = `${host.toLowerCase()} ${announcement.port}`;
    if (theirs !== ours) return theirs > ours ? 'theirs_is_later' : 'theirs_is_earlier';
  }
  return 'none';
}

function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
