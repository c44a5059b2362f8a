import { ArrivalOffset } from './arrival-offset.ts';
import { LevelHistory } from './level-history.ts';

/** Longest time from a frame being sent to its echo in the microphone, milliseconds: queues, network and room. */
const LONGEST_DELAY_MS = 1_200;

/** Who speaks over the echo must be louder than it ever was, by so many dB. */
const MARGIN_DB = 3;

/**
 * Nobody speaks so softly over an answer, dB. The noise that a codec makes up for a silent microphone (DTX) is at -66, and
 * passes for speech with the voice activity.
 */
const SOFTEST_USER_DB = -60;

/** What is quieter than this has no echo worth asking about, dB of the answer. */
const QUIET_DB = -55;

/** An answer shorter than this teaches nothing, frames. */
const ENOUGH_FRAMES = 50;

/** While what is heard over the first answer is loud but no clear echo, it is asked again so often and so long, frames. */
const ASK_AGAIN_FRAMES = 10;
const UNCLEAR_FRAMES = 100;

/** What is so far below the answer is not worth being called an echo, dB: the device cancels it. */
const FAINT_DB = -50;

/** So much of what was heard last is compared with what was played, frames. */
const COMPARED_FRAMES = 100;

/** Loudest frames are left out of the estimate: a click is no echo. */
const PERCENTILE = 0.98;

/** What is heard is our echo if its level follows that of the answer so closely, at some delay. */
const ECHO_CORRELATION = 0.8;

/** An echo rises and falls about as much as the answer does; what changes so many times as much is something else. */
const STEEPEST = 10;

/** What is taken for the gain where nothing comes back, dB. */
const NO_ECHO_DB = -90;

const FRAME_MS = 20;
const DELAY_SLOTS = LONGEST_DELAY_MS / FRAME_MS;
/** Frames come in messages: when the last of one is here, the first is older. Slots. */
const EARLIEST_SLOTS = -10;
const LOWEST_DB = -90;
const BINS = 120;

/**
 * Tells the user's voice from the echo of our own by its level. While we speak alone it learns how much of what the
 * loudspeaker plays comes back; from then on a frame counts as the user's only if it is louder than any echo can be. A
 * device that cancels its echo lets through next to nothing, so everybody is heard there at once.
 */
export class EchoGuard {
  /** Levels of the answer by the time at which they sound. */
  readonly #played = new LevelHistory(DELAY_SLOTS + COMPARED_FRAMES - EARLIEST_SLOTS);
  /** Levels of the microphone by their number in the stream, and when those were heard. */
  readonly #heard = new LevelHistory(COMPARED_FRAMES);
  readonly #arrival = new ArrivalOffset();
  readonly #bins = new Uint32Array(BINS);
  #samples = 0;
  #gainDb: number | null = null;

  /** How much of the answer comes back at most, dB; null while that is not known. */
  get gainDb(): number | null {
    return this.#gainDb;
  }

  /** Whether anything of the answers may come back at all, as far as is known: a device may cancel its echo. */
  get mayEcho(): boolean {
    return (this.#gainDb ?? 0) > FAINT_DB;
  }

  /** A frame of 20 ms of the answer sounds at this time. */
  played(level: number, atMs: number): void {
    const next = this.#played.newest + 1;
    const slot = Math.floor(atMs / FRAME_MS);
    // Frames that follow each other stay together, wherever the borders of the slots are.
    this.#played.put(Math.abs(atMs - (next + 0.5) * FRAME_MS) < FRAME_MS ? next : slot, level);
  }

  /**
   * Whether a frame of the microphone can be the user's.
   * @param over whether the answer is still on its way: until enough is known, nobody is believed over it
   * @param learn whether only we speak, as far as is known
   */
  isUser(level: number, nowMs: number, over: boolean, learn: boolean): boolean {
    this.#heard.put(this.#arrival.arrived(Math.floor(nowMs / FRAME_MS)), level);
    const loudest = this.#loudest(nowMs);
    if (loudest < QUIET_DB) return true;
    if (learn) this.#learn(level, loudest);
    if (level < SOFTEST_USER_DB) return false;
    if (this.#gainDb === null) return !over;
    return level > loudest + this.#gainDb + MARGIN_DB;
  }

  /**
   * Whether what was heard in the last two seconds is what was played: then it was nobody, and the echo is louder than it
   * was thought to be. To be asked before somebody is believed to interrupt.
   */
  isEcho(): boolean {
    const gainDb = this.#echoGainDb(COMPARED_FRAMES);
    if (gainDb === null) return false;
    this.#gainDb = Math.max(this.#gainDb ?? NO_ECHO_DB, gainDb);
    return true;
  }

  /** An answer is over. @param alone whether nobody spoke over it: else what was learned from it is not believed */
  answerEnded(alone: boolean): void {
    if (alone && this.#samples >= ENOUGH_FRAMES) {
      const measured = this.#percentile();
      if (this.#gainDb !== null) this.#gainDb = Math.max(measured, (this.#gainDb + measured) / 2);
    }
    this.#bins.fill(0);
    this.#samples = 0;
  }

  /** The device was told to throw away what it has not played. */
  flushed(nowMs: number): void {
    this.#played.silenceAfter(Math.floor(nowMs / FRAME_MS));
  }

  /** What sounds later than now is in the history too; it is not far off. */
  #loudest(nowMs: number): number {
    return this.#played.loudestFrom(Math.floor(nowMs / FRAME_MS) - DELAY_SLOTS + 1);
  }

  #learn(level: number, loudest: number): void {
    const bin = Math.min(BINS - 1, Math.max(0, Math.floor(level - loudest - LOWEST_DB)));
    this.#bins[bin] = (this.#bins[bin] ?? 0) + 1;
    this.#samples += 1;
    if (this.#gainDb === null) this.#gainDb = this.#firstEstimate();
  }

  /** Within the first answer already: of an echo, not of somebody who was quicker. Null while it may be either. */
  #firstEstimate(): number | null {
    const unclear = this.#samples - ENOUGH_FRAMES;
    if (unclear < 0 || unclear % ASK_AGAIN_FRAMES !== 0) return null;
    const measured = this.#percentile();
    if (measured < FAINT_DB || this.#echoGainDb(Math.min(this.#samples, COMPARED_FRAMES)) !== null) return measured;
    return this.#samples < UNCLEAR_FRAMES ? null : NO_ECHO_DB;
  }

  /** How loud the newest frames heard are against those played; null when they do not follow them at any delay. */
  #echoGainDb(frames: number): number | null {
    const newest = this.#heard.newest;
    if (newest === Number.NEGATIVE_INFINITY) return null;
    const { slots } = this.#arrival;
    let best: { readonly heard: number[]; readonly played: number[]; readonly correlation: number } | undefined;
    for (let delay = EARLIEST_SLOTS; delay < DELAY_SLOTS; delay++) {
      const heard: number[] = [];
      const played: number[] = [];
      for (let number = newest - frames + 1; number <= newest; number++) {
        const level = this.#played.at(number + slots - delay);
        // That both begin to sound says nothing.
        if (level < QUIET_DB) continue;
        heard.push(this.#heard.at(number));
        played.push(level);
      }
      if (heard.length < frames / 2) continue;
      const correlation = correlate(heard, played);
      if (correlation > (best?.correlation ?? 0)) best = { heard, played, correlation };
    }
    if (!best || best.correlation < ECHO_CORRELATION) return null;
    const { heard, played } = best;
    return Math.max(...heard) - Math.max(...played);
  }

  #percentile(): number {
    let left = this.#samples * PERCENTILE;
    for (const [bin, count] of this.#bins.entries()) {
      left -= count;
      if (left <= 0) return bin + 1 + LOWEST_DB;
    }
    return BINS + LOWEST_DB;
  }
}

/** How closely levels heard rise and fall with those played, 0 to 1 (Pearson's); 0 when they do so far more steeply. */
function correlate(heard: readonly number[], played: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const meanHeard = mean(heard);
  const meanPlayed = mean(played);
  let both = 0;
  let squaresHeard = 0;
  let squaresPlayed = 0;
  for (let index = 0; index < heard.length; index++) {
    const fromHeard = (heard[index] ?? 0) - meanHeard;
    const fromPlayed = (played[index] ?? 0) - meanPlayed;
    both += fromHeard * fromPlayed;
    squaresHeard += fromHeard * fromHeard;
    squaresPlayed += fromPlayed * fromPlayed;
  }
  if (squaresHeard === 0 || squaresPlayed === 0 || squaresHeard > STEEPEST ** 2 * squaresPlayed) return 0;
  return both / Math.sqrt(squaresHeard * squaresPlayed);
}
