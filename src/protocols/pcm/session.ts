import { int16ToPcmBytes } from '../../audio/pcm.ts';
import { type Clock, systemClock } from '../../core/clock.ts';
import type { Link } from '../../transport/link.ts';
import type { DeviceTools } from '../device-tools.ts';
import type { DeviceCommand, DeviceListener, DeviceSession, DeviceTone, PlaybackFormat } from '../protocol.ts';
import { RawAudio } from '../raw-audio.ts';
import { SentFrames } from '../sent-frames.ts';
import type { PcmCommand } from './commands.ts';
import { parsePcmMessage } from './messages.ts';
import { PcmTools } from './pcm-tools.ts';

/** Rate in both directions, Hz. */
const RATE = 16_000;

/** 40 ms at 16 kHz are 1,280 bytes: what every ESP32 WebSocket stack takes in one piece. */
const FRAME_MS = 40;

/** How far ahead of the loudspeaker audio is sent unless the device's entry says so, milliseconds. */
export const AHEAD_MS = 200;

/** What a session is made with beside its link. */
export interface PcmSessionOptions {
  /** Default: the machine's. */
  readonly clock?: Clock | undefined;
  /** What the device may be told. Default: nothing. */
  readonly commands?: readonly PcmCommand[];
  /** Whether the device has dialled in: it then has the sounds of the ESP32Service. Default false. */
  readonly dialsIn?: boolean;
}

/** One open link to a device that speaks `pcm`. */
export class PcmSession implements DeviceSession {
  readonly playback: PlaybackFormat = { sampleRate: RATE, frameMs: FRAME_MS, aheadMs: AHEAD_MS, trailingSilenceMs: 0 };
  readonly abilities = { playTone: true, setVolume: true };
  readonly tools?: DeviceTools;
  readonly #link: Link;
  readonly #sentFrames = new SentFrames();
  readonly #listener: DeviceListener;
  readonly #microphone: RawAudio;
  readonly #dialsIn: boolean;
  #listening = false;
  #speaking = false;
  #closed = false;

  constructor(link: Link, listener: DeviceListener, options: PcmSessionOptions = {}) {
    const { clock = systemClock, commands = [], dialsIn = false } = options;
    this.#link = link;
    this.#listener = listener;
    this.#dialsIn = dialsIn;
    if (commands.length > 0) this.tools = new PcmTools(commands, (payload) => this.#command(payload));
    this.#microphone = new RawAudio({ name: 'pcm', width: 2, rate: RATE }, listener, () => clock.now());
  }

  get unsentMs(): number {
    return this.#sentFrames.waiting(this.#link.bufferedBytes) * FRAME_MS;
  }

  receiveText(text: string): void {
    if (!this.#closed) this.#listener.event(parsePcmMessage(text));
  }

  receiveBinary(bytes: Uint8Array): void {
    if (this.#closed || bytes.length === 0) return;
    const samples = this.#microphone.take(bytes);
    if (samples.length > 0) this.#listener.audio(samples);
  }

  missed(): void {
    this.#microphone.missed();
  }

  async prepareToPlay(): Promise<void> {
    // Nothing to make ready: PCM needs no encoder.
  }

  play(frame: Int16Array): void {
    if (this.#closed) return;
    this.#status(this.#listening, true);
    // The frame is the playout's own and will be overwritten, but a link may keep what it is given until it was sent.
    const bytes = int16ToPcmBytes(frame);
    this.#sentFrames.sent(bytes.length);
    this.#link.send(bytes);
  }

  send(command: DeviceCommand): void {
    if (this.#closed) return;
    switch (command.type) {
      case 'listening':
        this.#status(command.on, this.#speaking);
        return;
      case 'reply_done':
        this.#status(this.#listening, false);
        return;
      case 'reply_interrupted':
        // The status alone would let the device play out what it has.
        this.#command({ command: 'stop' });
        this.#status(this.#listening, false);
        return;
      case 'notice':
        this.#command({ command: 'notice', code: command.code, message: command.message });
        return;
      case 'play_tone':
        this.#command({ command: 'play_tone', tone: this.#toneOf(command.tone) });
        return;
      case 'set_volume':
        this.#command({ command: 'set_volume', volume: command.percent });
        return;
      case 'transcript':
      case 'speech_started':
      case 'speech_stopped':
      case 'heard':
      case 'image_received':
      case 'reply_started':
      case 'listen':
      case 'conversation_over':
      case 'reply_text':
      case 'reply_sentence':
      case 'reply_word':
      case 'reply_text_done':
        // Such a device has no screen, and its parser few bytes to spare.
        return;
    }
  }

  close(): void {
    this.#closed = true;
  }

  #status(listening: boolean, speaking: boolean): void {
    if (listening === this.#listening && speaking === this.#speaking) return;
    this.#listening = listening;
    this.#speaking = speaking;
    this.#json('server_status', { listening, speaking });
  }

  /** The ESP32Service has its own word for the sound of having woken up. */
  #toneOf(tone: DeviceTone): string {
    return this.#dialsIn && tone === 'wake' ? 'ack' : tone;
  }

  /** @returns whether the session was still there */
  #command(payload: Readonly<Record<string, unknown>>): boolean {
    if (!this.#closed) this.#json('server_command', payload);
    return !this.#closed;
  }

  #json(type: string, payload: Readonly<Record<string, unknown>>): void {
    this.#link.send(JSON.stringify({ type, payload }));
  }
}
