import type { Timer } from '../../core/clock.ts';
import type { DeviceTools } from '../device-tools.ts';
import type { DeviceCommand, DeviceSession, DropReason, ListenMode, PlaybackFormat } from '../protocol.ts';
import { SentFrames } from '../sent-frames.ts';
import type { Downlink } from './downlink.ts';
import { readFrame } from './frame.ts';
import { type DeviceHello, DOWNLINK_RATE, readHello, serverHello } from './hello.ts';
import { type DeviceMessage, parseJson, readMessage } from './messages.ts';
import { Screen } from './screen.ts';
import type { XiaozhiSessionOptions } from './session-options.ts';
import { SILENT, type SpeakingEffect, type SpeakingInput, START_PAUSE_MS, stepSpeaking } from './speaking-machine.ts';
import { AvatarLoads } from './tools/avatar-loads.ts';
import { SessionTools } from './tools/session-tools.ts';

/** How far ahead of the loudspeaker audio is sent unless the device's entry says so, milliseconds: five packets (xinnan). */
export const AHEAD_MS = 300;

/** Packets that wait in a device for their decoder; what is more is thrown away (firmware 2.4.2, `MAX_DECODE_PACKETS`). */
const DEVICE_PACKETS = 40;

/** So many of them are left free: a first packet that came late makes the device later than we think. */
const SPARE_PACKETS = 4;

/** A text of ours keeps the device's end of the link alive; more of them only fill its log. Milliseconds. */
const PING_EVERY_MS = 20_000;

/** One open link to a device that speaks `xiaozhi`. Nothing is told of the device before its hello. */
export class XiaozhiSession implements DeviceSession {
  /** Its volume is a function of the device, as it has told it. */
  readonly abilities = { playTone: false, setVolume: false };
  readonly openedByUser: boolean;
  readonly greeted: Promise<void>;
  readonly #options: XiaozhiSessionOptions;
  readonly #sentFrames = new SentFrames();
  readonly #screen = new Screen((type, fields) => this.#json(type, fields));
  readonly #greet: () => void;
  #hello: DeviceHello | undefined;
  #downlink: Downlink | undefined;
  #tools: SessionTools | undefined;
  #closeVision: (() => void) | undefined;
  #speaking = SILENT;
  #stopTimer: Timer | undefined;
  /** How its user speaks; undefined: its microphone is closed. */
  #listenMode: ListenMode | undefined;
  /** We have opened its microphone. */
  #hasAskedToListen = false;
  #isOver = false;
  #pingedAtMs: number;
  #closed = false;

  constructor(options: XiaozhiSessionOptions) {
    this.#options = options;
    this.openedByUser = !options.isPersistent;
    this.#pingedAtMs = options.clock.now();
    let greet = () => {};
    this.greeted = new Promise((resolve) => {
      greet = resolve;
    });
    this.#greet = greet;
  }

  get playback(): PlaybackFormat {
    const frameMs = this.#frameMs;
    return {
      sampleRate: DOWNLINK_RATE,
      frameMs,
      aheadMs: AHEAD_MS,
      maxAheadMs: (DEVICE_PACKETS - SPARE_PACKETS) * frameMs,
      trailingSilenceMs: frameMs,
    };
  }

  get unsentMs(): number {
    return this.#sentFrames.waiting(this.#options.link.bufferedBytes) * this.#frameMs;
  }

  get tools(): DeviceTools | undefined {
    return this.#tools;
  }

  /** Both: a text counts for the firmware's own limit of 120 s, and only a ping is answered by a device that is idle. */
  probe(): void {
    const { clock, link } = this.#options;
    link.probe();
    if (!this.#hello || clock.now() - this.#pingedAtMs < PING_EVERY_MS) return;
    this.#json('ping');
  }

  receiveText(text: string): void {
    if (this.#closed) return;
    const json = parseJson(text);
    if (!this.#hello) {
      this.#begin(json);
      return;
    }
    const message = readMessage(json);
    if (typeof message === 'string') this.#drop(message);
    else this.#message(message);
  }

  receiveBinary(bytes: Uint8Array): void {
    if (this.#closed) return;
    const { link, uplink } = this.#options;
    if (!this.#hello) {
      link.close('protocol_error', 'audio came before the hello');
      return;
    }
    const frame = readFrame(bytes, this.#hello.version);
    if (!frame) this.#drop('bad_frame');
    else if (frame.type === 'json') this.receiveText(Buffer.from(frame.payload).toString('utf8'));
    else {
      if (frame.timestampMs > 0) this.#plays(frame.timestampMs);
      uplink.receive(frame.payload);
    }
  }

  /** Makes the encoder, and waits until the device is ready for audio. */
  async prepareToPlay(): Promise<void> {
    const { clock } = this.#options;
    await this.#downlink?.prepare();
    const waitMs = this.#speaking.startedAtMs + START_PAUSE_MS - clock.now();
    if (waitMs > 0) await new Promise<void>((resolve) => clock.setTimer(resolve, waitMs));
  }

  play(frame: Int16Array): void {
    // A device that was not told to speak throws it away.
    if (this.#closed || this.#speaking.state === 'silent') return;
    const bytes = this.#downlink?.encode(frame);
    if (!bytes) return;
    this.#speak({ type: 'frame', frameMs: this.#frameMs });
    this.#sentFrames.sent(bytes.length);
    this.#options.link.send(bytes);
  }

  send(command: DeviceCommand): void {
    if (this.#closed || !this.#hello) return;
    switch (command.type) {
      case 'listen':
        this.#wantMicrophone(command.on);
        return;
      case 'heard':
        if (command.isTaken) this.#screen.heard(command.text);
        return;
      case 'reply_started':
        this.#beginReply();
        return;
      case 'reply_text':
        this.#screen.written(command.delta);
        return;
      case 'reply_sentence':
        this.#screen.sentence(command.text);
        return;
      case 'reply_done':
        this.#downlink?.release();
        this.#speak({ type: 'end', frameMs: this.#frameMs });
        return;
      case 'reply_interrupted':
        this.#downlink?.release();
        this.#speak({ type: 'cut' });
        return;
      case 'notice':
        this.#screen.failed(command.message);
        // Otherwise it is shown when the device is told to speak.
        if (this.#speaking.state === 'speaking') this.#screen.showFailure();
        return;
      case 'conversation_over':
        this.#isOver = true;
        this.#closeWhenOver();
        return;
      case 'listening':
      case 'speech_started':
      case 'speech_stopped':
      case 'transcript':
      case 'image_received':
      case 'reply_word':
      case 'reply_text_done':
      case 'play_tone':
      case 'set_volume':
        // The wire has no word for it.
        return;
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#options.clock.clearTimer(this.#stopTimer);
    this.#closeVision?.();
    this.#tools?.close();
    this.#options.uplink.close();
    this.#downlink?.close();
  }

  get #frameMs(): DeviceHello['frameMs'] {
    return this.#hello?.frameMs ?? 60;
  }

  #begin(json: unknown): void {
    const { link, sessionId, createDownlink } = this.#options;
    const read = readHello(json, link.arrival?.headers['protocol-version']);
    if ('problem' in read) {
      link.close('protocol_error', read.problem);
      return;
    }
    this.#hello = read.hello;
    this.#downlink = createDownlink(read.hello);
    link.send(JSON.stringify(serverHello(sessionId, read.hello)));
    this.#greet();
    if (read.hello.hasTools) this.#beginTools();
  }

  #beginTools(): void {
    const { clock, listener, offer, openVision } = this.#options;
    const vision = openVision((jpeg) => tools.picture(jpeg));
    this.#closeVision = vision?.close;
    const tools: SessionTools = new SessionTools({
      clock,
      send: (payload) => {
        if (!this.#closed) this.#json('mcp', { payload });
      },
      vision: vision?.address,
      avatars: offer && new AvatarLoads({ clock, offer, send: (fields) => this.#json('avatar_set_fetch', fields) }),
      onList: (leftOut) => {
        if (this.#closed) return;
        if (leftOut > 0) this.#drop('unexpected');
        listener.event({ type: 'tools_changed' });
      },
      // The clock of the device is where its defects end.
      fault: (cause) => {
        clock.setTimer(() => {
          throw cause;
        }, 0);
      },
    });
    this.#tools = tools;
    tools.begin();
  }

  #message(message: DeviceMessage): void {
    const { link, listener } = this.#options;
    switch (message.type) {
      case 'listen_start':
        this.#listens(message.mode);
        return;
      case 'listen_stop':
        if (!this.#hasAskedToListen) this.#options.uplink.ended();
        this.#hasAskedToListen = false;
        this.#closeMicrophone();
        listener.event({ type: 'listen', state: 'stop' });
        return;
      case 'wake':
        if (message.word !== '') listener.event({ type: 'wake', word: message.word });
        return;
      case 'abort':
        this.#speak({ type: 'aborted' });
        return;
      case 'mcp':
        if (!this.#tools?.receive(message.payload)) this.#drop('unexpected');
        return;
      case 'avatar_loaded':
        if (!this.#tools?.avatarLoaded(message)) this.#drop('unexpected');
        return;
      case 'touch':
        listener.event(message);
        return;
      case 'goodbye':
        link.close('done', 'goodbye');
        return;
      case 'hello':
        this.#drop('unexpected');
        return;
      case 'alive':
        return;
    }
  }

  /** The device plays what bears this time stamp: that tells how much it still has. */
  #plays(timestampMs: number): void {
    const leftMs = (this.#downlink?.sentMs ?? 0) - timestampMs;
    if (leftMs >= 0 && leftMs <= DEVICE_PACKETS * this.#frameMs) this.#speak({ type: 'plays', leftMs });
  }

  #speak(input: SpeakingInput): void {
    const { machine, effects } = stepSpeaking(this.#speaking, input, this.#options.clock.now());
    this.#speaking = machine;
    for (const effect of effects) this.#carryOut(effect);
  }

  #carryOut(effect: SpeakingEffect): void {
    const { clock, listener } = this.#options;
    switch (effect.type) {
      case 'start':
        // A device has its microphone open or speaks: the one ends before the other begins.
        this.#wantMicrophone(false);
        // Its microphone is closed while it speaks, unless it removes its own echo.
        if (this.#listenMode !== 'realtime') this.#closeMicrophone();
        this.#json('tts', { state: 'start' });
        return;
      case 'stop':
        this.#json('tts', { state: 'stop' });
        this.#closeWhenOver();
        return;
      case 'stop_in':
        clock.clearTimer(this.#stopTimer);
        this.#stopTimer = clock.setTimer(() => this.#speak({ type: 'due' }), effect.ms);
        return;
      case 'cancel_stop':
        clock.clearTimer(this.#stopTimer);
        return;
      case 'interrupted':
        listener.event({ type: 'interrupt' });
        return;
    }
  }

  #beginReply(): void {
    this.#isOver = false;
    this.#screen.replyBegins();
    this.#speak({ type: 'begin' });
    this.#screen.showFailure();
  }

  /** Opens or closes the microphone of a device that stays connected. Another opens its own when its user wants to speak. */
  #wantMicrophone(on: boolean): void {
    const { isPersistent, uplink } = this.#options;
    if (!isPersistent || on === this.#hasAskedToListen) return;
    this.#hasAskedToListen = on;
    if (!on) {
      this.#json('listen', { state: 'stop' });
      this.#closeMicrophone();
      return;
    }
    // A device that still plays the end of an answer would throw it away.
    this.#speak({ type: 'due' });
    this.#json('listen', { state: 'start', mode: 'manual' });
    this.#listenMode = 'auto';
    uplink.open();
  }

  #listens(said: ListenMode): void {
    const { listener, uplink } = this.#options;
    // Where we have opened the microphone the device says so too, in its own mode: it is still we who notice the end.
    const mode = this.#hasAskedToListen ? 'auto' : said;
    this.#listenMode = mode;
    this.#speak({ type: 'listens', byHand: mode === 'manual' });
    uplink.open();
    listener.event({ type: 'listen', state: 'start', mode });
  }

  #closeMicrophone(): void {
    this.#listenMode = undefined;
    this.#options.uplink.closed();
  }

  /** A device without a conversation is idle; only the end of its link tells it so. */
  #closeWhenOver(): void {
    const { isPersistent, link } = this.#options;
    if (this.#isOver && !isPersistent && this.#speaking.state === 'silent')
      link.close('done', 'the conversation is over');
  }

  #json(type: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.#pingedAtMs = this.#options.clock.now();
    this.#options.link.send(JSON.stringify({ session_id: this.#options.sessionId, type, ...fields }));
  }

  #drop(reason: DropReason): void {
    this.#options.listener.event({ type: 'dropped', reason });
  }
}
