interface Sound {
  readonly samples: Int16Array;
  /** Place of the first sample on the clock. */
  readonly at: number;
}

/** A microphone that is not read keeps no more than this. */
const MAX_MS = 30_000;

/**
 * What a loudspeaker plays, by the clock, for a microphone that hears it. Places are samples since the clock's zero. It is
 * read forwards: what lies before the last read is forgotten, and so is the oldest of more than 30 s.
 */
export class SoundMemory {
  readonly #sampleRate: number;
  #sounds: Sound[] = [];

  /** @param sampleRate Hz of the loudspeaker */
  constructor(sampleRate: number) {
    this.#sampleRate = sampleRate;
  }

  /** Samples will sound from this moment on, `Clock.now()` milliseconds. Keeps the array. */
  add(samples: Int16Array, atMs: number): void {
    this.#sounds.push({ samples, at: this.#placeOf(atMs) });
    const newest = this.#placeOf(atMs) + samples.length;
    this.#forgetBefore(newest - (MAX_MS * this.#sampleRate) / 1000);
  }

  /** The loudspeaker fell silent at this moment: what was to sound later does not. */
  cut(atMs: number): void {
    const end = this.#placeOf(atMs);
    this.#sounds = this.#sounds
      .filter(({ at }) => at < end)
      .map((sound) => ({ ...sound, samples: sound.samples.subarray(0, end - sound.at) }));
  }

  /** Fills the array with what sounds from this moment on; silence where nothing does. */
  read(fromMs: number, into: Int16Array): void {
    const from = this.#placeOf(fromMs);
    this.#forgetBefore(from);
    into.fill(0);
    for (const { samples, at } of this.#sounds) {
      const skipped = Math.max(0, from - at);
      const start = Math.max(0, at - from);
      if (start >= into.length) continue;
      into.set(samples.subarray(skipped, skipped + into.length - start), start);
    }
  }

  #placeOf(ms: number): number {
    return Math.round((ms * this.#sampleRate) / 1000);
  }

  #forgetBefore(place: number): void {
    const first = this.#sounds.findIndex(({ at, samples }) => at + samples.length > place);
    if (first !== 0) this.#sounds.splice(0, first < 0 ? this.#sounds.length : first);
  }
}
