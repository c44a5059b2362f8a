import type { DeviceConfig } from '../../config/devices-schema.ts';
import type { Random } from '../../core/clock.ts';
import type { Link } from '../../transport/link.ts';
import type { DeviceCommand, DeviceListener, DeviceSession, PlaybackFormat } from '../protocol.ts';
import { SentFrames } from '../sent-frames.ts';
import { DOWNLINK_RATE, type Downlink } from './downlink.ts';
import { audioFieldOf, eventId, parseDeviceMessage } from './events.ts';
import type { Uplink } from './uplink.ts';

/** How far ahead of the loudspeaker audio is sent unless the device's entry says so, milliseconds. */
export const AHEAD_MS = 320;

/** Length of the audio of one message, milliseconds: two packets. */
const FRAME_MS = 80;

/** One open link to a device that speaks `realtime`. */
export class RealtimeSession implements DeviceSession {
  readonly playback: PlaybackFormat = {
    sampleRate: DOWNLINK_RATE,
    frameMs: FRAME_MS,
    aheadMs: AHEAD_MS,
    trailingSilenceMs: 80,
  };
  readonly abilities = { playTone: false, setVolume: false };
  readonly #link: Link;
  readonly #sentFrames = new SentFrames();
  readonly #device: DeviceConfig;
  readonly #listener: DeviceListener;
  readonly #uplink: Uplink;
  readonly #downlink: Downlink;
  readonly #random: Random;
  #closed = false;

  constructor(
    link: Link,
    device: DeviceConfig,
    listener: DeviceListener,
    uplink: Uplink,
    downlink: Downlink,
    random: Random,
  ) {
    this.#link = link;
    this.#device = device;
    this.#listener = listener;
    this.#uplink = uplink;
    this.#downlink = downlink;
    this.#random = random;
    const { instructions, voice } = device;
    this.#event('session.update', {
      session: { instructions: withLanguage(instructions), voice, allow_recording: false },
    });
  }

  get unsentMs(): number {
    return this.#sentFrames.waiting(this.#link.bufferedBytes) * FRAME_MS;
  }

  receiveText(text: string): void {
    if (this.#closed) return;
    const audio = audioFieldOf(text);
    if (audio !== null && this.#uplink.receiveBase64(audio)) return;
    const message = parseDeviceMessage(text);
    if (!message) this.#listener.event({ type: 'dropped', reason: 'bad_json' });
    else if (message.type === 'input_audio_buffer.append') this.#uplink.receive(message.audio);
    else if (message.type === 'unknown') this.#listener.event({ type: 'dropped', reason: 'unknown_type' });
  }

  /** This protocol has no binary messages. */
  receiveBinary(): void {
    if (!this.#closed) this.#listener.event({ type: 'dropped', reason: 'unexpected' });
  }

  missed(): void {
    this.#uplink.missed();
  }

  async prepareToPlay(): Promise<void> {
    await this.#downlink.prepare();
  }

  play(frame: Int16Array): void {
    if (this.#closed) return;
    // A device that speaks raw PCM plays raw PCM.
    const bytes = this.#downlink.encode(frame, this.#uplink.playFormat);
    if (!bytes) return;
    // As JSON.stringify would: neither base64 nor an event id holds anything that must be escaped.
    const id = eventId(this.#random);
    const message = `{"type":"response.audio.delta","event_id":"${id}","delta":"${bytes.toString('base64')}"}`;
    this.#sentFrames.sent(message.length);
    this.#link.send(message);
  }

  send(command: DeviceCommand): void {
    if (this.#closed) return;
    switch (command.type) {
      case 'transcript':
        this.#event('conversation.item.input_audio_transcription.delta', {
          delta: command.delta,
          start_time: command.startSeconds,
        });
        return;
      case 'speech_started':
        this.#event('input_audio_buffer.speech_started');
        return;
      case 'speech_stopped':
        this.#event('input_audio_buffer.speech_stopped');
        return;
      case 'reply_started':
        // The original puts the whole history here, system prompt included: never on our wire.
        this.#event('response.created', {
          response: {
            object: 'realtime.response',
            status: 'in_progress',
            voice: this.#device.voice,
            chat_history: [],
          },
        });
        return;
      case 'reply_text':
        this.#event('unmute.response.text.delta.ready', { delta: command.delta });
        return;
      case 'reply_word':
        this.#event('response.text.delta', { delta: command.word });
        return;
      case 'reply_text_done':
        this.#event('response.text.done', { text: command.text });
        return;
      case 'reply_done':
        this.#endReply();
        return;
      case 'reply_interrupted':
        this.#event('unmute.interrupted_by_vad');
        this.#endReply();
        return;
      case 'notice':
        this.#event('error', {
          error: { type: 'warning', code: command.code, message: command.message, param: null, details: null },
        });
        return;
      case 'listening':
      case 'heard':
      case 'image_received':
      case 'listen':
      case 'conversation_over':
      case 'reply_sentence':
      case 'play_tone':
      case 'set_volume':
        // The wire has no word for it.
        return;
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#uplink.close();
    this.#downlink.close();
  }

  /** Every turn ends with `response.audio.done`, an interrupted one too: the original leaves that out. */
  #endReply(): void {
    this.#downlink.release();
    this.#event('response.audio.done');
  }

  #event(type: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.#link.send(JSON.stringify({ type, event_id: eventId(this.#random), ...fields }));
  }
}

/** The original always sends the language of the instruction types that have one. */
function withLanguage(instructions: DeviceConfig['instructions']): Record<string, unknown> {
  return instructions.type === 'unmute_explanation' ? { ...instructions } : { language: null, ...instructions };
}
