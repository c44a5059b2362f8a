import { SILENCE_DB } from '../../audio/level.ts';
import type { LevelHistory } from './level-history.ts';

/** What is quieter than this has no echo worth comparing, dB of the answer. */
export const QUIET_DB = -55;

/** Below this all is silence: how deep it is says nothing, dB. */
const FLOOR_DB = -75;

/** Levels that rise and fall this closely together are an echo (Pearson's correlation). */
const ECHO_CORRELATION = 0.8;

/** So many frames of 20 ms must have been compared before "echo" or "no echo" is said; with fewer it may be either. */
const ENOUGH_FRAMES = 40;
const FEW_FRAMES = 20;

/** An echo rises and falls about as much as the answer does: not so many times more, nor less. */
const STEEPEST = 10;

/**
 * An echo was there all the time: the loudest parts of the answer, down to so many dB below the loudest, come back too, and none
 * of them so much softer than the echo would be, but for so small a share. What begins amid an answer is the user, whatever its
 * levels are like.
 */
const LOUD_PARTS_DB = 10;
const MISSING_DB = 20;
const MISSING_SHARE = 0.25;

/** What the comparison of what was heard with what was played has shown. */
export type EchoComparison =
  /** What was heard follows what was played: so much louder (dB), so many frames later. */
  | { readonly verdict: 'echo'; readonly gainDb: number; readonly delayFrames: number; readonly correlation: number }
  /** It does not, at any delay. */
  | { readonly verdict: 'other' }
  /** Too little was played and heard so far. */
  | { readonly verdict: 'unclear' };

const OTHER: EchoComparison = { verdict: 'other' };
const UNCLEAR: EchoComparison = { verdict: 'unclear' };

/** What is compared. */
export interface ComparisonInput {
  readonly heard: LevelHistory;
  readonly played: LevelHistory;
  /** Slot of frame 0 of what was heard, in slots of what was played. */
  readonly offset: number;
  /** In so many of the newest frames heard an echo must not be missing. */
  readonly history: number;
  /** Delays that are tried, frames. */
  readonly fromDelay: number;
  readonly toDelay: number;
}

/** Compares the levels heard last with those played before, at every delay. About 30 us for a hundred frames and delays. */
export class LevelCorrelation {
  readonly #heard: Float32Array;
  /** From the longest delay to the shortest. */
  readonly #played: Float32Array;
  readonly #maxDelays: number;

  /** @param frames so many of the newest frames heard are compared @param maxDelays the most delays that are tried */
  constructor(frames: number, maxDelays: number) {
    this.#heard = new Float32Array(frames);
    this.#played = new Float32Array(frames + maxDelays);
    this.#maxDelays = maxDelays;
  }

  compare(input: ComparisonInput): EchoComparison {
    const { heard, played, offset, fromDelay } = input;
    const newest = heard.newest;
    if (newest === Number.NEGATIVE_INFINITY) return UNCLEAR;
    const toDelay = Math.min(input.toDelay, fromDelay + this.#maxDelays);
    const first = newest - this.#heard.length + 1;
    heard.copy(first, this.#heard, FLOOR_DB);
    played.copy(first + offset - toDelay, this.#played, SILENCE_DB);
    let best = 0;
    let bestDelay = 0;
    let isUnclear = true;
    let mayBecome = false;
    for (let delay = fromDelay; delay < toDelay; delay++) {
      const { correlation, count } = this.#at(toDelay - delay);
      if (count >= ENOUGH_FRAMES) {
        isUnclear = false;
        if (correlation > best && (correlation < ECHO_CORRELATION || this.#wasThere(input, delay, toDelay - delay))) {
          best = correlation;
          bestDelay = delay;
        }
      } else if (count >= FEW_FRAMES && correlation >= ECHO_CORRELATION) mayBecome = true;
    }
    if (best < ECHO_CORRELATION) return isUnclear || mayBecome ? UNCLEAR : OTHER;
    const { gainDb } = this.#gain(toDelay - bestDelay);
    return { verdict: 'echo', delayFrames: bestDelay, gainDb, correlation: best };
  }

  /** How closely the levels heard follow those played from a place on; frames without an answer do not count. */
  #at(from: number): { readonly correlation: number; readonly count: number } {
    let count = 0;
    let sumHeard = 0;
    let sumPlayed = 0;
    let sumBoth = 0;
    let squaresHeard = 0;
    let squaresPlayed = 0;
    const heard = this.#heard;
    const played = this.#played;
    for (let index = 0; index < heard.length; index++) {
      const y = played[from + index] as number;
      // That both are silent says nothing.
      if (y < QUIET_DB) continue;
      const x = heard[index] as number;
      count += 1;
      sumHeard += x;
      sumPlayed += y;
      sumBoth += x * y;
      squaresHeard += x * x;
      squaresPlayed += y * y;
    }
    if (count < FEW_FRAMES) return { correlation: 0, count };
    const varied = squaresHeard - (sumHeard * sumHeard) / count;
    const other = squaresPlayed - (sumPlayed * sumPlayed) / count;
    const both = sumBoth - (sumHeard * sumPlayed) / count;
    // Sums of squares lose the last digits: a level that does not change at all has no correlation.
    const isFlat = varied < 1e-6 * count || other < 1e-6 * count;
    if (isFlat || varied > STEEPEST ** 2 * other || other > STEEPEST ** 2 * varied) return { correlation: 0, count };
    return { correlation: both / Math.sqrt(varied * other), count };
  }

  /** Whether an echo so late came back all the time, as far back as is known. @param from its place in what was played */
  #wasThere({ heard, played, offset, history }: ComparisonInput, delay: number, from: number): boolean {
    const { gainDb, loudestPlayed } = this.#gain(from);
    let loud = 0;
    let missing = 0;
    for (let number = heard.newest - history + 1; number <= heard.newest; number++) {
      const level = played.at(number + offset - delay);
      if (level < loudestPlayed - LOUD_PARTS_DB) continue;
      loud += 1;
      if (heard.at(number) < level + gainDb - MISSING_DB) missing += 1;
    }
    return missing <= MISSING_SHARE * loud;
  }

  #gain(from: number): { readonly gainDb: number; readonly loudestPlayed: number } {
    let loudestHeard = FLOOR_DB;
    let loudestPlayed = FLOOR_DB;
    for (const [index, heard] of this.#heard.entries()) {
      const level = this.#played[from + index] ?? SILENCE_DB;
      if (level < QUIET_DB) continue;
      loudestPlayed = Math.max(loudestPlayed, level);
      loudestHeard = Math.max(loudestHeard, heard);
    }
    return { gainDb: loudestHeard - loudestPlayed, loudestPlayed };
  }
}
