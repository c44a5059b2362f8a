import type { WebSocket } from 'ws';
import { rms } from '#src/audio/pcm';
import { type Clock, systemClock, type Timer } from '#src/core/clock';
import { dialBackend } from '../../links/websocket-client.ts';

const RATE = 16_000;

/** A message of the microphone, milliseconds. */
const FRAME_MS = 20;

/** Audio that finds room in front of the loudspeaker, milliseconds; what is more is thrown away. */
const BUFFER_MS = 500;

/** It dials again after this time, milliseconds, up to the second. */
const REDIAL_MS = 1_000;
const LONGEST_REDIAL_MS = 30_000;

/** What a device is that dials with raw PCM. */
export interface PcmDiallerOptions {
  /** `ws://…/ws` */
  readonly url: string;
  /** What it says it is. */
  readonly id: string;
  readonly token?: string;
  readonly clock?: Clock;
  /** A text has come: `{type, payload}`. */
  readonly onText?: (message: PcmText) => void;
  /** Its link is there, or gone. */
  readonly onLink?: (isUp: boolean) => void;
  /** Plays this, mono s16 at 16 kHz. */
  readonly onSound?: ((samples: Int16Array) => void) | undefined;
}

/** A text of the backend. */
export interface PcmText {
  readonly type: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** A device with an open microphone that dials the backend: raw PCM both ways, and dials again when its link is lost. */
export class PcmDialler {
  /** Every text that came, oldest first. */
  readonly texts: PcmText[] = [];
  /** What was wrong with what came. */
  readonly problems: string[] = [];
  /** Milliseconds that sounded, and that found no room. */
  soundMs = 0;
  overflowedMs = 0;
  /** Links so far. */
  connections = 0;
  readonly #options: PcmDiallerOptions;
  readonly #clock: Clock;
  #socket: WebSocket | undefined;
  #frameTimer: Timer | undefined;
  #redialTimer: Timer | undefined;
  #redialMs = REDIAL_MS;
  #nextFrameAtMs = 0;
  #speech: Int16Array = new Int16Array(0);
  #said: (() => void) | undefined;
  #playsUntilMs = Number.NEGATIVE_INFINITY;
  #isOff = false;

  constructor(options: PcmDiallerOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  get isConnected(): boolean {
    return this.#socket?.readyState === 1;
  }

  /** Whether its loudspeaker sounds. */
  get isSounding(): boolean {
    return this.#playsUntilMs > this.#clock.now();
  }

  /** Payloads of the texts of one type. */
  of(type: string): PcmText['payload'][] {
    return this.texts.flatMap((text) => (text.type === type ? [text.payload] : []));
  }

  /**
   * Dials. The microphone is open from now on.
   * @throws SimError `refused`; what the socket throws when nothing answers
   */
  async connect(): Promise<void> {
    const { url, id, token } = this.#options;
    const headers = { 'Device-Id': id, ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }) };
    await dialBackend({ url, headers }, (socket) => this.#listenTo(socket));
    this.connections += 1;
    this.#redialMs = REDIAL_MS;
    this.#options.onLink?.(true);
    this.#nextFrameAtMs = this.#clock.now();
    this.#frame();
  }

  /** Says something into the microphone: mono s16 at 16 kHz. Resolves when all of it was sent, or can be sent no more. */
  say(samples: Int16Array): Promise<void> {
    this.#said?.();
    this.#speech = samples;
    return new Promise((resolve) => {
      this.#said = resolve;
    });
  }

  /** Its button is pressed, or let go. */
  button(action: 'press' | 'release'): void {
    this.#tell('event', { source: 'button', action });
  }

  /** Loses power. */
  off(): void {
    this.#isOff = true;
    this.#clock.clearTimer(this.#frameTimer);
    this.#clock.clearTimer(this.#redialTimer);
    this.#said?.();
    this.#socket?.terminate();
  }

  #tell(type: string, payload: unknown): void {
    if (this.isConnected) this.#socket?.send(JSON.stringify({ type, payload }));
  }

  #listenTo(socket: WebSocket): void {
    this.#socket = socket;
    socket.on('message', (data: Buffer, isBinary) => {
      if (this.#socket !== socket) return;
      if (isBinary) this.#hear(data);
      else this.#receive(data.toString('utf8'));
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      if (this.#socket !== socket) return;
      this.#socket = undefined;
      this.#clock.clearTimer(this.#frameTimer);
      this.#options.onLink?.(false);
      if (!this.#isOff) this.#redial();
    });
  }

  #redial(): void {
    this.#redialTimer = this.#clock.setTimer(() => {
      this.connect().catch(() => {
        this.#redialMs = Math.min(2 * this.#redialMs, LONGEST_REDIAL_MS);
        if (!this.#isOff) this.#redial();
      });
    }, this.#redialMs);
  }

  /** One message of the microphone, and the next in its time. */
  #frame(): void {
    const frame = new Int16Array((RATE * FRAME_MS) / 1_000);
    frame.set(this.#speech.subarray(0, frame.length));
    this.#speech = this.#speech.subarray(frame.length);
    if (this.#speech.length === 0) {
      this.#said?.();
      this.#said = undefined;
    }
    if (this.isConnected) this.#socket?.send(Buffer.from(frame.buffer));
    this.#nextFrameAtMs += FRAME_MS;
    this.#frameTimer = this.#clock.setTimer(() => this.#frame(), this.#nextFrameAtMs - this.#clock.now());
  }

  #hear(bytes: Buffer): void {
    if (bytes.length % 2 !== 0) this.problems.push(`an odd number of bytes: ${bytes.length}`);
    const samples = new Int16Array(Uint8Array.from(bytes.subarray(0, bytes.length & ~1)).buffer);
    const ms = (samples.length * 1_000) / RATE;
    const now = this.#clock.now();
    if (Math.max(now, this.#playsUntilMs) + ms - now > BUFFER_MS) {
      this.overflowedMs += ms;
      return;
    }
    this.#playsUntilMs = Math.max(now, this.#playsUntilMs) + ms;
    this.#options.onSound?.(samples);
    if (rms(samples) > 0.005) this.soundMs += ms;
  }

  #receive(text: string): void {
    const { type, payload } = JSON.parse(text) as PcmText;
    this.texts.push({ type, payload });
    if (type === 'server_command') {
      // What is not played yet is thrown away.
      if (payload.command === 'stop') this.#playsUntilMs = this.#clock.now();
    } else if (type !== 'server_status') this.problems.push(`unknown type: ${text}`);
    this.#options.onText?.({ type, payload });
  }
}
