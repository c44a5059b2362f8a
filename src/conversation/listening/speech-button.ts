import type { Clock } from '../../core/clock.ts';
import type { Endpointing, EndReason } from './endpointing.ts';

/** A press longer than this means "while I hold it", milliseconds. */
const LONG_PRESS_MS = 500;

/** Who has pressed gets this long to begin, milliseconds of audio. */
const PATIENCE_MS = 8_000;

/** Speech shorter than this is the noise of the button itself, milliseconds. */
const NOISE_MS = 100;

/** A device's button: pressed once to begin and once to end, or held while somebody speaks. */
export class SpeechButton {
  readonly #clock: Clock;
  #pressedAtMs = 0;
  #pressed = false;
  /** The device tells when it is let go: not all do. */
  #tellsRelease = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  pressed(): void {
    this.#pressed = true;
    this.#pressedAtMs = this.#clock.now();
  }

  /** @returns whether it was held while somebody spoke, who has finished with that */
  released(): boolean {
    this.#pressed = false;
    this.#tellsRelease = true;
    return this.#clock.now() - this.#pressedAtMs >= LONG_PRESS_MS;
  }

  /** The line is gone: nobody will tell of a release. */
  lost(): void {
    this.#pressed = false;
  }

  /** Whether an utterance begun by the button goes on in spite of this: held, or before the first word. */
  keepsOpen(reason: EndReason, { speechMs, text, utteranceMs }: Endpointing): boolean {
    if (reason === 'too_long') return false;
    if (this.#pressed && this.#tellsRelease) return true;
    if (reason === 'recogniser') return false;
    return speechMs < NOISE_MS && text === '' && utteranceMs < PATIENCE_MS;
  }
}
