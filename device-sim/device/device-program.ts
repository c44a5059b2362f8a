import { DeviceCounters } from '../health/device-counters.ts';
import type { LinkSocket } from '../links/link-socket.ts';
import type { HandshakeFacts, LinkSource, PrepareLink } from '../links/link-source.ts';
import { WebRtcDialer } from '../links/webrtc-dialer.ts';
import { WebSocketLink } from '../links/websocket-link.ts';
import { WebSocketDeviceServer } from '../links/websocket-server.ts';
import { createDeviceMic, type DeviceMic } from '../mic/device-mic.ts';
import type { AudioInput, OutgoingMessage, Uplink, UplinkFrame } from '../protocols/wire.ts';
import { ConversationRecorder } from '../recording/conversation-recorder.ts';
import type { SoundSink } from '../recording/sound-sink.ts';
import { WavRecorder } from '../recording/wav-recorder.ts';
import { Loudspeaker } from '../speaker/loudspeaker.ts';
import { SoundMemory } from '../speaker/sound-memory.ts';

import { Backends } from './backends.ts';
import { DeviceLog } from './device-log.ts';
import type { SimEventReport } from './events.ts';
import type { DownlinkEvent } from './reply.ts';
import { ReplyTracker } from './reply-tracker.ts';
import type { SimSettings } from './settings.ts';
import { SimError } from './sim-error.ts';
import { Waiters } from './waiters.ts';

/** The codec state of a device, or of one link. */
interface CodecState {
  readonly uplink: Uplink;
  readonly input: AudioInput;
}

/** Close code of a connection that ended without a close frame (RFC 6455 §7.4.1). */
const CLOSED_WITHOUT_FRAME = 1006;

/**
 * What runs on a simulated device between power-on and power-off: it serves the links, sends what the microphone records, and plays
 * what arrives. Its log and its counters survive a restart, its codec does not.
 */
export class DeviceProgram {
  readonly speaker: Loudspeaker;
  readonly mic: DeviceMic;
  readonly links: LinkSource;
  readonly replies: ReplyTracker;
  readonly log: DeviceLog;
  readonly backends = new Backends();
  readonly counters = new DeviceCounters();
  readonly connectionWaiters: Waiters<number>;
  readonly #settings: SimSettings;
  readonly #bornAt: number;
  /** The codec of a device that has one for life. */
  #codec: CodecState | undefined;
  #port: number;
  #running = false;
  #frozen = false;
  #session: unknown;
  #listening: boolean | undefined;
  #callback = { lastMs: 0, maxMs: 0 };

  constructor(settings: SimSettings) {
    const { wire, clock, audioClock, faults } = settings;
    this.#settings = settings;
    this.#bornAt = clock.now();
    this.#port = settings.port;
    this.log = new DeviceLog(clock, settings.messageLog);
    this.connectionWaiters = new Waiters(clock);
    const { recordTo, recordBothTo } = settings;
    const both = recordBothTo === undefined ? undefined : new ConversationRecorder(recordBothTo, wire.speakerRate);
    const recorders: SoundSink[] = both ? [both.speaker] : [];
    if (recordTo !== undefined) recorders.push(new WavRecorder(recordTo, wire.speakerRate, settings.recordGaps));
    const ear = settings.echo || settings.sound ? new SoundMemory(wire.speakerRate) : undefined;
    this.speaker = new Loudspeaker({
      clock: audioClock,
      sampleRate: wire.speakerRate,
      maxQueueMs: settings.maxQueueMs,
      recorders,
      ears: ear ? [ear] : [],
      swallowMs: faults.swallowMs ?? 0,
      onOverrun: () => this.report({ type: 'overrun', aheadMs: this.speaker.aheadMs }),
    });
    this.replies = new ReplyTracker({
      clock,
      loudspeaker: this.speaker,
      flushOnInterrupt: settings.flushOnInterrupt,
      report: (event) => this.report(event),
    });
    this.mic = createDeviceMic({
      settings,
      sounds: ear,
      recorder: both?.mic,
      onEchoFrame: () => this.counters.echoFramesCancelled++,
      onFailure: ({ message }) => this.report({ type: 'fault', text: `the sound card failed: ${message}` }),
      isHeard: () => this.backends.open.size > 0,
      send: (frames) => this.#sendFrames(frames),
    });
    this.links = this.#createLinks(async () => {
      const codec = this.#codec ?? (await this.#createCodec());
      return {
        opened: (socket, handshake) => this.#opened(socket, handshake, codec),
        discard: () => this.#release(codec),
      };
    });
  }

  /** The port it listens on; stays the same when it is started again. */
  get port(): number {
    return this.#port;
  }

  get running(): boolean {
    return this.#running;
  }

  /** The `session` of the last `session.update`. */
  get session(): unknown {
    return this.#session;
  }

  /** What the last `server_status` said of listening (`pcm`). */
  get listening(): boolean | undefined {
    return this.#listening;
  }

  /** Since it was made, milliseconds. */
  get uptimeMs(): number {
    return this.#settings.clock.now() - this.#bornAt;
  }

  /** How long the work for one message of the microphone took, milliseconds. */
  get callback(): { readonly lastMs: number; readonly maxMs: number } {
    return this.#callback;
  }

  /** Listens with fresh codec state. */
  async start(): Promise<void> {
    if (this.#running) return;
    await this.mic.open();
    if (this.#settings.codecPerProcess) this.#codec = await this.#createCodec();
    try {
      this.#port = await this.links.start(this.#port);
      const status = this.#settings.faults.refuse;
      if (status !== undefined && status !== 1013) this.links.refuse(status, {});
      this.speaker.start();
    } catch (error) {
      await this.links.close();
      this.mic.stop();
      this.#freeCodec();
      throw error;
    }
    this.#running = true;
    this.mic.wake();
  }

  /** Closes the links with 1001, gives the port back, completes the recording. */
  async stop(): Promise<void> {
    if (!this.#running) return;
    this.#running = false;
    if (this.#frozen) for (const link of this.backends.open) link.terminate();
    this.thaw();
    this.mic.stop();
    await this.backends.closeAll(1001, 'going away');
    await this.links.close();
    const stopped = new SimError('stopped', `${this.#settings.name} was stopped.`);
    this.replies.stop(stopped);
    this.log.stop(stopped);
    this.connectionWaiters.reject(stopped);
    this.speaker.stop();
    this.#freeCodec();
  }

  /** Hangs until {@link thaw}: reads nothing, sends nothing, answers no ping and no handshake. The sockets stay open. */
  freeze(): void {
    this.#frozen = true;
    this.links.freeze();
    this.mic.freeze();
    for (const link of this.backends.open) link.freeze();
  }

  thaw(): void {
    this.#frozen = false;
    this.links.thaw();
    for (const link of this.backends.open) link.thaw();
    this.mic.thaw();
  }

  /** A power cut: no close frame, no goodbye. */
  async powerCut(): Promise<void> {
    for (const link of this.backends.open) link.terminate();
    await this.stop();
  }

  /** Nothing passes and no handshake is answered until {@link endGap}; the program goes on. */
  beginGap(): void {
    this.links.freeze();
    for (const link of this.backends.open) link.beginGap();
  }

  endGap(): void {
    this.links.thaw();
    for (const link of this.backends.open) link.endGap();
  }

  /** Loses its links without closing their sockets, as if it knew nothing of them. */
  forgetLinks(): void {
    if (this.backends.open.size === 0) return;
    this.backends.forgetAll();
    this.replies.disconnected();
  }

  /** Sends to every backend connected: strings as texts, bytes as binary messages. */
  sendToAll(message: OutgoingMessage): void {
    for (const link of this.backends.open) link.send(message);
  }

  /** Tells the listener of the settings what happened. */
  report(event: SimEventReport): void {
    const { clock, onEvent, name } = this.#settings;
    onEvent({ at: clock.now(), device: name, ...event });
  }

  /** It waits until it is dialled, or dials. */
  #createLinks(prepare: PrepareLink): LinkSource {
    const { answerPings, clock, compression, host, hub, wire } = this.#settings;
    if (hub) {
      const onFailure = (text: string) => {
        this.counters.connectionFailures++;
        this.report({ type: 'fault', text });
      };
      return new WebRtcDialer({ ...hub, clock, prepare, onFailure });
    }
    const onRefused = () => this.counters.connectionFailures++;
    return new WebSocketDeviceServer({
      host,
      subprotocol: wire.subprotocol,
      compression,
      answerPings,
      onRefused,
      prepare,
    });
  }

  async #createCodec(): Promise<CodecState> {
    const { wire, decode } = this.#settings;
    return { uplink: wire.createUplink(), input: await wire.createAudioInput(decode) };
  }

  #freeCodec(): void {
    this.#codec?.input.free();
    this.#codec = undefined;
  }

  /** Frees the codec of one link; that of the device stays. */
  #release(codec: CodecState): void {
    if (!this.#settings.codecPerProcess) codec.input.free();
  }

  #opened(socket: LinkSocket, handshake: HandshakeFacts, codec: CodecState): void {
    const { clients, wire, faults } = this.#settings;
    const id = this.backends.nextId();
    this.log.handshake(id, handshake);
    const busy = faults.refuse === 1013 || (clients === 'refuse' && this.backends.open.size > 0);
    const downlink = wire.createDownlink(codec.input, busy ? () => {} : (event) => this.#received(event));
    const link: WebSocketLink = new WebSocketLink({
      ...this.#settings,
      id,
      socket,
      uplink: codec.uplink,
      listener: {
        text: (text, bytes) => this.log.message(id, bytes, downlink.text(text)),
        binary: (bytes) => this.log.message(id, bytes.length, downlink.binary(bytes)),
        ping: () => this.log.pings++,
        closed: (code, reason) => this.#closed(link, codec, code, reason),
      },
    });
    if (clients === 'newest') for (const older of this.backends.open) older.close(1000, 'replaced by a newer link');
    this.backends.add(link, busy);
    if (busy) {
      this.counters.connectionFailures++;
      link.close(1013, 'Service busy');
      return;
    }
    this.report({ type: 'connected', connection: id, path: handshake.path, subprotocol: handshake.subprotocol });
    this.connectionWaiters.offerAll(id);
    this.mic.wake();
    if (faults.closeAtOnce !== undefined) link.close(faults.closeAtOnce, 'closed at once');
  }

  #closed(link: WebSocketLink, codec: CodecState, code: number, reason: string): void {
    const wasOpen = this.backends.remove(link);
    this.#release(codec);
    if (!wasOpen) return;
    if (code === CLOSED_WITHOUT_FRAME) this.counters.connectionFailures++;
    if (this.backends.open.size === 0) this.replies.disconnected();
    this.report({ type: 'disconnected', connection: link.id, code, reason });
  }

  #received(event: DownlinkEvent): void {
    if (event.type === 'audio') this.counters.audioFramesReceived++;
    if (event.type === 'session') this.#session = event.session;
    if (event.type === 'listening') this.#listening = event.on;
    if (event.type === 'violation') {
      this.log.violations.push(event.text);
      this.report({ type: 'violation', text: event.text });
    }
    this.replies.handle(event);
  }

  #sendFrames(frames: readonly UplinkFrame[]): void {
    const { counters } = this;
    // What has sounded is written down while the recordings still expect it.
    this.speaker.settle();
    const startedAt = performance.now();
    counters.micFramesCaptured += frames.length;
    const shared = this.#codec?.uplink.messages(frames);
    let isSent = false;
    for (const link of this.backends.open) {
      for (const message of shared ?? link.uplink.messages(frames)) isSent = link.send(message) || isSent;
    }
    const count = frames.filter((frame) => frame !== null).length;
    if (isSent) counters.micFramesSent += count;
    else counters.micFramesDropped += count;
    const lastMs = performance.now() - startedAt;
    this.#callback = { lastMs, maxMs: Math.max(lastMs, this.#callback.maxMs) };
  }
}
