import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import type { WebSocket } from 'ws';
import { DeviceServer } from '../links/websocket-server.ts';
import { createDeviceMic, type DeviceMic } from '../mic/device-mic.ts';
import { loadSpeech, type SpeechSource } from '../mic/speech.ts';
import type { AudioInput, DeviceStatus, OutgoingMessage, Uplink, UplinkFrame } from '../protocols/wire.ts';
import { Loudspeaker } from '../speaker/loudspeaker.ts';
import { SoundMemory } from '../speaker/sound-memory.ts';
import { WavRecorder } from '../speaker/wav-recorder.ts';
import { Backends } from './backends.ts';
import { Connection } from './connection.ts';
import { DeviceLog, type Handshake, type MessageMatch, type ReceivedMessage } from './device-log.ts';
import type { SimEventReport } from './events.ts';
import type { SimDeviceOptions } from './options.ts';
import type { DownlinkEvent, Reply } from './reply.ts';
import { ReplyTracker } from './reply-tracker.ts';
import { resolveOptions, type SimSettings } from './settings.ts';
import { SimError } from './sim-error.ts';
import { Waiters } from './waiters.ts';

export type { Speech, SpeechSource } from '../mic/speech.ts';
export type { Handshake, ReceivedMessage } from './device-log.ts';
export type { SimDeviceOptions } from './options.ts';
export type { Reply } from './reply.ts';
export { SimError } from './sim-error.ts';

/** When a device said something, `Clock.now()` milliseconds. */
export interface Said {
  readonly name: string;
  readonly durationMs: number;
  readonly startedAt: number;
  /** When its last sample was sent. */
  readonly endedAt: number;
}

const DEFAULT_TIMEOUT_MS = 15_000;

/** The codec state of a device, or of one connection. */
interface CodecState {
  readonly uplink: Uplink;
  readonly input: AudioInput;
}

/**
 * Starts a simulated device: a WebSocket server that a backend dials, with a microphone and a loudspeaker. Resolves when it
 * listens. Throws DialtoneError `port_in_use`, SimError `unsupported` for options that contradict each other, and what `fs`
 * throws when the recording cannot be written.
 */
export async function startSimDevice(options: SimDeviceOptions = {}): Promise<SimDevice> {
  const device = new SimDevice(resolveOptions(options));
  await device.start();
  return device;
}

/** A simulated device. Made by {@link startSimDevice}. */
export class SimDevice {
  readonly name: string;
  readonly speaker: Loudspeaker;
  readonly #settings: SimSettings;
  readonly #server: DeviceServer;
  readonly #mic: DeviceMic;
  readonly #replies: ReplyTracker;
  readonly #log: DeviceLog;
  readonly #connectionWaiters: Waiters<number>;
  readonly #backends = new Backends();
  /** The codec of a device that has one for life. */
  #codec: CodecState | undefined;
  #port: number;
  #running = false;
  #frozen = false;
  #session: unknown;
  #listening: boolean | undefined;

  constructor(settings: SimSettings) {
    const { wire, clock } = settings;
    this.#settings = settings;
    this.name = settings.name;
    this.#port = settings.port;
    this.#log = new DeviceLog(clock, settings.messageLog);
    this.#connectionWaiters = new Waiters(clock);
    const recorder =
      settings.recordTo === undefined
        ? undefined
        : new WavRecorder(settings.recordTo, wire.speakerRate, settings.recordGaps);
    const ear = settings.echo ? new SoundMemory(wire.speakerRate) : undefined;
    this.speaker = new Loudspeaker({
      clock,
      sampleRate: wire.speakerRate,
      maxQueueMs: settings.maxQueueMs,
      recorder,
      ear,
    });
    this.#replies = new ReplyTracker({
      clock,
      loudspeaker: this.speaker,
      flushOnInterrupt: settings.flushOnInterrupt,
      report: (event) => this.#report(event),
    });
    this.#mic = createDeviceMic({
      settings,
      sounds: ear,
      isHeard: () => this.#backends.open.size > 0,
      send: (frames) => this.#sendFrames(frames),
    });
    this.#server = new DeviceServer({
      host: settings.host,
      subprotocol: wire.subprotocol,
      compression: settings.compression,
      answerPings: settings.answerPings,
      prepare: async () => {
        const codec = this.#codec ?? (await this.#createCodec());
        return {
          opened: (socket, request) => this.#opened(socket, request, codec),
          discard: () => this.#release(codec),
        };
      },
    });
  }

  /** The port it listens on; stays the same across {@link restart}. */
  get port(): number {
    return this.#port;
  }

  get url(): string {
    const { host, protocol } = this.#settings;
    return `ws://${host.includes(':') ? `[${host}]` : host}:${this.#port}${protocol === 'realtime' ? '/realtime' : '/ws'}`;
  }

  /** Handshakes completed so far. */
  get connections(): number {
    return this.#backends.total;
  }

  /** WebSockets open now. */
  get openSockets(): number {
    return this.#backends.open.size;
  }

  /** Most WebSockets that were ever open at once: a backend must never need two. */
  get maxOpenSockets(): number {
    return this.#backends.maxOpen;
  }

  /** The newest messages received, oldest first. */
  get messages(): readonly ReceivedMessage[] {
    return this.#log.messages.toArray();
  }

  /** The newest 100 handshakes, oldest first. */
  get handshakes(): readonly Handshake[] {
    return this.#log.handshakes.toArray();
  }

  /** What a real device would have choked on (the newest 100); empty when the backend keeps to the protocol. */
  get violations(): readonly string[] {
    return this.#log.violations.toArray();
  }

  /** WebSocket pings received. */
  get pings(): number {
    return this.#log.pings;
  }

  /** The `session` of the last `session.update`; undefined before one came. */
  get session(): unknown {
    return this.#session;
  }

  /** What the last `server_status` said of listening (`pcm`). */
  get listening(): boolean | undefined {
    return this.#listening;
  }

  /** Answers that have ended. */
  get repliesEnded(): number {
    return this.#replies.ended;
  }

  /** Listens (again) with fresh codec state; `startSimDevice` has done it the first time. */
  async start(): Promise<void> {
    if (this.#running) return;
    await this.#mic.open();
    if (this.#settings.codecPerProcess) this.#codec = await this.#createCodec();
    try {
      this.#port = await this.#server.listen(this.#port);
      this.speaker.start();
    } catch (error) {
      await this.#server.close();
      this.#mic.stop();
      this.#freeCodec();
      throw error;
    }
    this.#running = true;
    this.#mic.wake();
  }

  /**
   * Speaks into the microphone, now, at the pace of speech; a question asked while another is spoken comes after it.
   * Resolves when the last sample was sent. Without a connection the words are lost. Answers that ended before are forgotten.
   */
  async say(source: SpeechSource): Promise<Said> {
    if (this.#settings.noAudio)
      throw new SimError('unsupported', `${this.name} has no microphone (noAudio): it cannot say anything.`);
    this.#mustRun();
    this.#replies.forgetUnclaimed();
    const speech = await loadSpeech(source);
    const speak = await this.#mic.prepare(speech);
    this.#mustRun();
    const durationMs = (speech.samples.length * 1000) / speech.sampleRate;
    this.#report({ type: 'saying', what: speech.name, durationMs });
    const span = await speak();
    this.#report({ type: 'said', what: speech.name });
    return { name: speech.name, durationMs, ...span };
  }

  /**
   * The next answer to end (realtime: `response.audio.done`; pcm: `speaking` false), or one that has ended since the last
   * `say` began and was not asked for. Rejects with SimError `timeout`, default 15 s, saying what came instead.
   */
  waitForReply(options: { readonly timeoutMs?: number } = {}): Promise<Reply> {
    return this.#replies.wait(options.timeoutMs ?? DEFAULT_TIMEOUT_MS);
  }

  /** Resolves when a backend is connected: at once when one is. Rejects with SimError `timeout`, default 15 s. */
  async waitForConnection(options: { readonly timeoutMs?: number } = {}): Promise<void> {
    if (this.#backends.open.size > 0) return;
    await this.#connectionWaiters.wait(
      options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
      () => `no backend connected to ${this.name} at ${this.url}`,
    );
  }

  /** The next message of this type, or for which `match` is true. Rejects with SimError `timeout`, default 15 s. */
  waitForMessage(match: MessageMatch, options: { readonly timeoutMs?: number } = {}): Promise<ReceivedMessage> {
    return this.#log.wait(match, options.timeoutMs ?? DEFAULT_TIMEOUT_MS);
  }

  /** Presses the button (`pcm`). Throws SimError `unsupported` where the protocol has none. */
  press(): void {
    this.#sendOwn(this.#settings.wire.button('press'), 'a button');
  }

  /** Lets the button go (`pcm`). */
  release(): void {
    this.#sendOwn(this.#settings.wire.button('release'), 'a button');
  }

  /** Sends a `client_status` (`pcm`). */
  sendStatus(status: Partial<DeviceStatus> = {}): void {
    const uptimeMs = Math.round(this.#settings.clock.now());
    const full = { uptimeMs, heapFreeBytes: 50_123, wifiRssiDbm: -61, ...status };
    this.#sendOwn(this.#settings.wire.status(full), 'a status message');
  }

  /** Sends anything to every backend connected, for bad-input tests: strings as texts, bytes as binary messages. */
  sendRaw(message: OutgoingMessage): void {
    for (const connection of this.#backends.open) connection.send(message);
  }

  /** Closes every connection with a close frame. Default 1000. */
  dropConnection(code = 1000, reason = ''): void {
    for (const connection of this.#backends.open) connection.close(code, reason);
  }

  /** Ends every connection without a close frame. */
  terminate(): void {
    for (const connection of this.#backends.open) connection.terminate();
  }

  /** Answers handshakes with this HTTP status from now on, until {@link accept}. Open connections stay. */
  refuse(status: number, headers: OutgoingHttpHeaders = {}): void {
    this.#server.refuse(status, headers);
  }

  /** Accepts connections again after {@link refuse}. */
  accept(): void {
    this.#server.accept();
  }

  /** Hangs: reads nothing, sends nothing, answers no ping and no handshake, until {@link thaw}. Its sockets stay open. */
  freeze(): void {
    this.#frozen = true;
    this.#server.freeze();
    this.#mic.freeze();
    for (const connection of this.#backends.open) connection.freeze();
  }

  thaw(): void {
    this.#frozen = false;
    this.#server.thaw();
    for (const connection of this.#backends.open) connection.thaw();
    this.#mic.thaw();
  }

  /** Ends the device's program: connections are closed with 1001, the port is free, the recording is complete. */
  async stop(): Promise<void> {
    if (!this.#running) return;
    this.#running = false;
    if (this.#frozen) this.terminate();
    this.thaw();
    this.#mic.stop();
    await this.#backends.closeAll(1001, 'going away');
    await this.#server.close();
    const stopped = new SimError('stopped', `${this.name} was stopped.`);
    this.#replies.stop(stopped);
    this.#log.stop(stopped);
    this.#connectionWaiters.reject(stopped);
    this.speaker.stop();
    this.#freeCodec();
  }

  /** Stops and starts on the same port, as after a power cut: the codec begins anew. */
  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** The same as {@link stop}. */
  close(): Promise<void> {
    return this.stop();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  #mustRun(): void {
    if (!this.#running) throw new SimError('stopped', `${this.name} is stopped: start() it before it says anything.`);
  }

  async #createCodec(): Promise<CodecState> {
    const { wire, decode } = this.#settings;
    return { uplink: wire.createUplink(), input: await wire.createAudioInput(decode) };
  }

  #freeCodec(): void {
    this.#codec?.input.free();
    this.#codec = undefined;
  }

  /** Frees the codec of one connection; that of the device stays. */
  #release(codec: CodecState): void {
    if (!this.#settings.codecPerProcess) codec.input.free();
  }

  #opened(socket: WebSocket, request: IncomingMessage, codec: CodecState): void {
    const { clock, clients, keepAlive, wire } = this.#settings;
    const id = this.#backends.nextId();
    const { path, subprotocol } = this.#log.handshake(id, socket, request);
    const busy = clients === 'refuse' && this.#backends.open.size > 0;
    const downlink = wire.createDownlink(codec.input, busy ? () => {} : (event) => this.#received(event));
    const connection: Connection = new Connection(id, socket, codec.uplink, clock, keepAlive, {
      text: (text, bytes) => this.#log.message(id, bytes, downlink.text(text)),
      binary: (bytes) => this.#log.message(id, bytes.length, downlink.binary(bytes)),
      ping: () => this.#log.pings++,
      closed: (code, reason) => this.#closed(connection, codec, code, reason),
    });
    if (clients === 'newest')
      for (const older of this.#backends.open) older.close(1000, 'replaced by a newer connection');
    this.#backends.add(connection, busy);
    if (busy) {
      connection.close(1013, 'Service busy');
      return;
    }
    this.#report({ type: 'connected', connection: id, path, subprotocol });
    this.#connectionWaiters.offerAll(id);
    this.#mic.wake();
  }

  #closed(connection: Connection, codec: CodecState, code: number, reason: string): void {
    const wasOpen = this.#backends.remove(connection);
    this.#release(codec);
    if (wasOpen && this.#backends.open.size === 0) this.#replies.disconnected();
    if (wasOpen) this.#report({ type: 'disconnected', connection: connection.id, code, reason });
  }

  #received(event: DownlinkEvent): void {
    if (event.type === 'session') this.#session = event.session;
    if (event.type === 'listening') this.#listening = event.on;
    if (event.type === 'violation') {
      this.#log.violations.push(event.text);
      this.#report({ type: 'violation', text: event.text });
    }
    this.#replies.handle(event);
  }

  #sendFrames(frames: readonly UplinkFrame[]): void {
    const shared = this.#codec?.uplink.messages(frames);
    for (const connection of this.#backends.open) {
      for (const message of shared ?? connection.uplink.messages(frames)) connection.send(message);
    }
  }

  #sendOwn(text: string | undefined, what: string): void {
    if (text === undefined) throw new SimError('unsupported', `A ${this.#settings.protocol} device has not ${what}.`);
    this.sendRaw(text);
  }

  #report(event: SimEventReport): void {
    const { clock, onEvent, name } = this.#settings;
    onEvent({ at: clock.now(), device: name, ...event });
  }
}
