/** What a sound card tells. */
export interface SoundListener {
  /** Samples of the microphone, mono s16, any number, at the rate asked for. */
  heard(samples: Int16Array): void;
  /** The card is of no use any more. */
  failed(error: Error): void;
}

/** Hz. */
export interface SoundRates {
  readonly mic: number;
  readonly speaker: number;
}

/** A microphone and a loudspeaker of this machine, or of a browser. */
export interface SoundCard {
  /** What a person calls it. */
  readonly name: string;
  /** Begins to record and to play. Rejects with a reason for a person when that is not possible. May be opened again after `close`. */
  open(rates: SoundRates, listener: SoundListener): Promise<void>;
  /** Plays samples, mono s16, behind those given before; never waits: a card that does not keep up loses them. */
  play(samples: Int16Array): void;
  close(): void;
}

/** Which of the microphones and loudspeakers; undefined takes the default ones. */
export interface SoundChoice {
  readonly input: string | undefined;
  readonly output: string | undefined;
}
