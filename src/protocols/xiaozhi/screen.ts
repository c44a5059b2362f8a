import { emotionOf } from './emotion.ts';

/** So much of an answer may show a face, UTF-16 units. */
const FACE_TEXT = 400;

/** Sends one message of the protocol. */
type Send = (type: 'stt' | 'llm' | 'tts', fields: Readonly<Record<string, unknown>>) => void;

/** What the screen of a device shows: the user's words, the answer sentence by sentence, and a face. */
export class Screen {
  readonly #send: Send;
  /** What the model has written of the answer, as far as it may show a face. */
  #written = '';
  #face = '';
  /** What has failed, to be shown once the device can show it. */
  #failure = '';

  constructor(send: Send) {
    this.#send = send;
  }

  /** What the user has said, whole. */
  heard(text: string): void {
    this.#send('stt', { text });
  }

  /** An answer begins. */
  replyBegins(): void {
    this.#written = '';
    this.#face = '';
  }

  /** The model writes more of the answer. */
  written(delta: string): void {
    if (this.#written.length < FACE_TEXT) this.#written += delta;
  }

  /** The sentence that is spoken next. */
  sentence(text: string): void {
    this.#show(emotionOf(`${text} ${this.#written}`));
    this.#send('tts', { state: 'sentence_start', text });
  }

  /** Something has failed. It can only be shown while the device is told to speak. */
  failed(message: string): void {
    this.#failure = message;
  }

  /** The device is told to speak: shows what has failed, if anything has. */
  showFailure(): void {
    if (this.#failure === '') return;
    this.#show({ emotion: 'sad', face: '😔' });
    this.#send('tts', { state: 'sentence_start', text: this.#failure });
    this.#failure = '';
  }

  #show({ emotion, face }: { readonly emotion: string; readonly face: string }): void {
    if (emotion === this.#face) return;
    this.#face = emotion;
    this.#send('llm', { emotion, text: face });
  }
}
