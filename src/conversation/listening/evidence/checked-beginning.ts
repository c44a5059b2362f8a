import type { SpeechCheck, SpeechChecker } from '../../../engines/vad.ts';
import type { PreRoll } from '../pre-roll.ts';
import { WINDOW_FRAMES } from './voice-window.ts';

/** The checker hears what came before, too: all that the first stage has judged by. */
const BEFORE_FRAMES = WINDOW_FRAMES;

/** What the first stage no longer takes for a beginning is listened to for so long, frames: 300 ms. */
const AFTER_FRAMES = 15;

/**
 * Asks a checker whether a sound that seems to be the beginning of speech is speech. In silence nothing is asked. On the 20 ms
 * path.
 */
export class CheckedBeginning {
  readonly #checker: SpeechChecker;
  readonly #preRoll: PreRoll;
  #check: SpeechCheck | undefined;
  #waitedFrames = 0;
  #after = 0;

  /** @param preRoll the frame that is asked about is the last in it */
  constructor(checker: SpeechChecker, preRoll: PreRoll) {
    this.#checker = checker;
    this.#preRoll = preRoll;
  }

  /** Frames since the first stage took the sound for a beginning: so much older is its first syllable. */
  get waitedFrames(): number {
    return this.#waitedFrames;
  }

  /**
   * One more frame: whether speech begins.
   * @param may whether the first stage thinks so
   */
  begins(may: boolean, frame: Int16Array): boolean {
    if (!this.#listens(may, frame)) return false;
    const verdict = this.#check?.verdict;
    if (may && (verdict === 'speech' || verdict === 'unavailable')) return true;
    this.#waitedFrames += 1;
    return false;
  }

  /** The sound is forgotten: something has begun, or the microphone is not listened to. */
  reset(): void {
    this.#check?.close();
    this.#check = undefined;
    this.#waitedFrames = 0;
  }

  #listens(may: boolean, frame: Int16Array): boolean {
    if (may) this.#after = AFTER_FRAMES;
    if (!this.#check) {
      if (!may) return false;
      const check = this.#checker.listen();
      this.#check = check;
      this.#preRoll.last(BEFORE_FRAMES, (before) => check.write(before));
      return true;
    }
    if (!may && --this.#after < 0) {
      this.reset();
      return false;
    }
    this.#check.write(frame);
    return true;
  }
}
