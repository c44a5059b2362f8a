import type { FakeKyutaiChannel } from './fake-kyutai-channel.ts';

const FRAME_SAMPLES = 1_920;
const FRAME_SECONDS = 0.08;

/** A word that is recognised, with its place in the audio, seconds. */
export interface FakeKyutaiWord {
  readonly text: string;
  readonly start: number;
  readonly stop: number;
}

/** How the recogniser behaves. */
export interface FakeKyutaiEarOptions {
  readonly words: readonly FakeKyutaiWord[];
  readonly pause: ((seconds: number) => number) | null;
  readonly delayFrames: number;
  /** Called with each frame of 80 ms, before its step: `words` may grow by it. */
  readonly hear?: (frame: readonly number[]) => void;
}

/** One link to the recogniser: a step for every 80 ms of audio, and the scripted words as far behind the audio as the model's delay. */
export class FakeKyutaiEar {
  readonly channel: FakeKyutaiChannel;
  /** All audio that came, -1 to 1, at 24 kHz. */
  readonly samples: number[] = [];
  /** Lengths of the audio messages, samples. */
  readonly lengths: number[] = [];
  readonly #options: FakeKyutaiEarOptions;
  readonly #markers: { readonly id: unknown; readonly atStep: number }[] = [];
  #steps = 0;
  #begun = 0;
  #ended = 0;

  constructor(channel: FakeKyutaiChannel, options: FakeKyutaiEarOptions) {
    this.channel = channel;
    this.#options = options;
    channel.onMessage((message) => this.#receive(message));
  }

  #receive(message: Readonly<Record<string, unknown>>): void {
    if (message.type === 'Marker') {
      this.#markers.push({ id: message.id, atStep: this.#steps + this.#options.delayFrames });
    } else if (message.type === 'Audio' && Array.isArray(message.pcm)) {
      this.lengths.push(message.pcm.length);
      for (const sample of message.pcm) this.samples.push(sample as number);
      while ((this.#steps + 1) * FRAME_SAMPLES <= this.samples.length) this.#step();
    } else {
      throw new Error(`the recogniser was sent ${JSON.stringify(message).slice(0, 100)}`);
    }
  }

  #step(): void {
    const { words, pause, delayFrames, hear } = this.#options;
    hear?.(this.samples.slice(this.#steps * FRAME_SAMPLES, (this.#steps + 1) * FRAME_SAMPLES));
    this.#steps += 1;
    const likely = pause?.(this.#steps * FRAME_SECONDS);
    if (likely !== undefined) {
      this.channel.send({
        type: 'Step',
        step_idx: 1_000 + this.#steps,
        prs: [likely, likely, likely, 0],
        buffered_pcm: 0,
      });
    }
    const heardSeconds = (this.#steps - delayFrames) * FRAME_SECONDS;
    for (; (words[this.#ended]?.start ?? Number.POSITIVE_INFINITY) <= heardSeconds; ) {
      const word = words[this.#ended];
      if (word === undefined) break;
      if (this.#begun === this.#ended) {
        this.#begun += 1;
        this.channel.send({ type: 'Word', text: word.text, start_time: word.start });
      }
      if (word.stop > heardSeconds) break;
      this.#ended += 1;
      this.channel.send({ type: 'EndWord', stop_time: word.stop });
    }
    for (let first = this.#markers[0]; first && first.atStep <= this.#steps; first = this.#markers[0]) {
      this.#markers.shift();
      this.channel.send({ type: 'Marker', id: first.id });
    }
  }
}
