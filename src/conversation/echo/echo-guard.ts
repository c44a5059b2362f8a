import { FRAME_MS } from '../../audio/rates.ts';
import { MAX_AHEAD_MS } from '../../config/conversation-schema.ts';
import { ArrivalOffset } from './arrival-offset.ts';
import { type EchoComparison, LevelCorrelation, QUIET_DB } from './level-correlation.ts';
import { LevelHistory } from './level-history.ts';

/** Longest time from a frame being sent to its echo in the microphone, milliseconds. */
const LONGEST_DELAY_MS = 2_100;

/** A user who speaks over the echo must be louder than it ever was, by so many dB. */
const MARGIN_DB = 3;

/**
 * A user does not speak so softly over an answer, dB. The noise that a codec makes up for a silent microphone (DTX) is at -66,
 * and passes for speech with the voice activity.
 */
const SOFTEST_USER_DB = -60;

/** What is so far below the answer is not worth being called an echo, dB: the device cancels it. */
const FAINT_DB = -50;

/** What is taken for the gain where nothing comes back, dB. */
const NO_ECHO_DB = -90;

/** An answer shorter than this teaches nothing, frames. */
const ENOUGH_FRAMES = 50;

/** So much of what was heard last is compared with what was played, frames. */
const COMPARED_FRAMES = 100;

/** It is worth it when so many of them may be an echo. */
const LOOK_WORTH_FRAMES = 5;

/** An echo that was missing in so much of what was heard is none, frames: 5 s. */
const HISTORY_FRAMES = 250;

/** As long as an answer has shown no echo, one is looked for so often, frames. */
const LOOK_EVERY_FRAMES = 25;

/** The loudest frames are left out: a click is no echo. */
const PERCENTILE = 0.98;

/** Of the last frames so many louder than any echo are the user's. */
const RECENT_FRAMES = 15;
const RECENT_LOUD_FRAMES = 8;

/** How exactly a delay is known, frames; and measured, from one second to the next. */
const DELAY_TOLERANCE = 10;
const SAME_DELAY = 3;

/** Levels that follow each other so closely are an echo without doubt (Pearson's correlation). */
const SURE_CORRELATION = 0.92;

/** The end of an echo comes so much later than its measured delay at most, milliseconds. */
const TAIL_MARGIN_MS = 120;

const DELAY_SLOTS = LONGEST_DELAY_MS / FRAME_MS;
/** The answer is known so far ahead of its sound at most. */
const AHEAD_SLOTS = MAX_AHEAD_MS / FRAME_MS;
/** Sound that is due so soon may come back now: what the loudspeaker does is only computed. */
const SOON_SLOTS = 20;
/** Frames come in messages: when the last of one is here, the first is older. Slots. */
const EARLIEST_SLOTS = -10;
const LOWEST_DB = -90;
const BINS = 120;

/** What was heard over an answer. `unclear`: too little was heard so far to tell. */
export type EchoVerdict = 'echo' | 'user' | 'unclear';

/**
 * Tells the user's voice from the echo of the device's own answer. Evidence decides: that levels heard follow those played,
 * some time later, shows an echo, and how loud and late it is; that the microphone stays quiet during an answer shows that
 * there is none. Without evidence the user is believed. What was decided wrongly is corrected by the next answer.
 */
export class EchoGuard {
  /** Levels of the answer by the time at which they sound. */
  readonly #played = new LevelHistory(DELAY_SLOTS + HISTORY_FRAMES - EARLIEST_SLOTS + 20 + AHEAD_SLOTS);
  /** Levels of the microphone by their number in the stream, and when those were heard. */
  readonly #heard = new LevelHistory(HISTORY_FRAMES);
  readonly #arrival = new ArrivalOffset();
  readonly #correlation = new LevelCorrelation(COMPARED_FRAMES, DELAY_SLOTS - EARLIEST_SLOTS);
  readonly #bins = new Uint32Array(BINS);
  /** Frames of the microphone during the present answer, and behind the last one as long as no other has begun. */
  #samples = 0;
  /** No answer has begun since the last one was over. */
  #isOver = true;
  #gainDb: number | null = null;
  #delayFrames: number | null = null;
  /** Whether what was heard during the present answer was its echo. */
  #sawEcho = false;
  /** Frames since the last look that may be an echo. */
  #notFaint = 0;
  /** The delay of an echo that was found once, frames. */
  #glimpsed: number | null = null;
  /** Of the newest frames, which were louder than any echo: a bit each. */
  #loudBits = 0;

  /** Whether enough was heard to tell a user from an echo without words. */
  get isSettled(): boolean {
    return this.#gainDb !== null || this.#samples >= COMPARED_FRAMES;
  }

  /** How much of the answer comes back at most, dB; null while that is not known. */
  get gainDb(): number | null {
    return this.#gainDb;
  }

  /** Whether answers come back: `unknown` without evidence. */
  get hasEcho(): 'yes' | 'no' | 'unknown' {
    if (this.#gainDb === null) return 'unknown';
    return this.#gainDb > FAINT_DB ? 'yes' : 'no';
  }

  /** How long after an answer its echo ends, milliseconds; 0 when none is known. */
  get tailMs(): number {
    if (this.hasEcho !== 'yes' || this.#delayFrames === null) return 0;
    return Math.max(0, this.#delayFrames * FRAME_MS + TAIL_MARGIN_MS);
  }

  /** A frame of 20 ms of the answer sounds at this time. */
  played(level: number, atMs: number): void {
    // What was heard between the answers, a user who spoke say, tells nothing of the new one.
    if (this.#isOver) this.#beginEvidence();
    this.#isOver = false;
    const next = this.#played.newest + 1;
    const slot = Math.floor(atMs / FRAME_MS);
    // Frames that follow each other stay together, wherever the borders of the slots are.
    this.#played.put(Math.abs(atMs - (next + 0.5) * FRAME_MS) < FRAME_MS ? next : slot, level);
  }

  /** The microphone heard a frame during an answer or shortly after it. On the 20 ms path. */
  heard(level: number, nowMs: number): void {
    this.#heard.put(this.#arrival.arrived(Math.floor(nowMs / FRAME_MS)), level);
    const loudest = this.#loudest(nowMs);
    const isLoud = this.#gainDb !== null && loudest >= QUIET_DB && level > loudest + this.#gainDb + MARGIN_DB;
    this.#loudBits = ((this.#loudBits << 1) | (isLoud ? 1 : 0)) & ((1 << RECENT_FRAMES) - 1);
    if (loudest < QUIET_DB) return;
    const bin = Math.min(BINS - 1, Math.max(0, Math.floor(level - loudest - LOWEST_DB)));
    this.#bins[bin] = (this.#bins[bin] ?? 0) + 1;
    this.#samples += 1;
    if (level - loudest > FAINT_DB) this.#notFaint += 1;
    if (this.#samples % LOOK_EVERY_FRAMES !== 0) return;
    const isQuiet = this.#notFaint < LOOK_WORTH_FRAMES;
    this.#notFaint = 0;
    if (!isQuiet && !this.#sawEcho && this.#percentile() > FAINT_DB) this.#lookTwice();
  }

  /** Whether a frame of the microphone can be the user's. It must have been `heard` before. */
  isUser(level: number, nowMs: number): boolean {
    const loudest = this.#loudest(nowMs);
    if (loudest < QUIET_DB) return true;
    if (level < SOFTEST_USER_DB) return false;
    return this.#gainDb === null || level > loudest + this.#gainDb + MARGIN_DB;
  }

  /** What was heard last: to be asked before a user is believed to interrupt. */
  judge(): EchoVerdict {
    // No audio came from the microphone meanwhile: nothing speaks against the user.
    if (this.#samples === 0) return 'user';
    if (this.#recentLoud >= RECENT_LOUD_FRAMES && this.hasEcho === 'yes') return 'user';
    const { verdict } = this.#look();
    if (verdict === 'echo') return 'echo';
    // A device that was quiet during its answers so far is not suspected for long.
    return verdict === 'other' || this.hasEcho === 'no' ? 'user' : 'unclear';
  }

  /** The words of an answer came back so late after it, milliseconds: the loudspeaker is later than was known. */
  heardWords(delayMs: number): void {
    const frames = Math.round(Math.min(Math.max(delayMs, 0), LONGEST_DELAY_MS) / FRAME_MS);
    this.#delayFrames = Math.max(this.#delayFrames ?? 0, frames);
    this.#gainDb = Math.max(this.#gainDb ?? NO_ECHO_DB, FAINT_DB + 1);
    this.#sawEcho = true;
  }

  /** An answer is over: what it has shown counts from now on. */
  answerEnded(): void {
    if (this.#samples >= ENOUGH_FRAMES) {
      const measured = this.#percentile();
      if (measured < FAINT_DB) this.#forget(NO_ECHO_DB);
      else if (!this.#sawEcho && this.#look().verdict === 'other') this.#forget(null);
    }
    this.#beginEvidence();
    this.#isOver = true;
  }

  #beginEvidence(): void {
    this.#bins.fill(0);
    this.#samples = 0;
    this.#notFaint = 0;
    this.#sawEcho = false;
    this.#glimpsed = null;
  }

  /** The device was told to discard what it has not played. */
  flushed(nowMs: number): void {
    this.#played.silenceAfter(Math.floor(nowMs / FRAME_MS));
  }

  #forget(gainDb: number | null): void {
    this.#gainDb = gainDb;
    this.#delayFrames = null;
  }

  get #recentLoud(): number {
    let count = 0;
    for (let bits = this.#loudBits; bits !== 0; bits &= bits - 1) count += 1;
    return count;
  }

  /**
   * Learns from an echo that is beyond doubt, or that the next look finds again, as late as before: the levels of a user may
   * follow those of the answer once by chance, twice hardly.
   */
  #lookTwice(): void {
    const found = this.#find();
    if (found.verdict !== 'echo') {
      this.#glimpsed = null;
      return;
    }
    const isSame = this.#glimpsed !== null && Math.abs(this.#glimpsed - found.delayFrames) <= SAME_DELAY;
    if (isSame || found.correlation >= SURE_CORRELATION) this.#learn(found);
    this.#glimpsed = found.delayFrames;
  }

  /** Compares what was heard last with what was played, and learns from it. */
  #look(): EchoComparison {
    const found = this.#find();
    if (found.verdict === 'echo') this.#learn(found);
    return found;
  }

  #find(): EchoComparison {
    const known = this.#delayFrames;
    const comparison = this.#compare(known);
    // The way of the audio may have become another one.
    return comparison.verdict !== 'echo' && known !== null ? this.#compare(null) : comparison;
  }

  #learn({ delayFrames, gainDb }: Extract<EchoComparison, { verdict: 'echo' }>): void {
    this.#sawEcho = true;
    this.#delayFrames = delayFrames;
    // The loudest so far, but not for ever: a volume may be turned down.
    const before = this.hasEcho === 'yes' ? (this.#gainDb ?? NO_ECHO_DB) : NO_ECHO_DB;
    this.#gainDb = Math.max(gainDb, (before + gainDb) / 2);
  }

  #compare(delay: number | null): EchoComparison {
    return this.#correlation.compare({
      heard: this.#heard,
      played: this.#played,
      offset: this.#arrival.slots,
      history: HISTORY_FRAMES,
      fromDelay: delay === null ? EARLIEST_SLOTS : delay - DELAY_TOLERANCE,
      toDelay: delay === null ? DELAY_SLOTS : delay + DELAY_TOLERANCE,
    });
  }

  /** The loudest of the answer that may come back now. */
  #loudest(nowMs: number): number {
    const now = Math.floor(nowMs / FRAME_MS);
    const delay = this.#delayFrames;
    if (delay === null) return this.#played.loudestFrom(now - DELAY_SLOTS + 1, now + SOON_SLOTS);
    return this.#played.loudestBetween(now - delay - 2 * DELAY_TOLERANCE, now - delay + 2 * DELAY_TOLERANCE);
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
