import type { ErrorCode } from '../../core/errors.ts';
import type { Arrival } from '../arrival.ts';
import type { CloseReason, Link, LinkListener } from '../link.ts';
import { clip, closeOfReason, type LinkClose } from '../link-close.ts';
import type { Peer } from './peer.ts';

/** Packets that are kept while messages are held back: 5 s of 20 ms. Further ones push the oldest out. */
const MAX_HELD = 256;

/** One connected WebRTC peer as a link. Its messages are RTP packets; it has no texts. Says `closed` exactly once. */
export class WebRtcLink implements Link {
  readonly kind = 'webrtc';
  readonly openedBy = 'device';
  /** UDP: what was sent is gone. */
  readonly bufferedBytes = 0;
  readonly arrival: Arrival;
  readonly #peer: Peer;
  readonly #listener: LinkListener;
  #close: LinkClose | undefined;
  #closed = false;
  /** Packets that wait for `resume`; undefined: they are handed on. */
  #held: Uint8Array[] | undefined;

  /** @param peer connected; what it tells comes to {@link packet}, {@link alive} and {@link ended} */
  constructor(peer: Peer, arrival: Arrival, listener: LinkListener) {
    this.#peer = peer;
    this.arrival = arrival;
    this.#listener = listener;
  }

  get reportedLoss(): number | undefined {
    return this.#peer.reportedLoss;
  }

  /** The peer has sent a packet. */
  packet(bytes: Uint8Array): void {
    if (this.#closed || this.#close) return;
    this.#listener.alive('message');
    if (!this.#held) {
      this.#listener.bytes(bytes);
      return;
    }
    this.#held.push(bytes);
    if (this.#held.length > MAX_HELD) this.#held.shift();
  }

  /** The peer lives. */
  alive(): void {
    if (!this.#closed && !this.#close) this.#listener.alive('asked');
  }

  /** The peer is gone by itself. */
  ended(why: string): void {
    this.#tell({ kind: 'announced', code: 'link_closed', message: clip(why) });
  }

  send(data: string | Uint8Array): void {
    if (typeof data !== 'string' && !this.#close) this.#peer.send(data);
  }

  /** There is no probe: reports and checks come by themselves. */
  probe(): void {}

  pause(): void {
    this.#held ??= [];
  }

  resume(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const bytes of held) if (!this.#closed && !this.#close) this.#listener.bytes(bytes);
  }

  close(reason: CloseReason, detail = '', code?: ErrorCode): void {
    const close = closeOfReason(reason, detail, code);
    this.#close ??= close ?? { kind: 'announced', code: 'link_closed', message: clip(detail || reason) };
    this.#peer.close();
    // The caller is not told amid its own call.
    queueMicrotask(() => this.#tell({ kind: 'failed', code: 'link_lost', message: 'the connection is gone' }));
  }

  /** @param close what is told, unless we have ended the link for another reason */
  #tell(close: LinkClose): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#listener.closed(this.#close ?? close);
  }
}
