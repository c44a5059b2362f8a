import type { Clock, Timer } from '../core/clock.ts';
import { type Announcement, answersTo, conflictOf, fullName, recordsOf } from './announced-records.ts';
import type { DnsRecord } from './dns-records.ts';
import { type Asked, type MdnsSockets, openMdnsSockets } from './mdns-sockets.ts';

/** Whether a name is free is asked so often, and so far apart, milliseconds (RFC 6762, section 8.1). */
const PROBES = 3;
const PROBE_PAUSE_MS = 250;

/** A service is told of so often, the first pause being this, milliseconds; it doubles (RFC 6762, section 8.3). */
const TELLINGS = 3;
const TELLING_PAUSE_MS = 1_000;

/** The interfaces of this machine are looked at so often, milliseconds. */
const REFRESH_MS = 30_000;

/** More names than this are not tried: something answers to everything. */
const MAX_RENAMES = 20;

/** One service on its way. */
interface Announced {
  readonly wanted: Announcement;
  /** With the name that is free. */
  current: Announcement;
  renames: number;
  /** Probing has found nothing: it is told, and questions are answered. */
  isOwned: boolean;
  timer: Timer | undefined;
}

/** What an announcer is opened with. */
export interface AnnouncerOptions {
  readonly clock: Clock;
  /** Name of this machine without `.local`; it gets addresses of its own and is not that of the system. */
  readonly host: string;
  /** The network of this machine does not allow it, or a name is taken by all means. */
  readonly onProblem: (error: Error) => void;
  /** Default: the machine's. */
  readonly open?: typeof openMdnsSockets;
}

/**
 * Announces services over mDNS, on every interface (RFC 6762, 6763): asks whether their names are free and takes others if not, tells of them, answers
 * questions, says goodbye. Packets and sockets are the work of `multicast-dns`, which announces nothing by itself. The libraries that do were tried:
 * `@homebridge/ciao` 1.3.12 does not see the interfaces of containers (`eth0@if12`), runs `ip` every few seconds and rewrites stack traces of the
 * process; `bonjour-service` 1.4.4 speaks on one interface, keeps old addresses and prints to the console when a name is taken.
 */
export class Announcer {
  readonly #clock: Clock;
  readonly #host: string;
  readonly #onProblem: (error: Error) => void;
  readonly #services = new Map<string, Announced>();
  #sockets: MdnsSockets | undefined;
  #timer: Timer | undefined;

  private constructor({ clock, host, onProblem }: AnnouncerOptions) {
    this.#clock = clock;
    const label = host.replace(/[^A-Za-z0-9-]+/g, '-').replace(/^-+|-+$/g, '');
    this.#host = `${label.slice(0, 60) || 'dialtone'}.local`;
    this.#onProblem = onProblem;
  }

  static async open(options: AnnouncerOptions): Promise<Announcer> {
    const announcer = new Announcer(options);
    announcer.#sockets = await (options.open ?? openMdnsSockets)({
      port: 'shared',
      onAnswer: (records) => announcer.#heard(records),
      onAsked: (asked) => announcer.#asked(asked),
      onProblem: options.onProblem,
    });
    announcer.#refresh();
    return announcer;
  }

  /** The names under which services are announced now: those that were wanted, or with a number. */
  get names(): readonly string[] {
    return [...this.#services.values()].filter(({ isOwned }) => isOwned).map(({ current }) => current.name);
  }

  /** Announces these and no others. */
  set(wanted: readonly Announcement[]): void {
    const byKey = new Map(wanted.map((one) => [JSON.stringify(one), { ...one, name: labelOf(one.name) }]));
    const gone = [...this.#services].filter(([key]) => !byKey.has(key));
    for (const [key] of gone) this.#services.delete(key);
    void this.#goodbye(gone.map(([, service]) => service));
    for (const [key, announcement] of byKey) {
      if (this.#services.has(key)) continue;
      const service: Announced = {
        wanted: announcement,
        current: announcement,
        renames: 0,
        isOwned: false,
        timer: undefined,
      };
      this.#services.set(key, service);
      this.#probe(service, 0);
    }
  }

  /** Says goodbye. */
  async close(): Promise<void> {
    this.#clock.clearTimer(this.#timer);
    const all = [...this.#services.values()];
    this.#services.clear();
    await this.#goodbye(all);
    this.#sockets?.close();
    this.#sockets = undefined;
  }

  #refresh(): void {
    if (this.#sockets?.refresh())
      for (const service of this.#services.values()) if (service.isOwned) this.#tell(service, 0);
    this.#timer = this.#clock.setTimer(() => this.#refresh(), REFRESH_MS);
  }

  #probe(service: Announced, done: number): void {
    if (done === PROBES) {
      service.isOwned = true;
      this.#tell(service, 0);
      return;
    }
    this.#sockets?.ask([{ name: fullName(service.current), type: 'ANY' as never }]);
    service.timer = this.#clock.setTimer(() => this.#probe(service, done + 1), PROBE_PAUSE_MS);
  }

  #tell(service: Announced, done: number): void {
    this.#clock.clearTimer(service.timer);
    void this.#sockets?.tell((address) => recordsOf(service.current, this.#host, address));
    if (done + 1 < TELLINGS) {
      service.timer = this.#clock.setTimer(() => this.#tell(service, done + 1), TELLING_PAUSE_MS * 2 ** done);
    }
  }

  async #goodbye(services: readonly Announced[]): Promise<void> {
    for (const { timer } of services) this.#clock.clearTimer(timer);
    const owned = services.filter(({ isOwned }) => isOwned);
    if (owned.length === 0) return;
    await this.#sockets?.tell((address) =>
      owned.flatMap(({ current }) => recordsOf(current, this.#host, address, true)),
    );
  }

  /** Another machine told of something: of a service with a name of ours, perhaps. */
  #heard(records: readonly DnsRecord[]): void {
    for (const service of this.#services.values()) {
      const conflict = conflictOf(service.current, this.#host, records);
      if (conflict === 'none') continue;
      // Who probes gives way to who has it; of two that have it, the earlier in order gives way.
      if (!service.isOwned || conflict === 'theirs_is_later') this.#rename(service);
      else this.#tell(service, TELLINGS - 1);
    }
  }

  #rename(service: Announced): void {
    this.#clock.clearTimer(service.timer);
    service.isOwned = false;
    service.renames++;
    if (service.renames > MAX_RENAMES) {
      const error = `"${service.wanted.name}" and ${MAX_RENAMES} names like it are taken`;
      this.#onProblem(new Error(error));
      return;
    }
    const suffix = ` (${service.renames + 1})`;
    service.current = { ...service.wanted, name: `${clip(service.wanted.name, 63 - suffix.length)}${suffix}` };
    this.#probe(service, 0);
  }

  #asked({ questions, known, address, reply }: Asked): void {
    for (const { current, isOwned } of this.#services.values()) {
      if (!isOwned) continue;
      const { answers, additionals } = answersTo(questions, known, recordsOf(current, this.#host, address));
      if (answers.length > 0) reply(answers, additionals);
    }
  }
}

/** The name as the one label that it must be (RFC 6763, section 4.1.1): in the names that `multicast-dns` takes, a dot begins the next label. */
function labelOf(name: string): string {
  return clip(name.replaceAll('.', '-'), 63) || 'dialtone';
}

/** The beginning of a text, in whole characters. @param bytes of UTF-8 at most */
function clip(text: string, bytes: number): string {
  const signs = [...text];
  while (Buffer.byteLength(signs.join('')) > bytes) signs.pop();
  return signs.join('');
}
