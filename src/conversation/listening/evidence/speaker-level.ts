import { SILENCE_DB } from '../../../audio/level.ts';

/** Speech is as loud as it was in the last so many frames of it: 300 ms. */
const SMOOTH_FRAMES = 15;
/** After so long a pause its loudness is measured anew, frames. */
const ANEW_FRAMES = 20;

/** What is so much softer than the speaker, and goes on without a pause, is the television, dB. */
const SOFTER_DB = 10;

/**
 * What begins behind a pause may be another person, further away: so much softer, once more, dB. The pause is that after which
 * loudness is measured anew.
 */
const ANOTHER_PERSON_DB = 8;

/** After so long a quiet the last speaker is forgotten by and by, milliseconds and dB a second. */
const QUIET_MS = 2_000;
const FORGETS_DB = 3;

/**
 * How loud speech is, and how loud the last speaker was: what is much softer behind it is not meant for us. All times are
 * audio time. What is heard on and on keeps the memory: only quiet forgets.
 */
export class SpeakerLevel {
  readonly #powers = new Float64Array(SMOOTH_FRAMES);
  #count = 0;
  #sum = 0;
  #quietFrames = 0;
  #lastDb = Number.NEGATIVE_INFINITY;
  /** It was quiet since. */
  #hasPaused = false;

  /** One frame of speech. @param levelDb its level, dB of full scale */
  speech(levelDb: number): void {
    if (this.#quietFrames > ANEW_FRAMES) this.#anew();
    this.#quietFrames = 0;
    const at = this.#count % SMOOTH_FRAMES;
    const power = 10 ** (levelDb / 10);
    this.#sum += power - (this.#powers[at] ?? 0);
    this.#powers[at] = power;
    this.#count += 1;
  }

  /** One frame of anything else. */
  quiet(frameMs: number): void {
    this.#quietFrames += 1;
    if (this.#quietFrames === ANEW_FRAMES && !this.#hasPaused) {
      this.#hasPaused = true;
      this.#lastDb -= ANOTHER_PERSON_DB;
    }
    if (this.#quietFrames * frameMs > QUIET_MS) this.#lastDb -= (FORGETS_DB * frameMs) / 1000;
  }

  /** How loud the speech of the last 300 ms is, dB of full scale. */
  get loudnessDb(): number {
    const frames = Math.min(this.#count, SMOOTH_FRAMES);
    return frames === 0 ? SILENCE_DB : Math.max(SILENCE_DB, 10 * Math.log10(Math.max(this.#sum, 1e-12) / frames));
  }

  /** The user has said something, so loud at its loudest. */
  spoke(loudestDb: number): void {
    this.#lastDb = loudestDb;
    this.#hasPaused = this.#quietFrames >= ANEW_FRAMES;
    if (this.#hasPaused) this.#lastDb -= ANOTHER_PERSON_DB;
  }

  /** Whether the speech of now is much softer than who spoke last. */
  get isSofterThanLast(): boolean {
    return this.isSofterThan(this.#lastDb);
  }

  /** Whether the speech of now is much softer than this, dB of full scale. */
  isSofterThan(db: number): boolean {
    return this.loudnessDb < db - SOFTER_DB;
  }

  #anew(): void {
    this.#powers.fill(0);
    this.#sum = 0;
    this.#count = 0;
  }
}
