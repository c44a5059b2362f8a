import type { Clock, Timer } from '../../core/clock.ts';
import { DialtoneError } from '../../core/errors.ts';
import { TokenBucket } from '../../core/token-bucket.ts';
import type { Admission, Arrival } from '../arrival.ts';
import { clip } from '../link-close.ts';
import { checkOffer, type OfferCheck } from './offer.ts';
import { type IcePlan, Peer, type PeerListener } from './peer.ts';
import { WebRtcLink } from './webrtc-link.ts';
import { loadWerift } from './werift.ts';

/** How long a device may take from its answer to the first secure packet, milliseconds. */
const HANDSHAKE_TIMEOUT_MS = 20_000;

/** Devices at once that have an answer and are not connected yet: each has a socket and may make us work. */
const MAX_PENDING = 32;

/** The same of one address. */
const MAX_PENDING_PER_ADDRESS = 8;

/** What {@link WebRtcOffers} is made with. */
export interface WebRtcOffersDeps {
  readonly clock: Clock;
  readonly ice: IcePlan;
  /** Sessions at once, those that are not connected yet among them. */
  readonly maxSessions: number;
  /** Whether a device may open a link. Must not throw. */
  readonly admit: (arrival: Arrival) => Admission;
  /** An offer was refused for one of the limits. Called for some of many. */
  readonly onLimit: () => void;
  /** Something about this machine or its settings keeps devices away: a sentence for its owner. Called for some of many. */
  readonly onProblem: (problem: string) => void;
  /** A defect of ours; the device is told no more than that. */
  readonly onError: (error: unknown) => void;
}

/** What a device is told that has made an offer. */
export type OfferResult =
  | { readonly ok: true; readonly sdp: string }
  | { readonly ok: false; readonly status: 400 | 401 | 403 | 404 | 500 | 503; readonly error: string };

interface Pending {
  readonly peer: Peer;
  readonly address: string;
  readonly timer: Timer;
}

/** Takes the offers of devices that dial in over WebRTC. A link is made of each that gets connected. */
export class WebRtcOffers {
  readonly #deps: WebRtcOffersDeps;
  /** By the id that the device says. */
  readonly #pending = new Map<string, Pending>();
  /** Offers that are being answered, by the address they came from. */
  #answering: string[] = [];
  /** A thousand offers a second that come to nothing must not become a thousand reports. */
  readonly #reports: TokenBucket;
  #links = 0;
  #closed = false;

  constructor(deps: WebRtcOffersDeps) {
    this.#deps = deps;
    this.#reports = new TokenBucket(5, 50, deps.clock.now());
  }

  /** Sessions that are connected. */
  get links(): number {
    return this.#links;
  }

  /**
   * Answers an offer.
   * @param id what the device says it is
   * @param arrival the request that brought it
   */
  async answer(id: string, sdp: string, arrival: Arrival): Promise<OfferResult> {
    const named = arrivalOf(id, arrival);
    const admission = this.#deps.admit(named);
    if (!admission.allowed) return { ok: false, status: admission.status, error: admission.message };
    const offer = checkOffer(sdp);
    if (!offer.ok) return { ok: false, status: 400, error: offer.problem };
    this.#forget(id);
    if (!this.#hasRoom(arrival.address)) {
      if (this.#reports.take(1, this.#deps.clock.now())) this.#deps.onLimit();
      return { ok: false, status: 503, error: 'too many devices connect at this time: try again in some seconds' };
    }
    this.#answering.push(arrival.address);
    try {
      return await this.#open(id, offer, named);
    } catch (error) {
      if (error instanceof DialtoneError) return this.#unable(error.message);
      return { ok: false, status: 400, error: `the offer cannot be used: ${clip((error as Error).message, 120)}` };
    } finally {
      this.#answering.splice(this.#answering.indexOf(arrival.address), 1);
    }
  }

  /** Takes no more offers, and ends those that are not connected yet. Links are ended by those who have them. */
  close(): void {
    this.#closed = true;
    for (const id of [...this.#pending.keys()]) this.#forget(id);
  }

  async #open(id: string, offer: Extract<OfferCheck, { ok: true }>, arrival: Arrival): Promise<OfferResult> {
    const werift = await loadWerift();
    let link: WebRtcLink | undefined;
    const listener: PeerListener = {
      connected: () => {
        link = this.#connected(id, peer, arrival);
      },
      packet: (bytes) => link?.packet(bytes),
      alive: () => link?.alive(),
      closed: (why) => {
        if (this.#pending.get(id)?.peer === peer) this.#forget(id);
        link?.ended(why);
      },
    };
    const { peer, sdp } = await Peer.answer(werift, offer, this.#deps.ice, listener);
    // Meanwhile the same device may have asked again, or this process may have begun to end.
    this.#forget(id);
    const problem = this.#closed ? undefined : problemOf(sdp);
    if (this.#closed || problem !== undefined) {
      peer.close();
      return problem ? this.#unable(problem) : { ok: false, status: 503, error: 'dialtone is going away' };
    }
    if (this.#deps.ice.servers.length > 0 && !/^a=candidate:.* typ (?:srflx|relay)/m.test(sdp)) {
      this.#tell(
        'no server of WEBRTC_ICE_SERVERS gives an address: WebRTC devices outside of this network do not reach it',
      );
    }
    const timer = this.#deps.clock.setTimer(() => this.#forget(id), HANDSHAKE_TIMEOUT_MS);
    this.#pending.set(id, { peer, address: arrival.address, timer });
    return { ok: true, sdp };
  }

  /** The device cannot be helped, and the owner of this machine is told why. */
  #unable(problem: string): OfferResult {
    this.#tell(`a WebRTC device was sent away: ${problem}`);
    return { ok: false, status: 503, error: problem };
  }

  #tell(problem: string): void {
    if (this.#reports.take(1, this.#deps.clock.now())) this.#deps.onProblem(problem);
  }

  /** @returns the link, unless the device may not come any more */
  #connected(id: string, peer: Peer, arrival: Arrival): WebRtcLink | undefined {
    const pending = this.#pending.get(id);
    if (pending?.peer !== peer) {
      peer.close();
      return undefined;
    }
    this.#pending.delete(id);
    this.#deps.clock.clearTimer(pending.timer);
    let opened: WebRtcLink | undefined;
    try {
      // Its entry may have changed since the offer.
      const admission = this.#deps.admit(arrival);
      if (admission.allowed) {
        admission.connect((listener) => {
          const closed: typeof listener.closed = (close) => {
            this.#links -= 1;
            listener.closed(close);
          };
          opened = new WebRtcLink(peer, arrival, {
            opened: () => listener.opened(),
            text: (text) => listener.text(text),
            bytes: (bytes) => listener.bytes(bytes),
            alive: (sign) => listener.alive(sign),
            closed,
          });
          this.#links += 1;
          return opened;
        });
      }
    } catch (error) {
      this.#deps.onError(error);
    }
    if (!opened) peer.close();
    return opened;
  }

  #hasRoom(address: string): boolean {
    const addresses = [...this.#answering, ...Array.from(this.#pending.values(), ({ address: from }) => from)];
    return (
      addresses.length < MAX_PENDING &&
      addresses.filter((from) => from === address).length < MAX_PENDING_PER_ADDRESS &&
      addresses.length + this.#links < this.#deps.maxSessions
    );
  }

  #forget(id: string): void {
    const pending = this.#pending.get(id);
    if (!pending) return;
    this.#pending.delete(id);
    this.#deps.clock.clearTimer(pending.timer);
    pending.peer.close();
  }
}

/** Why an answer leads nowhere; undefined: it does not. */
function problemOf(sdp: string): string | undefined {
  return /^a=candidate:/m.test(sdp)
    ? undefined
    : 'there is no free UDP port, or no network address: see WEBRTC_PORTS and WEBRTC_ADDRESSES';
}

/** The request as that of a link: the device is what its offer says, and nothing else that stands in it. */
function arrivalOf(id: string, arrival: Arrival): Arrival {
  const token = arrival.query.get('token') ?? arrival.query.get('access_token');
  const query = new URLSearchParams({ id, ...(token === null ? {} : { token }) });
  const { 'device-id': _, 'client-id': __, 'x-device-id': ___, ...headers } = arrival.headers;
  return { ...arrival, transport: 'webrtc', path: '/connect', query, headers };
}
