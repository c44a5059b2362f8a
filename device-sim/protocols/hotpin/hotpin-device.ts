import type { WebSocket } from 'ws';
import { pcmBytesToInt16, rms } from '#src/audio/pcm';
import { type Clock, systemClock, type Timer } from '#src/core/clock';
import { SimError } from '../../device/sim-error.ts';
import { dialBackend } from '../../links/websocket-client.ts';
import { SlotBuffer } from './slot-buffer.ts';

/** Bytes of a chunk: half a second. */
const CHUNK_BYTES = 16_000;
const CHUNK_MS = 500;

/** Firmware waits so long between the announcement of a chunk and its audio, milliseconds. */
const META_PAUSE_MS = 20;

/** Largest message that firmware takes in one piece, bytes. */
const MAX_BINARY_BYTES = 2_048;

/** A server must say that it is ready within this time, milliseconds. */
const READY_MS = 10_000;

/** What a simulated pin is. */
export interface HotpinDeviceOptions {
  /** `ws://…/ws` */
  readonly url: string;
  readonly token?: string;
  /** Where it bears its token. Default: `Authorization`, without "Bearer", as the firmware does for pictures. */
  readonly bears?: 'raw' | 'bearer' | 'query';
  readonly clock?: Clock;
  /** Buffers of 16 kB: 4 without PSRAM (default), 16 with it. */
  readonly slots?: number;
  /** It never says that it is ready to play. */
  readonly neverReady?: boolean;
  /** Answers no ping. */
  readonly noPong?: boolean;
  readonly onChange?: (state: PinState) => void;
  /** A text has come. */
  readonly onText?: (message: Readonly<Record<string, unknown>>) => void;
  /** Plays this, mono s16 at 16 kHz. */
  readonly onSound?: ((samples: Int16Array) => void) | undefined;
}

/** Where the program of a pin stands. */
export type PinState = 'off' | 'connected' | 'idle' | 'recording' | 'processing' | 'playing' | 'camera';

/** A simulated HotPin: as strict as its firmware (HotPin_WebServer, hotpin-firmware), and a little stricter. */
export class HotpinDevice {
  /** Every text that came, oldest first. */
  readonly texts: Record<string, unknown>[] = [];
  /** What a pin cannot do anything with. */
  readonly problems: string[] = [];
  /** What its loudspeaker has played, bytes of each message. */
  readonly played: Buffer[] = [];
  /** Binary messages that came while it did not play. */
  dropped = 0;
  /** Milliseconds of what it played that sounded. */
  soundMs = 0;
  /** Links so far. */
  connections = 0;
  state: PinState = 'off';
  /** How its last link ended; undefined while it has one. */
  closed: { readonly code: number; readonly reason: string } | undefined;
  /** Its own name for its link: another one with each. */
  session = '';
  readonly buffer: SlotBuffer;
  readonly #options: HotpinDeviceOptions;
  readonly #clock: Clock;
  #socket: WebSocket | undefined;
  #ready: (() => void) | undefined;
  #announced: number | undefined;
  #seq = 0;
  #timers = new Set<Timer>();

  constructor(options: HotpinDeviceOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.buffer = new SlotBuffer(this.#clock, options.slots ?? 4);
  }

  get isConnected(): boolean {
    return this.#socket?.readyState === 1;
  }

  /** Texts of one type. */
  of(type: string): Record<string, unknown>[] {
    return this.texts.filter((text) => text.type === type);
  }

  /** Milliseconds that its loudspeaker has played. */
  get playedMs(): number {
    return this.played.reduce((sum, { length }) => sum + length, 0) / 32;
  }

  /**
   * Dials with a session of a new name. Resolves when the server is ready.
   * @throws SimError `refused`, `timeout`
   */
  async connect(): Promise<void> {
    const { url, token, bears = 'raw', noPong } = this.#options;
    this.session = `${this.#clock.now().toString(16)}-${++this.connections}`;
    const address = new URL(url);
    address.searchParams.set('session', this.session);
    if (token !== undefined && bears === 'query') address.searchParams.set('token', token);
    this.closed = undefined;
    const ready = this.#untilReady();
    await dialBackend({ url: address.href, headers: this.#authorization(bears), noPong }, (socket) =>
      this.#listenTo(socket),
    );
    this.#setState('connected');
    await ready;
    this.#setState('idle');
    // Firmware says it from two places.
    for (let count = 0; count < 2; count++) this.send({ type: 'client_on', session: this.session, version: '1.0' });
  }

  /** Its button is pressed: it records, or, pressed again, has recorded. */
  startRecording(): void {
    this.#seq = 0;
    this.send({ type: 'recording_started', session: this.session, ts: Math.round(this.#clock.now()) });
    this.#setState('recording');
  }

  stopRecording(): void {
    this.send({ type: 'recording_stopped', session: this.session });
    this.#setState('processing');
  }

  /**
   * Records something that is being said, mono s16 at 16 kHz. What is left when the button is pressed follows the message that it
   * was, as with firmware. Resolves when all was sent.
   */
  async record(samples: Int16Array): Promise<void> {
    const whole = samples.length - (samples.length % (CHUNK_BYTES / 2));
    this.startRecording();
    await this.stream(samples.subarray(0, whole));
    await this.#wait((samples.length - whole) / 16);
    this.stopRecording();
    const { buffer, byteOffset, byteLength } = samples.subarray(whole);
    if (byteLength > 0) await this.sendChunk(Buffer.from(buffer, byteOffset, byteLength));
  }

  /** Sends what is being said, half a second every half second. */
  async stream(samples: Int16Array): Promise<void> {
    const bytes = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
    const beganAtMs = this.#clock.now();
    for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
      const chunk = bytes.subarray(at, at + CHUNK_BYTES);
      // A chunk is sent when it is full.
      await this.#wait(beganAtMs + (at / CHUNK_BYTES + chunk.length / CHUNK_BYTES) * CHUNK_MS - this.#clock.now());
      await this.sendChunk(chunk);
    }
  }

  /** Sends one chunk as firmware does: announced, then, a little later, its audio. */
  async sendChunk(chunk: Buffer, seq = this.#seq): Promise<void> {
    this.#seq = seq + 1;
    this.send({ type: 'audio_chunk_meta', session: this.session, seq, len: chunk.length, sample_rate: 16_000 });
    await this.#wait(META_PAUSE_MS);
    this.sendBinary(chunk);
  }

  /** Takes a picture and uploads it, as firmware does. @returns the answer of the server */
  async showPicture(picture: Buffer, contentType = 'application/octet-stream'): Promise<Response> {
    const { token, url } = this.#options;
    this.#setState('camera');
    this.send({ type: 'image_captured', session: this.session, filename: 'image.jpg', size: picture.length });
    const address = new URL(`/image?session=${encodeURIComponent(this.session)}`, url.replace(/^ws/, 'http'));
    const response = await fetch(address, {
      method: 'POST',
      headers: { 'Content-Type': contentType, ...(token === undefined ? {} : { Authorization: token }) },
      body: Uint8Array.from(picture),
    });
    this.#setState('idle');
    return response;
  }

  /** Sends a text of its own making. */
  send(message: Readonly<Record<string, unknown>>): void {
    this.sendText(JSON.stringify(message));
  }

  /** Sends any text. */
  sendText(text: string): void {
    if (this.#socket?.readyState === 1) this.#socket.send(text);
  }

  /** Sends any binary message. */
  sendBinary(bytes: Uint8Array): void {
    if (this.#socket?.readyState === 1) this.#socket.send(bytes);
  }

  /** Loses its link without a goodbye. */
  loseLink(): void {
    this.#socket?.terminate();
  }

  /** Its network is gone: the other end learns nothing of it, and nothing comes or goes any more. */
  loseNetwork(): void {
    this.#socket?.pause();
    this.#socket = undefined;
    this.#setState('off');
  }

  /** Loses power. */
  off(): void {
    for (const timer of this.#timers) this.#clock.clearTimer(timer);
    this.#socket?.terminate();
  }

  #authorization(bears: 'raw' | 'bearer' | 'query'): Record<string, string> {
    const { token } = this.#options;
    if (token === undefined || bears === 'query') return {};
    return { Authorization: bears === 'raw' ? token : `Bearer ${token}` };
  }

  #untilReady(): Promise<void> {
    const ready = new Promise<void>((resolve, reject) => {
      const late = this.#clock.setTimer(() => reject(new SimError('timeout', 'the server is not ready')), READY_MS);
      this.#timers.add(late);
      this.#ready = () => {
        this.#ready = undefined;
        this.#clock.clearTimer(late);
        this.#timers.delete(late);
        resolve();
      };
    });
    // A refusal of the link is told by the dialling.
    ready.catch(() => {});
    return ready;
  }

  #listenTo(socket: WebSocket): void {
    this.#socket = socket;
    socket.on('message', (data: Buffer, isBinary) => {
      if (this.#socket !== socket) return;
      if (isBinary) this.#hear(data);
      else this.#receive(data.toString('utf8'));
    });
    socket.on('error', () => {});
    socket.on('close', (code, reason) => {
      if (this.#socket !== socket) return;
      this.#socket = undefined;
      this.closed = { code, reason: reason.toString('utf8') };
      this.buffer.reset();
      this.#setState('off');
    });
  }

  #receive(text: string): void {
    const message = JSON.parse(text) as Record<string, unknown>;
    this.texts.push(message);
    this.#options.onText?.(message);
    switch (message.type) {
      case 'ready':
        this.#ready?.();
        return;
      case 'tts_ready':
        this.#offered(message);
        return;
      case 'tts_chunk_meta':
        if (this.#announced !== undefined) this.problems.push('a chunk was announced, and did not come');
        this.#announced = Number(message.len_bytes);
        return;
      case 'tts_done':
        this.#done();
        return;
      case 'request_rerecord':
        if (this.state === 'processing') this.#setState('idle');
        return;
      case 'llm':
        if (typeof message.text !== 'string' || message.text === '') this.problems.push('llm without a text');
        return;
      case 'ack':
      case 'partial':
      case 'transcript':
      case 'image_received':
      case 'offer_download':
      case 'state_sync':
      case 'request_user_intervention':
      case 'error':
      case 'pong':
        return;
      default:
        this.problems.push(`unknown type: ${text}`);
    }
  }

  #offered({ sampleRate, duration_ms }: Readonly<Record<string, unknown>>): void {
    if (sampleRate !== 16_000) this.problems.push(`audio of ${String(sampleRate)} Hz`);
    if (typeof duration_ms !== 'number') this.problems.push('tts_ready without duration_ms');
    if (this.#options.neverReady) return;
    if (this.state !== 'idle' && this.state !== 'processing') {
      this.send({ type: 'reject', session: this.session, reason: 'busy', current_state: this.state.toUpperCase() });
      return;
    }
    this.buffer.reset();
    this.#announced = undefined;
    this.#setState('playing');
    // Firmware says it from two places.
    for (let count = 0; count < 2; count++) this.send({ type: 'ready_for_playback', session: this.session });
  }

  #done(): void {
    if (this.state === 'recording') this.problems.push('tts_done ended a recording');
    if (this.buffer.leftMs > 2 * 60) this.problems.push(`tts_done came ${Math.round(this.buffer.leftMs)} ms too soon`);
    this.send({ type: 'playback_complete', session: this.session });
    this.buffer.reset();
    this.#setState('idle');
  }

  #hear(message: Buffer): void {
    const announced = this.#announced;
    this.#announced = undefined;
    if (this.state !== 'playing') {
      this.dropped += 1;
      return;
    }
    if (announced !== message.length) this.problems.push(`${message.length} bytes came, ${announced} were announced`);
    if (message.length > MAX_BINARY_BYTES) this.problems.push(`a binary message of ${message.length} bytes`);
    if (!this.buffer.push(message.length)) return;
    this.played.push(message);
    const samples = pcmBytesToInt16(message.subarray(message.length % 2));
    this.#options.onSound?.(samples);
    if (rms(samples) > 0.005) this.soundMs += message.length / 32;
  }

  #setState(state: PinState): void {
    if (state === this.state) return;
    this.state = state;
    this.#options.onChange?.(state);
  }

  #wait(ms: number): Promise<void> {
    return ms <= 0 ? Promise.resolve() : new Promise((resolve) => this.#clock.setTimer(() => resolve(), ms));
  }
}
