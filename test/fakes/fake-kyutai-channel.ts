import { decode, encode } from '@msgpack/msgpack';
import type { WebSocket } from 'ws';
import type { Clock } from '#src/core/clock';

/** What goes wrong with a link. Counts of messages do not include `Ready`. */
export type FakeKyutaiFault =
  /** The upgrade succeeds, and then all channels are in use. */
  | { readonly type: 'no_free_channels' }
  /** Nothing is sent for this long, milliseconds; then all goes on as usual. */
  | { readonly type: 'slow'; readonly delayMs: number }
  /** The connection breaks off behind so many messages: by a reset, or with a proper close. */
  | { readonly type: 'cut'; readonly afterMessages: number; readonly clean?: boolean }
  /** Behind so many messages comes one that is no msgpack, one of another shape, or text. */
  | { readonly type: 'malformed'; readonly afterMessages: number; readonly as?: 'bytes' | 'shape' | 'text' }
  /** Behind so many messages comes an error of the server's own. */
  | { readonly type: 'error'; readonly afterMessages: number; readonly message: string }
  /** Behind so many messages nothing more comes, and the link stays open. */
  | { readonly type: 'silence'; readonly afterMessages: number }
  /** The server never says that it is ready. */
  | { readonly type: 'never_ready' };

/** One link of the fake server: sends messages, and goes wrong as it was told. */
export class FakeKyutaiChannel {
  /** When the link was closed by whichever side: the code that this side saw. */
  closeCode: number | undefined;
  readonly #socket: WebSocket;
  readonly #fault: FakeKyutaiFault | undefined;
  /** What a slow server has yet to send. */
  #late: unknown[] | undefined;
  #sent = 0;

  constructor(socket: WebSocket, fault: FakeKyutaiFault | undefined, clock: Clock, strayMessages: number) {
    this.#socket = socket;
    this.#fault = fault;
    socket.on('error', () => undefined);
    socket.on('close', (code) => {
      this.closeCode = code;
    });
    if (fault?.type === 'slow') {
      this.#late = [];
      clock.setTimer(() => this.#catchUp(), fault.delayMs);
    }
    for (let stray = 0; stray < strayMessages; stray++)
      this.#write({ type: 'Text', text: 'old', start_s: 0, stop_s: 1 });
    if (fault?.type !== 'never_ready') this.#write({ type: 'Ready' });
  }

  get isClosed(): boolean {
    return this.closeCode !== undefined;
  }

  /** Calls `read` with each message that comes. */
  onMessage(read: (message: Readonly<Record<string, unknown>>) => void): void {
    this.#socket.on('message', (data, isBinary) => {
      if (!isBinary) throw new Error('the client sent text');
      read(decode(data as Buffer) as Record<string, unknown>);
    });
  }

  send(message: unknown): void {
    const fault = this.#fault;
    const isDue = fault !== undefined && 'afterMessages' in fault && this.#sent >= fault.afterMessages;
    if (!isDue) this.#write(message);
    else if (this.#sent === fault.afterMessages) this.#goWrong(fault);
    this.#sent += 1;
  }

  /** Closes as moshi-server does: without a code unless one is given. */
  close(code?: number): void {
    if (this.#late) this.#late.push(code);
    else if (this.#fault?.type !== 'silence') this.#socket.close(code);
  }

  #goWrong(fault: FakeKyutaiFault): void {
    if (fault.type === 'cut') {
      if (fault.clean) this.#socket.close(1000);
      else this.#socket.terminate();
    } else if (fault.type === 'error') {
      this.#write({ type: 'Error', message: fault.message });
    } else if (fault.type === 'malformed') {
      const { as = 'bytes' } = fault;
      if (as === 'text') this.#socket.send('{"type":"Ready"}');
      else this.#socket.send(as === 'bytes' ? Buffer.from([0xc1, 0xff, 0x00]) : encode({ type: 'Error', message: 7 }));
    }
  }

  #write(message: unknown): void {
    if (this.#late) this.#late.push(message);
    else this.#socket.send(encode(message, { forceFloat32: true }));
  }

  #catchUp(): void {
    const late = this.#late ?? [];
    this.#late = undefined;
    for (const message of late) {
      if (typeof message === 'object') this.#write(message);
      else this.#socket.close(message as number | undefined);
    }
  }
}
