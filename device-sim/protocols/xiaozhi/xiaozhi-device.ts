import type { WebSocket } from 'ws';
import type { OpusDecoder, OpusEncoder } from '#src/audio/opus/opus';
import { loadOpusCodec } from '#src/audio/opus/opus-codec';
import { rms } from '#src/audio/pcm';
import { type Clock, systemClock, type Timer } from '#src/core/clock';
import { SimError } from '../../device/sim-error.ts';
import { dialBackend } from '../../links/websocket-client.ts';
import { fetchAvatarSet } from './avatar-fetch.ts';
import { DecodeQueue } from './decode-queue.ts';
import { DeviceMicrophone } from './device-microphone.ts';
import { McpServer, type VisionTarget } from './mcp-server.ts';
import { Peripherals, type SimTool, simTools } from './peripherals.ts';
import { uploadPhoto } from './photo-upload.ts';
import { packPacket, unpackPacket, type WireVersion } from './xiaozhi-wire.ts';

/** Length of a packet, milliseconds, and the rate of what is played, Hz. */
const FRAME_MS = 60;
export const PLAY_RATE = 24_000;

/** Firmware handles `tts start` on another task: what comes sooner is lost. Milliseconds. */
const START_MS = 30;

/** A server must say hello within this time, milliseconds. */
const HELLO_MS = 10_000;

/** A stackchan dials again after this time, milliseconds, up to the second. */
const REDIAL_MS = 5_000;
const LONGEST_REDIAL_MS = 60_000;

/** What a simulated device is. */
export interface XiaozhiDeviceOptions {
  /** `ws://…/xiaozhi/v1/` */
  readonly url: string;
  /** MAC address. */
  readonly id: string;
  readonly token?: string;
  readonly version?: WireVersion;
  /** `stock` (default) dials when its user wants to speak; `stackchan` stays connected. */
  readonly kind?: 'stock' | 'stackchan';
  /** How it listens after its wake word. Default: `auto`. */
  readonly mode?: 'auto' | 'realtime';
  readonly clock?: Clock;
  /** Answers no ping. */
  readonly noPong?: boolean;
  /** Has no functions. */
  readonly noTools?: boolean;
  /** Functions beside those of {@link Peripherals}. */
  readonly moreTools?: readonly SimTool[];
  /** Never answers calls of this function. */
  readonly muteTool?: string;
  /** The picture that its camera takes. */
  readonly photo?: Buffer;
  /** Fields that its hello has besides, or instead. */
  readonly hello?: Readonly<Record<string, unknown>>;
  readonly onChange?: (what: string) => void;
  /** A text has come. */
  readonly onText?: (message: Readonly<Record<string, unknown>>) => void;
  /** Plays this, mono s16 at {@link PLAY_RATE}. */
  readonly onSound?: ((samples: Int16Array) => void) | undefined;
}

/** Where the program of a device stands. */
type State = 'idle' | 'connecting' | 'listening' | 'speaking';

/** A simulated xiaozhi device: as strict as firmware 2.4.2, with microphone, loudspeaker, and parts that one can see move. */
export class XiaozhiDevice {
  readonly parts = new Peripherals();
  /** Every text that came, oldest first. */
  readonly texts: Record<string, unknown>[] = [];
  /** What firmware would have warned of. */
  readonly problems: string[] = [];
  /** Packets that came while it did not speak. */
  packetsOutside = 0;
  /** Packets that were played, and milliseconds of them that sounded. */
  packetsPlayed = 0;
  soundMs = 0;
  /** Links so far. */
  connections = 0;
  state: State = 'idle';
  queue: DecodeQueue;
  vision: VisionTarget | undefined;
  readonly #options: XiaozhiDeviceOptions;
  readonly #clock: Clock;
  readonly #mcp: McpServer;
  #socket: WebSocket | undefined;
  #microphone: DeviceMicrophone | undefined;
  #decoder: OpusDecoder | undefined;
  #encoder: OpusEncoder | undefined;
  #sessionId = '';
  #mode: 'auto' | 'manual' | 'realtime' = 'auto';
  #speaksFromMs = 0;
  #isAborted = false;
  #greeted: (() => void) | undefined;
  #playedTimestampMs = 0;
  #redialTimer: Timer | undefined;
  #redialMs = REDIAL_MS;
  #isOff = false;

  constructor(options: XiaozhiDeviceOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.queue = new DecodeQueue(this.#clock, FRAME_MS);
    this.#mcp = new McpServer({
      name: 'sim-board',
      tools: [
        ...simTools(this.parts, (question) => uploadPhoto(this.vision, this.#options, question)),
        ...(options.moreTools ?? []),
      ],
      mute: options.muteTool,
      send: (payload) => this.send({ type: 'mcp', payload }),
      onVision: (vision) => {
        this.vision = vision;
      },
      onProblem: (problem) => this.problems.push(problem),
    });
  }

  get isConnected(): boolean {
    return this.#socket?.readyState === 1 && this.#greeted === undefined;
  }

  /** Texts of one type. */
  of(type: string): Record<string, unknown>[] {
    return this.texts.filter((text) => text.type === type);
  }

  /** The sentences that it was shown. */
  get sentences(): unknown[] {
    return this.of('tts').flatMap(({ state, text }) => (state === 'sentence_start' ? [text] : []));
  }

  /**
   * Dials, and says hello. Resolves when the server has, too.
   * @throws SimError `refused`, `timeout`
   */
  async connect(): Promise<void> {
    const { url, id, token, version = 1, noPong, noTools, hello } = this.#options;
    this.#setState('connecting');
    const codec = await loadOpusCodec();
    this.#decoder ??= await codec.createDecoder({ sampleRate: PLAY_RATE });
    this.#encoder ??= await codec.createEncoder({ sampleRate: 16_000, frameMs: FRAME_MS, application: 'voip' });
    const encoder = this.#encoder;
    const headers = {
      // Firmware adds "Bearer" unless the stored token holds a space.
      ...(token === undefined ? {} : { Authorization: token.includes(' ') ? token : `Bearer ${token}` }),
      'Protocol-Version': String(version),
      'Device-Id': id,
      'Client-Id': `client-${id}`,
      // Firmware leaves the port out.
      Host: new URL(url).hostname,
    };
    this.#socket?.terminate();
    try {
      await dialBackend({ url, headers, noPong }, (socket) => this.#listenTo(socket));
    } catch (error) {
      this.#setState('idle');
      throw error;
    }
    this.connections += 1;
    this.#microphone?.close();
    this.#microphone = new DeviceMicrophone({
      clock: this.#clock,
      frameMs: FRAME_MS,
      encoder,
      send: (packet) => this.#sendBytes(packPacket(version, packet, this.#playedTimestampMs)),
    });
    const greeted = new Promise<void>((resolve, reject) => {
      const late = this.#clock.setTimer(() => reject(new SimError('timeout', 'no hello of the server')), HELLO_MS);
      this.#greeted = () => {
        this.#greeted = undefined;
        this.#clock.clearTimer(late);
        resolve();
      };
    });
    this.send({
      type: 'hello',
      version,
      features: noTools ? {} : { mcp: true },
      transport: 'websocket',
      audio_params: { format: 'opus', sample_rate: 16_000, channels: 1, frame_duration: FRAME_MS },
      ...hello,
    });
    await greeted;
    this.#setState('idle');
  }

  /**
   * Hears its wake word: dials if it has to, sends what it kept of it, and listens.
   * @param audio what was said up to now, mono s16 at 16 kHz; at most the last 2 s are kept
   */
  async wake(word: string, audio: Int16Array = new Int16Array(0)): Promise<void> {
    if (!this.isConnected) await this.connect();
    else if (this.state === 'speaking') this.abort('wake_word_detected');
    this.#microphone?.burst(audio.subarray(Math.max(0, audio.length - 32_000)));
    this.send({ type: 'listen', state: 'detect', text: word });
    this.#listen(this.#options.mode ?? 'auto');
  }

  /** Says something into the microphone, heard while it is open. Mono s16 at 16 kHz. Resolves when all of it was sent. */
  say(samples: Int16Array): Promise<void> {
    return this.#microphone?.say(samples) ?? Promise.resolve();
  }

  /** Its button is held: it listens until it is let go. */
  async hold(): Promise<void> {
    if (!this.isConnected) await this.connect();
    if (this.state === 'speaking') this.abort();
    this.#listen('manual');
  }

  letGo(): void {
    if (this.state !== 'listening') return;
    this.#stopListening();
  }

  /** Stops the answer. */
  abort(reason?: string): void {
    this.#isAborted = true;
    this.send({ type: 'abort', ...(reason === undefined ? {} : { reason }) });
  }

  /** Its head is touched. */
  touch(gesture: 'tap' | 'stroke', durationMs: number): void {
    this.send({ type: 'stackchan-event', event_type: 'touch', subtype: gesture, duration_ms: durationMs, ts: 1 });
  }

  /** Sends a text of its own making. */
  send(message: Readonly<Record<string, unknown>>): void {
    this.sendText(JSON.stringify({ session_id: this.#sessionId, ...message }));
  }

  /** Sends any text. */
  sendText(text: string): void {
    if (this.#socket?.readyState === 1) this.#socket.send(text);
  }

  /** Sends any binary message. */
  sendBinary(bytes: Uint8Array): void {
    this.#sendBytes(Buffer.from(bytes));
  }

  /** Ends its link. */
  disconnect(): void {
    this.#socket?.close();
  }

  /** Loses power. */
  off(): void {
    this.#isOff = true;
    this.#clock.clearTimer(this.#redialTimer);
    this.#microphone?.close();
    this.#socket?.terminate();
    this.#decoder?.free();
    this.#encoder?.free();
    this.#decoder = undefined;
    this.#encoder = undefined;
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
      this.#microphone?.close();
      this.#setState('idle');
      if (this.#options.kind === 'stackchan' && !this.#isOff) this.#redial();
    });
  }

  #redial(): void {
    this.#clock.clearTimer(this.#redialTimer);
    this.#redialTimer = this.#clock.setTimer(() => {
      this.connect().then(
        () => {
          this.#redialMs = REDIAL_MS;
        },
        () => {
          this.#redialMs = Math.min(2 * this.#redialMs, LONGEST_REDIAL_MS);
          if (!this.#isOff) this.#redial();
        },
      );
    }, this.#redialMs);
  }

  #receive(text: string): void {
    const message = JSON.parse(text) as Record<string, unknown>;
    this.texts.push(message);
    this.#options.onText?.(message);
    if (message.type === 'hello') {
      this.#hello(message);
      return;
    }
    if (message.session_id !== this.#sessionId) this.problems.push(`another session: ${text}`);
    switch (message.type) {
      case 'tts':
        this.#tts(message);
        return;
      case 'mcp':
        this.#mcp.receive(message.payload);
        return;
      case 'listen':
        this.#listenWhenTold(message);
        return;
      case 'avatar_set_fetch':
        void fetchAvatarSet(message).then(({ set, reply }) => {
          if (set) this.parts.avatarSet = set;
          this.send({ type: 'avatar_set_loaded', ...reply });
        });
        return;
      case 'stt':
      case 'llm':
      case 'ping':
        return;
      default:
        this.problems.push(`unknown type: ${text}`);
    }
  }

  #hello({ transport, session_id }: Readonly<Record<string, unknown>>): void {
    if (transport !== 'websocket') {
      this.problems.push('a hello of another transport');
      return;
    }
    this.#sessionId = typeof session_id === 'string' ? session_id : '';
    this.#greeted?.();
  }

  #tts({ state, text }: Readonly<Record<string, unknown>>): void {
    switch (state) {
      case 'start':
        this.#isAborted = false;
        if (this.#mode !== 'realtime') this.#microphone?.close();
        this.queue.reset();
        this.#speaksFromMs = this.#clock.now() + START_MS;
        this.#setState('speaking');
        return;
      case 'stop':
        if (this.state !== 'speaking') return;
        if (this.#options.kind === 'stackchan' || this.#mode === 'manual') this.#setState('idle');
        else this.#clock.setTimer(() => this.#listenAgain(), this.queue.leftMs);
        return;
      case 'sentence_start':
        if (typeof text !== 'string') this.problems.push('a sentence without a text');
        return;
      default:
        this.problems.push(`tts ${String(state)}`);
    }
  }

  /** A stock device listens again after an answer, once it is played. */
  #listenAgain(): void {
    if (this.state === 'speaking' && this.isConnected) this.#listen(this.#mode);
  }

  #listenWhenTold({ state }: Readonly<Record<string, unknown>>): void {
    if (this.#options.kind !== 'stackchan') {
      this.problems.push('a stock device was told to listen');
      return;
    }
    if (state === 'start') this.#listen('manual');
    else if (this.state === 'listening') this.#stopListening();
  }

  #listen(mode: 'auto' | 'manual' | 'realtime'): void {
    this.#mode = mode;
    this.#setState('listening');
    this.send({ type: 'listen', state: 'start', mode });
    this.#microphone?.open();
  }

  #stopListening(): void {
    this.#microphone?.close();
    this.send({ type: 'listen', state: 'stop' });
    this.#setState('idle');
  }

  #hear(message: Buffer): void {
    if (this.state !== 'speaking' || this.#clock.now() < this.#speaksFromMs) {
      if (!this.#isAborted) this.packetsOutside += 1;
      return;
    }
    if (this.#isAborted || !this.queue.push()) return;
    try {
      const { opus, timestampMs } = unpackPacket(this.#options.version ?? 1, message);
      this.#playedTimestampMs = timestampMs;
      const samples = this.#decoder?.decode(opus) ?? new Int16Array(0);
      this.packetsPlayed += 1;
      this.#options.onSound?.(samples);
      if (rms(samples) > 0.005) this.soundMs += (samples.length * 1000) / PLAY_RATE;
    } catch (error) {
      this.problems.push(String(error));
    }
  }

  #setState(state: State): void {
    if (state === this.state) return;
    this.state = state;
    this.#options.onChange?.(state);
  }

  #sendBytes(bytes: Buffer): void {
    if (this.#socket?.readyState === 1) this.#socket.send(bytes);
  }
}
