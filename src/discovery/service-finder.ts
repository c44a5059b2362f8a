import type { Clock, Timer } from '../core/clock.ts';
import { type MdnsSockets, openMdnsSockets } from './mdns-sockets.ts';
import { type FoundService, ServiceRecords } from './service-records.ts';

/** Types of services that belong to voice devices: ESPHome boards, Wyoming satellites, and devices that speak a protocol of ours. */
const SERVICE_TYPES = ['_esphomelib._tcp', '_wyoming._tcp', '_dialtone-device._tcp'] as const;

/** Pauses between questions, milliseconds; the last one repeats. Most answers come to the first; a sleeping radio misses some. */
const PAUSES_MS = [1_000, 2_000, 6_000, 60_000] as const;

/** What was told in part is asked for after this time, milliseconds: the rest often follows by itself. */
const MISSING_AFTER_MS = 250;

/** So often at most is asked for what is missing, milliseconds. */
const MISSING_SPACING_MS = 2_000;

/** What comes within this time of a question of ours is taken for its answer, milliseconds: RFC 6762, section 6, lets a machine wait 500 at most. */
const ANSWER_MS = 1_500;

/** What a finder is started with. */
export interface ServiceFinderDeps {
  readonly clock: Clock;
  /** A service came, or came anew, or moved. */
  readonly onFound: (service: FoundService) => void;
  /** A service told of itself without being asked, as it does when it starts; it need not be new. Told after `onFound`. */
  readonly onAnnounced: (service: FoundService) => void;
  /** The network of this machine does not allow it; it is tried again. */
  readonly onProblem: (error: Error) => void;
  /** Default: the machine's. */
  readonly open?: typeof openMdnsSockets;
}

/** Finds the services that devices announce over mDNS. */
export class ServiceFinder {
  readonly #deps: ServiceFinderDeps;
  readonly #records: ServiceRecords;
  #sockets: MdnsSockets | undefined;
  #timer: Timer | undefined;
  #missingTimer: Timer | undefined;
  #missingAskedAt = Number.NEGATIVE_INFINITY;
  #askedAt = Number.NEGATIVE_INFINITY;
  #asked = 0;
  #closed = false;

  constructor(deps: ServiceFinderDeps) {
    this.#deps = deps;
    this.#records = new ServiceRecords(SERVICE_TYPES, deps.clock);
  }

  /** What is there, oldest first. */
  get services(): readonly FoundService[] {
    return this.#records.list;
  }

  async start(): Promise<void> {
    const { onProblem, open = openMdnsSockets } = this.#deps;
    const sockets = await open({ port: 'shared', onAnswer: (records) => this.#take(records), onProblem });
    if (this.#closed) return sockets.close();
    this.#sockets = sockets;
    this.#ask();
  }

  close(): void {
    this.#closed = true;
    this.#deps.clock.clearTimer(this.#timer);
    this.#deps.clock.clearTimer(this.#missingTimer);
    this.#sockets?.close();
  }

  #ask(): void {
    this.#sockets?.refresh();
    this.#askedAt = this.#deps.clock.now();
    this.#sockets?.ask(SERVICE_TYPES.map((type) => ({ name: `${type}.local`, type: 'PTR' })));
    const pause = PAUSES_MS[Math.min(this.#asked++, PAUSES_MS.length - 1)] ?? 60_000;
    this.#timer = this.#deps.clock.setTimer(() => this.#ask(), pause);
  }

  #take(records: Parameters<ServiceRecords['take']>[0]): void {
    if (this.#closed) return;
    const { clock, onAnnounced, onFound } = this.#deps;
    for (const service of this.#records.take(records)) onFound(service);
    if (clock.now() - Math.max(this.#askedAt, this.#missingAskedAt) > ANSWER_MS) {
      for (const service of this.#records.namedIn(records)) onAnnounced(service);
    }
    if (this.#missingTimer || this.#records.missing.length === 0) return;
    const wait = Math.max(MISSING_AFTER_MS, this.#missingAskedAt + MISSING_SPACING_MS - clock.now());
    this.#missingTimer = clock.setTimer(() => {
      this.#missingTimer = undefined;
      this.#missingAskedAt = clock.now();
      this.#sockets?.ask(this.#records.missing);
    }, wait);
  }
}
