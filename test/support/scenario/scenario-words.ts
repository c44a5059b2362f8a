/** A word that sounds somewhere in a scenario. */
export interface SoundingWord {
  readonly text: string;
  /** How long it sounds, milliseconds. */
  readonly ms: number;
  /** false: the recogniser has it only in its final result. */
  readonly partial: boolean;
}

/** What sounds like speech and is none. */
export const NOISE = 31_000;

/** The user's words: about -3 dB of full scale. */
const USER = { first: 23_000, last: 30_000, step: 1 };
/** Ours: -10 to -3 dB, so far apart that they can still be told from each other when they are 28 dB softer. */
const OURS = { first: 10_000, last: 22_500, step: 25 };

/**
 * Speech whose samples say which word they are: a word is a stretch of one value. So a recogniser recognises just what has
 * really reached it, and a loudspeaker's words come back through the microphone as what they are.
 */
export class ScenarioWords {
  readonly #words = new Map<number, SoundingWord>();
  #nextUser = USER.first;
  #nextOurs = OURS.first;

  /** The samples of a word of the user. */
  user(word: SoundingWord): number {
    const value = this.#nextUser;
    this.#nextUser += USER.step;
    return this.#keep(value, word, USER.last);
  }

  /** The samples of a word of ours. */
  ours(word: SoundingWord): number {
    const value = this.#nextOurs;
    this.#nextOurs += OURS.step;
    return this.#keep(value, word, OURS.last);
  }

  /** The samples of one of our words when it comes back so much softer. */
  echoOf(value: number, gainDb: number): number {
    const word = this.#words.get(value);
    if (!word) return 0;
    const softer = Math.round(value * 10 ** (gainDb / 20));
    this.#words.set(softer, word);
    return softer;
  }

  /** Which word samples of this value are; undefined: none. */
  of(value: number): SoundingWord | undefined {
    return this.#words.get(value);
  }

  #keep(value: number, word: SoundingWord, last: number): number {
    if (value > last) throw new Error('the scenario has too many words');
    this.#words.set(value, word);
    return value;
  }
}
