import type { Voicing } from '../../../engines/vad.ts';

/** What is looked back at, frames of 20 ms: 600 ms. */
export const WINDOW_FRAMES = 30;

/** Speech that begins something: 200 ms of it. */
const ENOUGH_SPEECH = 10;

/** And so much of it a voice for sure. The first frames of a vowel are never found: 100 ms found are about 200 of voice. */
const ENOUGH_VOICED = 5;
const VOICED_OF_SPEECH = 0.3;
/** Music is held most of the time, speech seldom. */
const VOICED_OF_PITCHED = 0.65;

/** What goes on needs less: a sentence has stretches without a voice. */
const ON_VOICED = 3;
const ON_VOICED_OF_SPEECH = 0.2;
const ON_VOICED_OF_PITCHED = 0.5;

const SPEECH = 1;
const VOICED = 2;
const HELD = 4;

/** How much of the last 600 ms was speech, and how much of that a voice. On the 20 ms path. */
export class VoiceWindow {
  readonly #frames = new Uint8Array(WINDOW_FRAMES);
  #next = 0;
  #speech = 0;
  #voiced = 0;
  #held = 0;

  /** One frame of 20 ms. */
  push(speech: boolean, voicing: Voicing): void {
    this.#count(this.#frames[this.#next] ?? 0, -1);
    const now =
      (speech ? SPEECH : 0) | (speech && voicing === 'voiced' ? VOICED : 0) | (speech && voicing === 'held' ? HELD : 0);
    this.#frames[this.#next] = now;
    this.#count(now, 1);
    this.#next = (this.#next + 1) % WINDOW_FRAMES;
  }

  clear(): void {
    this.#frames.fill(0);
    this.#speech = this.#voiced = this.#held = 0;
  }

  /** Whether this is a person who speaks: 200 ms of speech, with enough voice in it. */
  get isVoice(): boolean {
    return this.#speech >= ENOUGH_SPEECH && this.#has(ENOUGH_VOICED, VOICED_OF_SPEECH, VOICED_OF_PITCHED);
  }

  /** Whether speech that was a voice may still be one. */
  get goesOn(): boolean {
    return this.#has(ON_VOICED, ON_VOICED_OF_SPEECH, ON_VOICED_OF_PITCHED);
  }

  /** Frames since the oldest speech in it. */
  get sinceSpeech(): number {
    for (let index = 0; index < WINDOW_FRAMES; index++) {
      if (this.#frames[(this.#next + index) % WINDOW_FRAMES]) return WINDOW_FRAMES - index;
    }
    return 0;
  }

  #has(voiced: number, ofSpeech: number, ofPitched: number): boolean {
    return (
      this.#voiced >= voiced &&
      this.#voiced >= ofSpeech * this.#speech &&
      this.#voiced >= ofPitched * (this.#voiced + this.#held)
    );
  }

  #count(frame: number, times: 1 | -1): void {
    if (frame & SPEECH) this.#speech += times;
    if (frame & VOICED) this.#voiced += times;
    if (frame & HELD) this.#held += times;
  }
}
