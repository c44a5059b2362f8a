import type { Connection } from './connection.ts';

/** The backends connected to a device. */
export class Backends {
  readonly #open = new Set<Connection>();
  /** Those that are being told that the device is busy. */
  readonly #refused = new Set<Connection>();
  readonly #gone = new Map<Connection, () => void>();
  #total = 0;
  #maxOpen = 0;

  /** Those that are being served. */
  get open(): ReadonlySet<Connection> {
    return this.#open;
  }

  /** Handshakes completed so far. */
  get total(): number {
    return this.#total;
  }

  /** Most sockets that were ever open at once, refused ones included. */
  get maxOpen(): number {
    return this.#maxOpen;
  }

  /** The number of the next connection. */
  nextId(): number {
    return ++this.#total;
  }

  add(connection: Connection, refused: boolean): void {
    (refused ? this.#refused : this.#open).add(connection);
    this.#maxOpen = Math.max(this.#maxOpen, this.#open.size + this.#refused.size);
  }

  /** Forgets a socket that has closed; true when it was being served. */
  remove(connection: Connection): boolean {
    this.#refused.delete(connection);
    this.#gone.get(connection)?.();
    this.#gone.delete(connection);
    return this.#open.delete(connection);
  }

  /** Closes all with a close frame and waits until they are gone. */
  async closeAll(code: number, reason: string): Promise<void> {
    const all = [...this.#open, ...this.#refused];
    const gone = all.map((connection) => new Promise<void>((resolve) => this.#gone.set(connection, resolve)));
    for (const connection of all) connection.close(code, reason);
    await Promise.all(gone);
  }
}
