import { VAD_FRAME_SAMPLES, type Voicing } from '../vad.ts';
import { BandFilter, KEEP_EVERY } from './band-filter.ts';

const FRAME = VAD_FRAME_SAMPLES / KEEP_EVERY;
/** Two frames are looked at together, 40 ms: three periods of the lowest voice. */
const SPAN = FRAME * 2;

/** Periods looked for, samples at 4 kHz: 70 Hz is the lowest voice; 444 Hz and above is none. */
const LONGEST_PERIOD = 57;
const SHORTEST_PERIOD = 10;
const TOO_HIGH_PERIOD = 9;
const HIGHEST_PERIOD = 4;

/** What a voice is made of lies between these, Hz: a thud and the hum of the mains lie below. */
const BAND = { fromHz: 190, toHz: 1_500 };

/** So periodic a frame must be, 0 to 1. Steady noise reaches 0.4. */
const PERIODIC = 0.45;
/** So much of the energy must lie in the band, dB. A thud of 90 Hz has -25. */
const IN_BAND_DB = -9;
/** The quietest 10 ms of the span may be so much below its mean, dB: a click dies away within the span. */
const EVEN_DB = -12;
/**
 * A voice changes all the time: the shape of the autocorrelation differs so much from that of one, two and three frames ago.
 * A held note changes by a tenth of that.
 */
const CHANGES = [0, 0.04, 0.07, 0.11] as const;
const FRAMES_AGO = 3;
/** A frame so much softer than this one, dB, was before the beginning: nothing is compared with it. */
const BEFORE_DB = 25;
/** A period almost as good as the best one, and shorter, is the true one. */
const ALMOST = 0.85;

/** The look goes on for so many frames behind the last speech. */
const LINGER = 10;

interface Look {
  readonly shape: Float64Array;
  energyDb: number;
}

/**
 * Looks a second time at what a voice activity detector takes for speech: whether it is a voice, by its pitch, its band and
 * its change. Costs about 12 microseconds a frame, and next to nothing while nothing sounds like speech. Holds state: one
 * for each microphone.
 */
export class VoicingDetector {
  readonly #filter = new BandFilter(BAND.fromHz, BAND.toHz, VAD_FRAME_SAMPLES);
  readonly #span = new Float64Array(SPAN);
  /** Of the last frames, a ring. */
  readonly #looks: readonly Look[] = Array.from({ length: FRAMES_AGO + 1 }, () => ({
    shape: new Float64Array(LONGEST_PERIOD + 1),
    energyDb: Number.NEGATIVE_INFINITY,
  }));
  #newest = 0;
  /** The frames before speech was noticed, so that its beginning can be looked at too. */
  readonly #before = Array.from({ length: FRAMES_AGO }, () => new Int16Array(VAD_FRAME_SAMPLES));
  /** Place of the oldest of them. */
  #oldest = 0;
  #lingers = 0;

  /** One frame of 20 ms. @param speech whether the voice activity detector takes it for speech */
  look(frame: Int16Array, speech: boolean): Voicing {
    if (speech && this.#lingers === 0) this.#begin();
    if (speech) this.#lingers = LINGER;
    if (this.#lingers === 0) {
      this.#remember(frame);
      return 'none';
    }
    if (!speech) this.#lingers -= 1;
    const voicing = this.#judge(frame);
    if (this.#lingers === 0) this.#remember(frame);
    return speech ? voicing : 'none';
  }

  reset(): void {
    this.#lingers = 0;
    for (const frame of this.#before) frame.fill(0);
  }

  #remember(frame: Int16Array): void {
    this.#before[this.#oldest]?.set(frame);
    this.#oldest = (this.#oldest + 1) % FRAMES_AGO;
  }

  #begin(): void {
    this.#filter.reset();
    this.#span.fill(0);
    for (const look of this.#looks) look.energyDb = Number.NEGATIVE_INFINITY;
    for (let ago = 0; ago < FRAMES_AGO; ago++) {
      const frame = this.#before[(this.#oldest + ago) % FRAMES_AGO];
      if (frame) this.#judge(frame);
    }
  }

  #judge(frame: Int16Array): Voicing {
    this.#span.copyWithin(0, FRAME);
    const energyDb = toDb(this.#filter.decimate(frame, this.#span, FRAME));
    this.#newest = (this.#newest + 1) % this.#looks.length;
    const look = this.#look(0);
    look.energyDb = energyDb;
    const period = this.#correlate(look.shape);
    const strength = look.shape[period] ?? 0;
    if (strength < PERIODIC || toDb(this.#bandEnergy()) - energyDb < IN_BAND_DB) return 'none';
    // What dies away within the span was a blow: how periodic that is says nothing.
    if (this.#evenDb() < EVEN_DB) return 'held';
    return truePeriod(look.shape, period) > TOO_HIGH_PERIOD && this.#changes() ? 'voiced' : 'held';
  }

  /** Of so many frames ago. */
  #look(ago: number): Look {
    const count = this.#looks.length;
    return this.#looks[(this.#newest - ago + count) % count] as Look;
  }

  /** Of the newest frame, as if all samples were there. */
  #bandEnergy(): number {
    let energy = 0;
    for (let index = FRAME; index < SPAN; index++) energy += (this.#span[index] ?? 0) ** 2;
    return energy * KEEP_EVERY;
  }

  /** How far the softest quarter of the span lies below its mean, dB. */
  #evenDb(): number {
    const quarter = SPAN / 4;
    let least = Number.POSITIVE_INFINITY;
    let all = 0;
    for (let from = 0; from < SPAN; from += quarter) {
      let energy = 0;
      for (let index = from; index < from + quarter; index++) energy += (this.#span[index] ?? 0) ** 2;
      least = Math.min(least, energy);
      all += energy;
    }
    return toDb(least) - toDb(all / 4);
  }

  /** Fills in the autocorrelation of the span by its lags; returns the lag of the best period. */
  #correlate(shape: Float64Array): number {
    const span = this.#span;
    let now = 0;
    for (let index = LONGEST_PERIOD; index < SPAN; index++) now += (span[index] as number) ** 2;
    let earlier = now;
    let period = SHORTEST_PERIOD;
    for (let lag = 1; lag <= LONGEST_PERIOD; lag++) {
      earlier += (span[LONGEST_PERIOD - lag] as number) ** 2 - (span[SPAN - lag] as number) ** 2;
      let even = 0;
      let odd = 0;
      // The inner loop of all this: two sums at a time, and no check of the bounds, which hold.
      for (let index = LONGEST_PERIOD; index + 1 < SPAN; index += 2) {
        even += (span[index] as number) * (span[index - lag] as number);
        odd += (span[index + 1] as number) * (span[index + 1 - lag] as number);
      }
      shape[lag] = (even + odd) / Math.sqrt(now * Math.max(earlier, 1) + 1);
      if (lag > SHORTEST_PERIOD && (shape[lag] ?? 0) > (shape[period] ?? 0)) period = lag;
    }
    return period;
  }

  /** Whether the shape of the newest frame differs from those before it, as that of a voice does. */
  #changes(): boolean {
    const newest = this.#look(0);
    let ago = 0;
    while (ago < FRAMES_AGO && this.#look(ago + 1).energyDb >= newest.energyDb - BEFORE_DB) ago += 1;
    if (ago === 0 || difference(newest.shape, this.#look(1).shape) < CHANGES[1]) return false;
    return difference(newest.shape, this.#look(ago).shape) >= (CHANGES[ago] ?? 1);
  }
}

/** A tone of 500 Hz repeats after 250 Hz's period too: the shortest period that is as good is the true one. */
function truePeriod(shape: Float64Array, period: number): number {
  const strength = shape[period] ?? 0;
  for (let lag = HIGHEST_PERIOD; lag < period - 1; lag++) {
    const alike = shape[lag] ?? 0;
    const isPeak = alike > (shape[lag - 1] ?? 0) && alike >= (shape[lag + 1] ?? 0);
    if (isPeak && alike >= ALMOST * strength) return lag;
  }
  return period;
}

function difference(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let lag = 1; lag <= LONGEST_PERIOD; lag++) sum += Math.abs((a[lag] ?? 0) - (b[lag] ?? 0));
  return sum / LONGEST_PERIOD;
}

const toDb = (energy: number): number => 10 * Math.log10(energy + 1);
