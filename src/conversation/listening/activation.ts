import type { ConversationConfig } from '../../config/conversation-schema.ts';
import type { Clock, Timer } from '../../core/clock.ts';
import { behindWakeWord } from './wake-word/wake-words.ts';

/** So long a device listens when it was woken or told to, milliseconds. */
const LISTEN_MS = 8_000;

/** What activation needs. */
export interface ActivationOptions {
  readonly clock: Clock;
  readonly config: () => ConversationConfig;
  /** Whether it isActive may have changed. */
  readonly onChange: () => void;
}

/**
 * Whether what is said near a device is meant for it: always, after the button, or after a wake word. A device that waits
 * for its wake word isActive everything and says and shows nothing of it.
 */
export class Activation {
  readonly #options: ActivationOptions;
  #untilMs = Number.NEGATIVE_INFINITY;
  #timer: Timer | undefined;
  /** The utterance in progress is meant for us. */
  #awake = true;

  constructor(options: ActivationOptions) {
    this.#options = options;
  }

  /** Whether speech may begin a turn. */
  get isActive(): boolean {
    return this.#options.config().activation !== 'push_to_talk' || this.#isOpen;
  }

  /** Whether the turn in progress is meant for us, as far as is known. */
  get isAwake(): boolean {
    return this.#awake;
  }

  get #isOpen(): boolean {
    return this.#options.clock.now() < this.#untilMs;
  }

  /** Listens for a while. */
  listen(ms = LISTEN_MS): void {
    const { clock, onChange } = this.#options;
    this.#untilMs = Math.max(this.#untilMs, clock.now() + ms);
    clock.clearTimer(this.#timer);
    this.#timer = clock.setTimer(onChange, this.#untilMs - clock.now());
    onChange();
  }

  /** The user has pressed the button: what comes is meant for us. */
  wake(): void {
    this.#awake = true;
    if (this.#options.config().activation === 'wake_word') this.listen();
  }

  /** Listens no more. */
  rest(): void {
    this.#options.clock.clearTimer(this.#timer);
    this.#timer = undefined;
    this.#untilMs = Number.NEGATIVE_INFINITY;
    this.#options.onChange();
  }

  /** A turn of the user begins. @param addressed it is surely meant for us */
  begin(addressed: boolean): void {
    this.#awake = addressed || this.#options.config().activation !== 'wake_word' || this.#isOpen;
  }

  /**
   * What of the text is meant for us: all of it, what follows the wake word, or null.
   * @param isFinal false: more of it may come
   * @param onWoken called once
   */
  recognised(text: string, isFinal: boolean, onWoken: () => void): string | null {
    const { wakeWords, activation } = this.#options.config();
    const behind = activation === 'wake_word' ? behindWakeWord(text, wakeWords, isFinal) : null;
    if (!this.#awake) {
      if (behind === null) return null;
      this.#awake = true;
      // A user who has only said the wake word goes on in a moment.
      this.listen();
      onWoken();
    }
    // A user who says the wake word to a device that listens already means nothing more by it.
    return behind ?? text;
  }

  /** A turn is over. @param meant anything was said by us or to us */
  turnEnded(meant: boolean): void {
    const woken = this.#awake;
    this.#awake = true;
    if (this.#options.config().activation === 'wake_word' && woken && meant) this.listen();
  }
}
