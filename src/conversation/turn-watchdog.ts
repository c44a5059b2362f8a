import type { Clock, Timer } from '../clock.ts';
import type { TurnState } from './turn-machine.ts';

/** A microphone that falls silent on the wire this long amid an utterance has ended it, milliseconds of wall-clock time. */
const AUDIO_GAP_MS = 1_500;

/** Longest stay in a state that waits for an engine, milliseconds; in `speaking`: without new audio. */
const DWELL_MS = { transcribing: 10_000, thinking: 30_000, speaking: 30_000 } as const;

/** What the watchdog asks, and whom it tells. */
export interface TurnWatchdogOptions {
  readonly clock: Clock;
  /** Milliseconds of the answer's audio sent so far; undefined before there is any. An answer lasts as long as this grows. */
  readonly sentMs: () => number | undefined;
  /** When audio last came from the device, monotonic milliseconds. */
  readonly lastFrameMs: () => number;
  /** The device sends no audio any more although the user was speaking. */
  readonly onGap: () => void;
  /** An engine keeps the turn waiting. */
  readonly onStuck: (state: keyof typeof DWELL_MS, waitedMs: number) => void;
}

/** Sees to it that no state that waits for somebody else lasts for ever. */
export class TurnWatchdog {
  readonly #options: TurnWatchdogOptions;
  #timer: Timer | undefined;
  #heardFromMs = 0;

  constructor(options: TurnWatchdogOptions) {
    this.#options = options;
  }

  /** A new state, or a new turn, has begun. */
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
    const lastAudioMs = () => Math.max(this.#heardFromMs, lastFrameMs());
    this.#timer = clock.setTimer(
      () => {
        if (clock.now() - lastAudioMs() >= AUDIO_GAP_MS) onGap();
        else this.#watchForGap();
      },
      lastAudioMs() + AUDIO_GAP_MS - clock.now(),
    );
  }

  #watchForResult(state: keyof typeof DWELL_MS): void {
    const { clock, sentMs, onStuck } = this.#options;
    const before = sentMs();
    const timer = clock.setTimer(() => {
      if (sentMs() === before) onStuck(state, DWELL_MS[state]);
      // Whoever was told may have had reasons to wait on.
      if (this.#timer === timer) this.#watchForResult(state);
    }, DWELL_MS[state]);
    this.#timer = timer;
  }
}
