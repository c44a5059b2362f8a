import type { FakeKyutaiChannel } from './fake-kyutai-channel.ts';

const FRAME_SAMPLES = 1_920;
const FRAME_SECONDS = 0.08;

/** How the voice behaves. */
export interface FakeKyutaiVoiceOptions {
  readonly lookAhead: number;
  readonly framesPerWord: number;
  /** The samples of a frame, which are counted from 0. Default: the level of its word. */
  readonly sound: ((frame: number) => readonly number[]) | undefined;
  readonly closeCode: number | undefined;
}

/**
 * One link to the voice. As the real one it waits for some words before it begins, says where a word is when the next one
 * begins, begins with an empty word, places the last word behind all audio, and closes behind `Eos`.
 */
export class FakeKyutaiVoice {
  readonly channel: FakeKyutaiChannel;
  /** What the link was opened with. */
  readonly query: Readonly<Record<string, string>>;
  /** The words that came. */
  readonly texts: string[] = [];
  /** Whether the end of the text has come. */
  isComplete = false;
  readonly #options: FakeKyutaiVoiceOptions;
  #spoken = 0;
  #frames = 0;

  constructor(channel: FakeKyutaiChannel, query: URLSearchParams, options: FakeKyutaiVoiceOptions) {
    this.channel = channel;
    this.query = Object.fromEntries(query);
    this.#options = options;
    channel.onMessage((message) => this.#receive(message));
  }

  #receive(message: Readonly<Record<string, unknown>>): void {
    if (message.type === 'Text' && typeof message.text === 'string') {
      this.texts.push(message.text);
      if (this.texts.length === 1) this.channel.send({ type: 'Text', text: '', start_s: 0, stop_s: 0 });
      while (this.texts.length - this.#spoken > this.#options.lookAhead) this.#speak();
    } else if (message.type === 'Eos') {
      this.isComplete = true;
      while (this.#spoken < this.texts.length) this.#speak();
      this.#place();
      this.channel.close(this.#options.closeCode);
    } else {
      throw new Error(`the voice was sent ${JSON.stringify(message).slice(0, 100)}`);
    }
  }

  #speak(): void {
    this.#place();
    this.#spoken += 1;
    const { framesPerWord, sound } = this.#options;
    for (let frame = 0; frame < framesPerWord; frame++) {
      const pcm = sound?.(this.#frames) ?? new Array<number>(FRAME_SAMPLES).fill(levelOf(this.#spoken));
      this.#frames += 1;
      this.channel.send({ type: 'Audio', pcm });
    }
  }

  /** Says where the word is that was spoken last. */
  #place(): void {
    const text = this.texts[this.#spoken - 1];
    if (text === undefined) return;
    const stop = this.#frames * FRAME_SECONDS;
    this.channel.send({
      type: 'Text',
      text,
      start_s: stop - this.#options.framesPerWord * FRAME_SECONDS,
      stop_s: stop,
    });
  }
}

/** The level at which the word of a number, from 1, is spoken: exact in 16 bits. */
export function levelOf(word: number): number {
  return (word % 8) / 16;
}
