import type { Link } from '../../transport/link.ts';

/** Counts what goes over the links of one device, in bytes of messages: without what a transport adds (headers, TLS). */
export class Traffic {
  #received = 0;
  #sent = 0;

  /** Since the device's entry was read. */
  get total(): { readonly receivedBytes: number; readonly sentBytes: number } {
    return { receivedBytes: this.#received, sentBytes: this.#sent };
  }

  /** A message has come. On the 20 ms path. */
  received(message: string | Uint8Array): void {
    this.#received += sizeOf(message);
  }

  /** The same link, but what is sent over it is counted. */
  counted(link: Link): Link {
    return new CountedLink(link, (message) => {
      this.#sent += sizeOf(message);
    });
  }
}

/** The audio of some protocols is text, too: its length is that of its UTF-8. */
function sizeOf(message: string | Uint8Array): number {
  return typeof message === 'string' ? Buffer.byteLength(message) : message.byteLength;
}

class CountedLink implements Link {
  readonly kind: Link['kind'];
  readonly openedBy: Link['openedBy'];
  declare readonly arrival?: NonNullable<Link['arrival']>;
  readonly #link: Link;
  readonly #onSent: (message: string | Uint8Array) => void;

  constructor(link: Link, onSent: (message: string | Uint8Array) => void) {
    this.kind = link.kind;
    this.openedBy = link.openedBy;
    if (link.arrival) this.arrival = link.arrival;
    this.#link = link;
    this.#onSent = onSent;
  }

  get bufferedBytes(): number {
    return this.#link.bufferedBytes;
  }

  get reportedLoss(): number | undefined {
    return this.#link.reportedLoss;
  }

  send(data: string | Uint8Array): void {
    this.#onSent(data);
    this.#link.send(data);
  }

  probe(): void {
    this.#link.probe();
  }

  pause(): void {
    this.#link.pause();
  }

  resume(): void {
    this.#link.resume();
  }

  close(...how: Parameters<Link['close']>): void {
    this.#link.close(...how);
  }
}
