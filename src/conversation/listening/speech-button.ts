import type { Clock, Timer } from '../../core/clock.ts';
import type { TurnState } from '../turn/turn-machine.ts';
import {
  type ButtonAction,
  type ButtonInput,
  DEBOUNCE_MS,
  INITIAL_BUTTON,
  isHeld,
  stepButton,
} from './button-machine.ts';
import type { Endpointing, EndReason } from './endpointing.ts';

/** A user who has pressed the button has this long to begin, milliseconds of audio. */
const PATIENCE_MS = 8_000;

/** Speech shorter than this is the noise of the button itself, milliseconds. */
const NOISE_MS = 100;

/** No utterance is longer, however long the button is held, milliseconds of audio: the turn watchdog ends it after 60 s. */
const LONGEST_HELD_MS = 55_000;

/** What a button needs, and what it reports. */
export interface SpeechButtonOptions {
  readonly clock: Clock;
  /** What the conversation is at. */
  readonly state: () => TurnState;
  readonly onAction: (action: ButtonAction) => void;
}

/** A device's button: pressed once to begin and once to end, or held while the user speaks. */
export class SpeechButton {
  readonly #options: SpeechButtonOptions;
  #state = INITIAL_BUTTON;
  #settles: Timer | undefined;

  constructor(options: SpeechButtonOptions) {
    this.#options = options;
  }

  /** The device tells that it is pressed, once or again and again. */
  pressed(): void {
    this.#step({ type: 'pressed', during: this.#options.state() });
  }

  /** The device tells that it was let go. */
  released(): void {
    this.#step({ type: 'released' });
  }

  /** The device has opened its microphone, and will say when it closes it. */
  held(): void {
    this.#step({ type: 'held', during: this.#options.state() });
  }

  /** It has closed it: the user has finished. */
  letGo(): void {
    this.#step({ type: 'let_go' });
  }

  /** The last words of the user are recognised, or cannot be: a press that came too early counts now. */
  transcribed(): void {
    this.#step({ type: 'transcribed' });
  }

  /** The line is gone: the device can tell of no release. */
  lost(): void {
    this.#step({ type: 'lost' });
  }

  /** Whether an utterance begun by the button goes on in spite of this: held, or before the first word. */
  keepsOpen(reason: EndReason, { speechMs, text, utteranceMs }: Endpointing): boolean {
    const mayBeLong = reason !== 'too_long' || utteranceMs < LONGEST_HELD_MS;
    if (mayBeLong && isHeld(this.#state, this.#options.clock.now())) return true;
    if (reason === 'recogniser' || reason === 'too_long') return false;
    return speechMs < NOISE_MS && text === '' && utteranceMs < PATIENCE_MS;
  }

  #step(input: ButtonInput): void {
    const { clock, onAction } = this.#options;
    const { state, action } = stepButton(this.#state, input, clock.now());
    const { releasedAtMs } = this.#state;
    this.#state = state;
    if (state.releasedAtMs !== releasedAtMs) {
      clock.clearTimer(this.#settles);
      const isReleased = state.releasedAtMs !== null;
      this.#settles = isReleased ? clock.setTimer(() => this.#step({ type: 'settled' }), DEBOUNCE_MS) : undefined;
    }
    if (action) onAction(action);
  }
}
