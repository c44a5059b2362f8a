import type { ConversationConfig } from '../../config/conversation-schema.ts';
import type { Clock, Timer } from '../../core/clock.ts';
import { behindWakeWord } from './wake-word/wake-words.ts';

/** So long a device listens when it was woken or told to, milliseconds. */
const LISTEN_MS = 8_000;

/** A wake word that the device has heard is looked for in what begins within this time, milliseconds. */
const WAKE_WORD_MS = 10_000;

/** What activation needs. */
export interface ActivationOptions {
  readonly clock: Clock;
  readonly config: () => ConversationConfig;
  /** Whether it is active may have changed. */
  readonly onChange: () => void;
}

/**
 * Whether what is said near a device is meant for it: always, after the button, or after a wake word. A device that waits
 * for its wake word hears everything and says and shows nothing of it.
 */
export class Activation {
  readonly #options: ActivationOptions;
  #untilMs = Number.NEGATIVE_INFINITY;
  #timer: Timer | undefined;
  #isAsked = false;
  /** The utterance in progress is meant for us. */
  #awake = true;
  /** The wake word that the device itself has heard, and until when its words may be part of what is recognised. */
  #heardByDevice: { readonly word: string; readonly untilMs: number } | undefined;

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

  /** Whether a client has asked for the user to be heard, who has not spoken since. */
  get isAsked(): boolean {
    return this.#isAsked && this.#isOpen;
  }

  get #isOpen(): boolean {
    return this.#options.clock.now() < this.#untilMs;
  }

  /** Listens for a while because a client asks for it. */
  ask(): void {
    this.#isAsked = true;
    this.listen();
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

  /** The device has heard its wake word: it is no part of what the user asks, and what comes is meant for us. */
  wokenByDevice(word: string): void {
    this.#heardByDevice = { word: word.toLowerCase(), untilMs: this.#options.clock.now() + WAKE_WORD_MS };
    this.wake();
  }

  /** Listens no more. */
  rest(): void {
    this.#options.clock.clearTimer(this.#timer);
    this.#timer = undefined;
    this.#untilMs = Number.NEGATIVE_INFINITY;
    this.#isAsked = false;
    this.#options.onChange();
  }

  /** A turn of the user begins. @param addressed it is surely meant for us */
  begin(addressed: boolean): void {
    if ((this.#heardByDevice?.untilMs ?? 0) < this.#options.clock.now()) this.#heardByDevice = undefined;
    this.#awake = addressed || this.#options.config().activation !== 'wake_word' || this.#isOpen;
  }

  /**
   * What of the text is meant for us: all of it, what follows the wake word, or null.
   * @param isFinal false: more of it may come
   * @param onWoken called once
   */
  recognised(text: string, isFinal: boolean, onWoken: () => void): string | null {
    const behind = this.#behindWakeWord(text, isFinal);
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

  /** What was said behind a wake word; null without one. */
  #behindWakeWord(text: string, isFinal: boolean): string | null {
    const { wakeWords, activation } = this.#options.config();
    const configured = activation === 'wake_word' ? wakeWords : [];
    const words = this.#heardByDevice ? [...configured, this.#heardByDevice.word] : configured;
    return words.length > 0 ? behindWakeWord(text, words, isFinal) : null;
  }

  /** A turn is over. @param meant anything was said by us or to us */
  turnEnded(meant: boolean): void {
    const woken = this.#awake;
    this.#awake = true;
    this.#heardByDevice = undefined;
    if (meant) this.#isAsked = false;
    if (this.#options.config().activation === 'wake_word' && woken && meant) this.listen();
  }
}
