import type { WebSocketLink } from '../links/websocket-link.ts';

/** The backends connected to a device. */
export class Backends {
  readonly #open = new Set<WebSocketLink>();
  /** Those that are being told that the device is busy. */
  readonly #refused = new Set<WebSocketLink>();
  /** Those whose sockets are open, but which the device knows no more. */
  readonly #forgotten = new Set<WebSocketLink>();
  readonly #gone = new Map<WebSocketLink, () => void>();
  #total = 0;
  #maxOpen = 0;

  /** Those that are being served. */
  get open(): ReadonlySet<WebSocketLink> {
    return this.#open;
  }

  /** Handshakes completed so far. */
  get total(): number {
    return this.#total;
  }

  /** Most sockets that were ever open at once, refused ones included, forgotten ones not. */
  get maxOpen(): number {
    return this.#maxOpen;
  }

  /** The number of the next link. */
  nextId(): number {
    return ++this.#total;
  }

  add(link: WebSocketLink, refused: boolean): void {
    (refused ? this.#refused : this.#open).add(link);
    this.#maxOpen = Math.max(this.#maxOpen, this.#open.size + this.#refused.size);
  }

  /** Serves none of those any more that it served; their sockets stay open and are not read. */
  forgetAll(): void {
    for (const link of this.#open) {
      link.freeze();
      this.#forgotten.add(link);
    }
    this.#open.clear();
  }

  /** Removes a socket that has closed; true when it was being served. */
  remove(link: WebSocketLink): boolean {
    this.#refused.delete(link);
    this.#forgotten.delete(link);
    this.#gone.get(link)?.();
    this.#gone.delete(link);
    return this.#open.delete(link);
  }

  /** Closes all with a close frame, forgotten ones without, and waits until they are gone. */
  async closeAll(code: number, reason: string): Promise<void> {
    const all = [...this.#open, ...this.#refused, ...this.#forgotten];
    const gone = all.map((link) => new Promise<void>((resolve) => this.#gone.set(link, resolve)));
    for (const link of all) {
      if (this.#forgotten.has(link)) link.terminate();
      else link.close(code, reason);
    }
    await Promise.all(gone);
  }
}
