import type { Voicing } from '../../../engines/vad.ts';

const SPEECH = 1;
const VOICED = 2;
const HELD = 4;

/** What a frame of speech is counted as; 0: no speech. */
export const KINDS: Readonly<Record<Voicing, number>> = { none: SPEECH, voiced: SPEECH | VOICED, held: SPEECH | HELD };

/** Counts frames of speech among the last ones, by kind. */
export class FrameCounts {
  readonly #frames: Uint8Array;
  #next = 0;
  #speech = 0;
  #voiced = 0;
  #held = 0;

  constructor(frames: number) {
    this.#frames = new Uint8Array(frames);
  }

  get speech(): number {
    return this.#speech;
  }

  get voiced(): number {
    return this.#voiced;
  }

  get held(): number {
    return this.#held;
  }

  /** One more frame. @param kind one of {@link KINDS}, or 0 */
  push(kind: number): void {
    this.#count(this.#frames[this.#next] ?? 0, -1);
    this.#frames[this.#next] = kind;
    this.#count(kind, 1);
    this.#next = (this.#next + 1) % this.#frames.length;
  }

  clear(): void {
    this.#frames.fill(0);
    this.#speech = this.#voiced = this.#held = 0;
  }

  /** The longest run of voiced frames. */
  get longestVoiced(): number {
    const count = this.#frames.length;
    let [run, longest] = [0, 0];
    for (let index = 0; index < count; index++) {
      const isVoiced = ((this.#frames[(this.#next + index) % count] ?? 0) & VOICED) !== 0;
      run = isVoiced ? run + 1 : 0;
      longest = Math.max(longest, run);
    }
    return longest;
  }

  /** Frames since the oldest speech. */
  get sinceSpeech(): number {
    const count = this.#frames.length;
    for (let index = 0; index < count; index++) {
      if (this.#frames[(this.#next + index) % count]) return count - index;
    }
    return 0;
  }

  #count(kind: number, times: 1 | -1): void {
    if (kind & SPEECH) this.#speech += times;
    if (kind & VOICED) this.#voiced += times;
    if (kind & HELD) this.#held += times;
  }
}
