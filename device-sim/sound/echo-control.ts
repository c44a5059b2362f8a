import { rms } from '#src/audio/pcm';
import type { Clock } from '#src/core/clock';

/** Keeps the loudspeaker out of the microphone. */
export interface EchoControl {
  /** Takes what is handed to the loudspeaker, mono s16 at its rate, in order. */
  far(samples: Int16Array): void;
  /** Takes what the microphone heard and gives back what it would have heard without the loudspeaker; maybe a little later. */
  near(samples: Int16Array): Int16Array;
  free(): void;
}

/** Leaves the microphone as it is. */
export const NO_ECHO_CONTROL: EchoControl = { far: () => {}, near: (samples) => samples, free: () => {} };

/** After the loudspeaker the room goes on to sound, and the card still holds some audio, milliseconds. */
const TAIL_MS = 400;
/** What is softer is no sound: -60 dB of full scale. */
const SILENCE_RMS = 0.001;

/** Half duplex: silence in place of the microphone while the loudspeaker sounds, and a little longer. */
export class HalfDuplex implements EchoControl {
  readonly #clock: Clock;
  #deafUntil = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  far(samples: Int16Array): void {
    if (rms(samples) > SILENCE_RMS) this.#deafUntil = this.#clock.now() + TAIL_MS;
  }

  near(samples: Int16Array): Int16Array {
    return this.#clock.now() < this.#deafUntil ? new Int16Array(samples.length) : samples;
  }

  free(): void {}
}
