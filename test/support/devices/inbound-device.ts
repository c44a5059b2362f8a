import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { type ClientOptions, WebSocket } from 'ws';
import type { Clock } from '#src/core/clock';

/** A device that dials in: it sends what the test tells it to and keeps what it is sent. */
export class InboundDevice {
  readonly socket: WebSocket;
  /** What came so far, oldest first. */
  readonly texts: Record<string, unknown>[] = [];
  readonly binaries: Buffer[] = [];
  /** How the connection ended; undefined while it has not. */
  closed: { readonly code: number; readonly reason: string } | undefined;
  /** HTTP status of a refusal. */
  refused: number | undefined;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) this.binaries.push(data);
      else this.texts.push(JSON.parse(data.toString('utf8')) as Record<string, unknown>);
    });
    socket.on('error', () => {});
    socket.on('unexpected-response', (_request, response) => {
      this.refused = response.statusCode;
      response.resume();
      socket.terminate();
    });
    socket.on('close', (code, reason) => {
      this.closed = { code, reason: reason.toString('utf8') };
    });
  }

  /** Dials, for the length of a test; resolves when it was let in, or refused. */
  static async dial(port: number | undefined, path: string, options: ClientOptions = {}): Promise<InboundDevice> {
    const scheme = options.ca ? 'wss' : 'ws';
    const device = new InboundDevice(new WebSocket(`${scheme}://127.0.0.1:${port}${path}`, options));
    onTestFinished(() => device.socket.terminate());
    await Promise.race([once(device.socket, 'open'), once(device.socket, 'close')]).catch(() => undefined);
    return device;
  }

  /** Sends `{type, payload}`. */
  tell(type: string, payload: unknown): void {
    this.socket.send(JSON.stringify({ type, payload }));
  }

  /** Speaks: samples at 16 kHz, as raw PCM, a message of 20 ms every 20 ms, and a second of silence behind. */
  async speak(samples: Int16Array, clock: Clock): Promise<void> {
    const all = new Int16Array(samples.length + 16_000);
    all.set(samples);
    const beganAtMs = clock.now();
    for (let at = 0; at < all.length; at += 320) {
      const wait = beganAtMs + at / 16 - clock.now();
      if (wait > 0) await new Promise<void>((resolve) => clock.setTimer(() => resolve(), wait));
      const frame = all.subarray(at, at + 320);
      this.socket.send(Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength));
    }
  }

  /** Payloads of the texts of one type. */
  of(type: string): unknown[] {
    return this.texts.flatMap((text) => (text.type === type ? [text.payload] : []));
  }

  /** Seconds of raw 16 kHz audio that came. */
  get heardSeconds(): number {
    return this.binaries.reduce((sum, { length }) => sum + length, 0) / 32_000;
  }
}
