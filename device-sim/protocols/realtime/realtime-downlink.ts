import type { DownlinkListener } from '../../device/reply.ts';
import { asObject, type Json, parseObject } from '../json.ts';
import type { AudioInput, Downlink } from '../wire.ts';
import { OggRules } from './ogg-rules.ts';

const EVENT_ID = /^event_[0-9A-Za-z]{21}$/;
const BASE64 = /^[0-9A-Za-z+/]*={0,2}$/;
/** An ESP32 with little memory takes messages of at most 4 KB; raw PCM deltas are larger by nature. */
const MAX_OGG_DELTA_BYTES = 4096;

/**
 * The backend's messages to a realtime device. It understands all of them, ignores what it does
 * not know, as the reference device does, and reports what a real device would choke on.
 */
export class RealtimeDownlink implements Downlink {
  readonly #input: AudioInput;
  readonly #listener: DownlinkListener;
  readonly #oggRules: OggRules | undefined;
  #first = true;
  #inReply = false;

  constructor(input: AudioInput, container: 'ogg' | 'none', listener: DownlinkListener) {
    this.#input = input;
    this.#listener = listener;
    this.#oggRules = container === 'ogg' ? new OggRules() : undefined;
  }

  binary(): { readonly type: string } {
    this.#listener({ type: 'message', name: 'binary' });
    this.#fault('a binary message: this protocol has texts only');
    return { type: 'binary' };
  }

  text(text: string): { readonly type: string; readonly json?: unknown } {
    const json = parseObject(text);
    const type = typeof json?.type === 'string' ? json.type : 'junk';
    this.#listener({ type: 'message', name: type });
    if (!json || type === 'junk') {
      this.#fault('a text that is no JSON object with a type');
      return { type };
    }
    if (typeof json.event_id !== 'string' || !EVENT_ID.test(json.event_id)) {
      this.#fault(`${type} without an event_id of "event_" and 21 letters or digits`);
    }
    if (this.#first && type !== 'session.update') this.#fault(`${type} is the first message; session.update must be`);
    this.#first = false;
    this.#handle(type, json, text.length);
    return type === 'response.audio.delta' ? { type } : { type, json };
  }

  #handle(type: string, json: Json, length: number): void {
    switch (type) {
      case 'session.update':
        this.#listener({ type: 'session', session: json.session });
        return;
      case 'conversation.item.input_audio_transcription.delta':
        if (typeof json.start_time !== 'number') this.#fault(`${type} without a start_time`);
        this.#listener({ type: 'transcript', delta: this.#string(json, 'delta') });
        return;
      case 'response.created':
        this.#created(json);
        return;
      case 'unmute.response.text.delta.ready':
        this.#listener({ type: 'reply_text', delta: this.#string(json, 'delta') });
        return;
      case 'response.text.delta':
        this.#listener({ type: 'reply_word', word: this.#string(json, 'delta') });
        return;
      case 'response.text.done':
        this.#listener({ type: 'reply_text_done', text: this.#string(json, 'text') });
        return;
      case 'response.audio.delta':
        this.#audio(this.#string(json, 'delta'), length);
        return;
      case 'response.audio.done':
        this.#inReply = false;
        this.#listener({ type: 'reply_ended' });
        return;
      case 'unmute.interrupted_by_vad':
        this.#listener({ type: 'interrupted' });
        return;
      case 'unmute.additional_outputs':
        this.#fault('debug data: a small device has no room for it');
        return;
      case 'error':
        this.#error(json.error);
        return;
    }
  }

  #created(json: Json): void {
    if (this.#inReply) this.#fault('response.created before the last answer was ended by response.audio.done');
    this.#inReply = true;
    const response = asObject(json.response);
    const history = response?.chat_history;
    if (Array.isArray(history) && history.length > 0) this.#fault('chat history: a device has no use for it');
    this.#listener({ type: 'reply_started' });
  }

  #audio(delta: string, length: number): void {
    if (!this.#inReply) this.#fault('response.audio.delta outside an answer: response.created comes first');
    this.#inReply = true;
    if (!BASE64.test(delta) || delta.length % 4 !== 0) {
      this.#fault('an audio delta that is not base64');
      return;
    }
    const bytes = Buffer.from(delta, 'base64');
    if (this.#oggRules) {
      if (length > MAX_OGG_DELTA_BYTES) this.#fault(`an audio message of ${length} bytes; a small device takes 4096`);
      for (const fault of this.#oggRules.check(bytes)) this.#fault(fault);
    } else if (bytes.subarray(0, 4).toString('latin1') === 'OggS') {
      this.#fault('Ogg to a device without a codec: it would play it as noise');
      return;
    }
    this.#input.push(bytes, this.#listener);
  }

  #error(error: unknown): void {
    const { code, type, message } = asObject(error) ?? {};
    this.#listener({ type: 'error', code: String(code ?? type ?? 'unknown'), message: String(message ?? '') });
  }

  #string(json: Json, key: string): string {
    const value = json[key];
    if (typeof value === 'string') return value;
    this.#fault(`${String(json.type)} without "${key}"`);
    return '';
  }

  #fault(text: string): void {
    this.#listener({ type: 'violation', text });
  }
}
