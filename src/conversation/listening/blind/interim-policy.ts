import { spokenMs } from '../evidence/spoken-time.ts';
import { saysTheSame } from '../utterance-text.ts';

/** Silence after which the user has likely finished, milliseconds: time to ask what was said. */
const LIKELY_MS = 300;

/** Soon after another question a pause must be longer, milliseconds. */
const SPACING_MS = 1_000;
const LIKELY_AGAIN_MS = 500;

/** While the user speaks without a pause: when it is asked for the first time, and how far apart from then on, milliseconds. */
const FIRST_MS = 1_500;
/** Over an answer: that is held meanwhile, and the user is heard out. */
const FIRST_OVER_ANSWER_MS = 5_500;
const LONGEST_MS = 1_600;
const SHORTEST_MS = 900;
/** After so many questions they come this far apart. */
const MANY = 5;
const LONGEST_LATER_MS = 2_400;
/** Of one utterance it is not asked more often. */
const MOST = 12;

/** Speech for which there are no words is held to belong to nothing after so long, milliseconds. */
const UNEXPLAINED_MS = 1_900;

/** So much more speech between two questions that are answered alike belongs to nothing that was said, milliseconds. */
const APART_MS = 900;

/** Without any word the next question is so many times later, and at most so late, milliseconds. */
const BACK_OFF = 2;
const LONGEST_WITHOUT_WORDS_MS = 16_000;

/**
 * When a recogniser that waits for the end is asked early what was said so far: at each likely end, and now and then while
 * speech goes on without one. A recogniser that hears nothing new in speech that goes on (a television, a song) tells that
 * the user has finished. Pure but for its own counters; all times are audio time.
 *
 * What it costs: nothing for an utterance of less than 1.5 s, one question more for one of 3 s without a pause, at most 12 in
 * 30 s. A question sends the whole utterance so far: at most 170 s of audio for 30 s of speech without a pause.
 */
export class InterimPolicy {
  #audioMs = 0;
  #silenceMs = 0;
  /** Speech since it was last asked. */
  #freshMs = 0;
  #askedAtMs = 0;
  #asks = 0;
  /** How long after the last question the next one comes while speech goes on. */
  #dueMs: number;
  /** What was asked is being answered: how much audio and speech is new in it, and whether speech was going on. */
  #asking: { readonly newMs: number; readonly speechMs: number; readonly goesOn: boolean } | undefined;
  #text = '';
  #isOver = false;

  /** @param overAnswer what is said over an answer may be nothing: it is asked about later */
  constructor(overAnswer = false) {
    this.#dueMs = overAnswer ? FIRST_OVER_ANSWER_MS : FIRST_MS;
  }

  /** An answer is waited for. */
  get isAsking(): boolean {
    return this.#asking !== undefined;
  }

  /** What was asked last is about all that was said. */
  get isDone(): boolean {
    return this.#asks > 0 && (this.#freshMs === 0 || this.#isOver);
  }

  /** It was asked and answered, and there were no words in it. */
  get isWordless(): boolean {
    return this.#asks > 0 && !this.#asking && this.#text === '';
  }

  /** One more frame: whether to ask, or whether nothing more is being said. */
  step(speech: boolean, frameMs: number): 'ask' | 'over' | null {
    this.#audioMs += frameMs;
    this.#silenceMs = speech ? 0 : this.#silenceMs + frameMs;
    if (speech) this.#freshMs += frameMs;
    if (this.#isOver) return 'over';
    if (this.#asking || this.#freshMs === 0 || this.#asks >= MOST || !this.#isDue) return null;
    this.#asking = { newMs: this.#sinceMs, speechMs: this.#freshMs, goesOn: this.#silenceMs < LIKELY_MS };
    this.#askedAtMs = this.#audioMs;
    this.#freshMs = 0;
    this.#asks += 1;
    return 'ask';
  }

  /** What the recogniser makes of it. */
  answered(text: string): void {
    const asked = this.#asking;
    this.#asking = undefined;
    if (!asked) return;
    const before = this.#text;
    this.#text = text;
    if (text === '') {
      this.#dueMs = Math.min(this.#dueMs * BACK_OFF, LONGEST_WITHOUT_WORDS_MS);
      return;
    }
    this.#isOver = asked.goesOn && asked.speechMs >= APART_MS && saysTheSame(text, before);
    const unexplainedMs = asked.newMs - Math.max(0, spokenMs(text) - spokenMs(before));
    const longest = this.#asks < MANY ? LONGEST_MS : LONGEST_LATER_MS;
    this.#dueMs = Math.min(longest, Math.max(SHORTEST_MS, UNEXPLAINED_MS - unexplainedMs));
  }

  /** It could not be answered: it is asked no more before the end. */
  failed(): void {
    this.#asking = undefined;
    this.#asks = MOST;
  }

  get #sinceMs(): number {
    return this.#audioMs - this.#askedAtMs;
  }

  get #isDue(): boolean {
    if (this.#silenceMs >= LIKELY_MS) {
      return this.#asks === 0 || this.#sinceMs >= SPACING_MS || this.#silenceMs >= LIKELY_AGAIN_MS;
    }
    return this.#sinceMs >= this.#dueMs && this.#freshMs >= APART_MS;
  }
}
