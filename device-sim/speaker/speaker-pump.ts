import type { Clock, Timer } from '#src/core/clock';
import type { SoundMemory } from './sound-memory.ts';

/** A piece is so long, milliseconds. */
const PIECE_MS = 20;
/** What a process that stood still has missed beyond this is not made up for, milliseconds. */
const MAX_LATE_MS = 200;

/** Hands on what a loudspeaker plays, in real time and without a gap: silence too. */
export class SpeakerPump {
  readonly #clock: Clock;
  readonly #sounds: SoundMemory;
  readonly #sampleRate: number;
  readonly #play: (samples: Int16Array) => void;
  #timer: Timer | undefined;
  #playedToMs = 0;

  /** @param sampleRate Hz of the loudspeaker */
  constructor(clock: Clock, sounds: SoundMemory, sampleRate: number, play: (samples: Int16Array) => void) {
    this.#clock = clock;
    this.#sounds = sounds;
    this.#sampleRate = sampleRate;
    this.#play = play;
  }

  start(): void {
    this.stop();
    this.#playedToMs = this.#clock.now();
    this.#later();
  }

  stop(): void {
    this.#clock.clearTimer(this.#timer);
    this.#timer = undefined;
  }

  #later(): void {
    this.#timer = this.#clock.setTimer(
      () => {
        const now = this.#clock.now();
        this.#playedToMs = Math.max(this.#playedToMs, now - MAX_LATE_MS);
        for (; this.#playedToMs + PIECE_MS <= now; this.#playedToMs += PIECE_MS) {
          const piece = new Int16Array((this.#sampleRate * PIECE_MS) / 1000);
          this.#sounds.read(this.#playedToMs, piece);
          this.#play(piece);
        }
        this.#later();
      },
      this.#playedToMs + PIECE_MS - this.#clock.now(),
    );
  }
}
