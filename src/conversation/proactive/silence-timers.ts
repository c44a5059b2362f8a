import type { ConversationConfig } from '../../config/conversation-schema.ts';
import type { Clock, Timer } from '../../core/clock.ts';

/** So often a silent user is spoken to before we give up. */
const MAX_PROMPTS = 2;

/** What the timers ask for: a word to the silent user, the last words, or nothing but to rest. */
type SilenceWish = 'long_silence' | 'goodbye' | 'rest';

/** What is asked. */
export interface SilenceTimersOptions {
  readonly clock: Clock;
  readonly config: () => ConversationConfig;
  readonly onWish: (wish: SilenceWish) => void;
}

/**
 * Notices on wall-clock time that the user has fallen silent: speaks to them twice, says goodbye, and lets the
 * conversation rest until the user speaks. A conversation that has not begun rests already.
 */
export class SilenceTimers {
  readonly #options: SilenceTimersOptions;
  #timer: Timer | undefined;
  #prompts = 0;
  #resting = true;
  #lastWordsAtMs = 0;

  constructor(options: SilenceTimersOptions) {
    this.#options = options;
  }

  /** The user has said something. */
  userSpoke(): void {
    this.#resting = false;
    this.#prompts = 0;
    this.#lastWordsAtMs = this.#options.clock.now();
  }

  /** We have spoken first: that begins a conversation too. */
  begun(): void {
    if (!this.#resting) return;
    this.userSpoke();
  }

  /** It is silent from now on. */
  quiet(): void {
    const { clock, config } = this.#options;
    this.busy();
    if (this.#resting) return;
    const { longSilenceMs, idleTimeoutMs, activation } = config();
    const now = clock.now();
    // A user who has to press a button or say a wake word first is not spoken to.
    const promptInMs = longSilenceMs !== null && activation === 'always' ? longSilenceMs : Number.POSITIVE_INFINITY;
    const idleInMs = idleTimeoutMs === null ? Number.POSITIVE_INFINITY : this.#lastWordsAtMs + idleTimeoutMs - now;
    if (promptInMs === Number.POSITIVE_INFINITY && idleInMs === Number.POSITIVE_INFINITY) return;
    if (idleInMs <= promptInMs) this.#timer = clock.setTimer(() => this.#giveUp(), idleInMs);
    else this.#timer = clock.setTimer(() => this.#prompt(), promptInMs);
  }

  /** The user speaks. */
  busy(): void {
    this.#options.clock.clearTimer(this.#timer);
    this.#timer = undefined;
  }

  /** The conversation is over until the user speaks. */
  rest(): void {
    this.busy();
    this.#resting = true;
    this.#prompts = 0;
  }

  #prompt(): void {
    if (this.#prompts >= MAX_PROMPTS) {
      this.#giveUp();
      return;
    }
    this.#prompts += 1;
    this.#options.onWish('long_silence');
  }

  #giveUp(): void {
    this.rest();
    this.#options.onWish(this.#options.config().goodbye ? 'goodbye' : 'rest');
  }
}
