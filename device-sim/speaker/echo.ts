import { concatSamples } from '#src/audio/pcm';
import type { Resampler } from '#src/audio/resample';
import type { SoundMemory } from './sound-memory.ts';

/** How loud and how late a microphone hears its own loudspeaker. */
export interface EchoOptions {
  /** 0 or less. */
  readonly gainDb: number;
  /** From the loudspeaker to the microphone, milliseconds. */
  readonly delayMs: number;
}

/** What an echo comes from and goes to. */
export interface EchoPath extends EchoOptions {
  readonly sounds: SoundMemory;
  /** Hz. */
  readonly speakerRate: number;
  readonly micRate: number;
  /** From the one to the other; its own delay, 2 ms at most, comes on top. */
  readonly resampler: Resampler;
}

/** Brings what the loudspeaker plays back into the microphone. */
export class Echo {
  readonly #path: EchoPath;
  readonly #gain: number;
  /** Resampled, but not mixed in yet. */
  #waiting = new Int16Array(0);

  constructor(path: EchoPath) {
    this.#path = path;
    this.#gain = 10 ** (path.gainDb / 20);
  }

  /** Adds the echo to a frame that the microphone records from this moment on; frames must be given in order. */
  mix(frame: Int16Array, startMs: number): void {
    const { sounds, speakerRate, micRate, delayMs, resampler } = this.#path;
    const sound = new Int16Array(Math.round((frame.length * speakerRate) / micRate));
    sounds.read(startMs - delayMs, sound);
    const heard = concatSamples([this.#waiting, resampler.process(sound)]);
    // At the very beginning the resampler keeps a little to itself.
    const late = Math.max(0, frame.length - heard.length);
    for (let index = late; index < frame.length; index++) {
      const sample = (frame[index] ?? 0) + Math.round((heard[index - late] ?? 0) * this.#gain);
      frame[index] = Math.min(32_767, Math.max(-32_768, sample));
    }
    this.#waiting = heard.slice(frame.length - late);
  }
}
