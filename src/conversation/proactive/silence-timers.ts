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
  /** The conversation was over before the device came back: nothing is said about it. */
  readonly onLapsed: () => void;
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
  /** The user has woken the device, and has not said anything since. */
  #isWoken = false;
  #lastWordsAtMs = 0;

  constructor(options: SilenceTimersOptions) {
    this.#options = options;
  }

  /** The user has said something. */
  userSpoke(): void {
    this.#resting = false;
    this.#isWoken = false;
    this.#prompts = 0;
    this.#lastWordsAtMs = this.#options.clock.now();
  }

  /**
   * The line is up again. A conversation whose time was over meanwhile rests.
   * @param byUser the user has woken the device: one who then says nothing is not spoken to, but the device is let go in time
   */
  attached(byUser: boolean): void {
    const { clock, config, onLapsed } = this.#options;
    const { idleTimeoutMs } = config();
    const now = clock.now();
    if (!this.#resting && idleTimeoutMs !== null && now - this.#lastWordsAtMs >= idleTimeoutMs) {
      this.rest();
      onLapsed();
    }
    if (byUser) {
      this.#isWoken = this.#resting;
      this.#resting = false;
      this.#lastWordsAtMs = now;
    }
    this.quiet();
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
    const mayPrompt = activation === 'always' && !this.#isWoken;
    const promptInMs = longSilenceMs !== null && mayPrompt ? longSilenceMs : Number.POSITIVE_INFINITY;
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
    this.#isWoken = false;
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
    const mayBid = this.#options.config().goodbye && !this.#isWoken;
    this.rest();
    this.#options.onWish(mayBid ? 'goodbye' : 'rest');
  }
}
