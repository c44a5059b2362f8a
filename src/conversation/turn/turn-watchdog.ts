import type { Clock, Timer } from '../../core/clock.ts';
import type { TurnState } from './turn-machine.ts';

/** A microphone that falls silent on the wire this long amid an utterance has ended it, milliseconds of wall-clock time. */
const AUDIO_GAP_MS = 1_500;

/** No utterance is longer, with all that may hold up its audio, milliseconds of wall-clock time. */
const LONGEST_HEARING_MS = 60_000;

/** The states that wait for an engine. */
type WaitingState = 'transcribing' | 'thinking' | 'speaking';

/** How long engines may keep a turn waiting, whatever limits they have themselves, milliseconds. */
export interface Patience {
  /** For the final text. Default 10,000. */
  readonly transcriptMs?: number;
  /** For the next piece of an answer, written or spoken. Default 30,000. */
  readonly answerMs?: number;
}

/** What the watchdog asks, and whom it tells. */
export interface TurnWatchdogOptions extends Patience {
  readonly clock: Clock;
  /** Milliseconds of the answer's audio sent so far; undefined before there is any. An answer lasts as long as this grows. */
  readonly sentMs: () => number | undefined;
  /** When audio last came from the device, monotonic milliseconds. */
  readonly lastFrameMs: () => number;
  /** The device sends no audio any more although the user was speaking, or the user cannot be speaking still. */
  readonly onGap: () => void;
  /** An engine keeps the turn waiting. */
  readonly onStuck: (state: WaitingState, waitedMs: number) => void;
}

/** Ends every state that waits for an engine or a device for too long. */
export class TurnWatchdog {
  readonly #options: TurnWatchdogOptions;
  #timer: Timer | undefined;
  #heardFromMs = 0;

  constructor(options: TurnWatchdogOptions) {
    this.#options = options;
  }

  /** A new state, or a new turn, has begun; or something has come that was waited for. */
  watch(state: TurnState): void {
    const { clock } = this.#options;
    clock.clearTimer(this.#timer);
    this.#timer = undefined;
    if (state === 'hearing') {
      this.#heardFromMs = clock.now();
      this.#watchForGap();
    } else if (state !== 'idle') {
      this.#watchForResult(state);
    }
  }

  #watchForGap(): void {
    const { clock, lastFrameMs, onGap } = this.#options;
    const overAtMs = () =>
      Math.min(Math.max(this.#heardFromMs, lastFrameMs()) + AUDIO_GAP_MS, this.#heardFromMs + LONGEST_HEARING_MS);
    this.#timer = clock.setTimer(() => {
      if (clock.now() >= overAtMs()) onGap();
      else this.#watchForGap();
    }, overAtMs() - clock.now());
  }

  #watchForResult(state: WaitingState): void {
    const { clock, sentMs, onStuck, transcriptMs = 10_000, answerMs = 30_000 } = this.#options;
    const limitMs = state === 'transcribing' ? transcriptMs : answerMs;
    const before = sentMs();
    this.#timer = clock.setTimer(() => {
      const isStuck = sentMs() === before;
      // The handler may decide otherwise, this time.
      this.#watchForResult(state);
      if (isStuck) onStuck(state, limitMs);
    }, limitMs);
  }
}
