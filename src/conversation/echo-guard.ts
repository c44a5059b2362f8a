import { SILENCE_DB } from '../audio/level.ts';

/** Longest time from a frame being sent to its echo in the microphone, milliseconds: queues, network and room. */
const LONGEST_DELAY_MS = 1_200;

/** Who speaks over the echo must be louder than it ever was, by so many dB. */
const MARGIN_DB = 3;

/** What is quieter than this has no echo worth asking about, dB of the answer. */
const QUIET_DB = -55;

/** An answer shorter than this teaches nothing, frames. */
const ENOUGH_FRAMES = 50;

/** Loudest frames are left out of the estimate: a click is no echo. */
const PERCENTILE = 0.98;

/** What is heard is our echo if its level follows that of the answer so closely, at some delay. */
const ECHO_CORRELATION = 0.5;

/** An echo rises and falls about as much as the answer does; what changes so many times as much is something else. */
const STEEPEST = 10;

/** What is taken for the gain where nothing comes back, dB. */
const NO_ECHO_DB = -90;

const FRAME_MS = 20;
const DELAY_SLOTS = LONGEST_DELAY_MS / FRAME_MS;
/** Room for the frames that teach and the longest delay before them. */
const SLOTS = DELAY_SLOTS + ENOUGH_FRAMES;
const LOWEST_DB = -90;
const BINS = 120;

/**
 * Tells the user's voice from the echo of our own by its level. While we speak alone it learns how much of what the
 * loudspeaker plays comes back; from then on a frame counts as the user's only if it is louder than any echo can be. A
 * device that cancels its echo lets through next to nothing, so everybody is heard there at once.
 */
export class EchoGuard {
  /** Levels of the answer by the time at which they sound, in slots of a frame. A ring. */
  readonly #played = new Float32Array(SLOTS).fill(SILENCE_DB);
  readonly #bins = new Uint32Array(BINS);
  /** The first levels heard over an answer, and the slots at which they were. */
  readonly #heard = new Float32Array(ENOUGH_FRAMES);
  readonly #heardAt = new Int32Array(ENOUGH_FRAMES);
  #newestSlot = 0;
  #samples = 0;
  #gainDb: number | null = null;

  /** How much of the answer comes back at most, dB; null while that is not known. */
  get gainDb(): number | null {
    return this.#gainDb;
  }

  /** A frame of 20 ms of the answer sounds at this time. */
  played(level: number, atMs: number): void {
    const slot = Math.floor(atMs / FRAME_MS);
    // Frames come in order, but a resumed answer may touch a slot twice.
    this.#forgetUntil(slot);
    const at = slot % SLOTS;
    this.#played[at] = Math.max(this.#played[at] ?? SILENCE_DB, level);
  }

  /**
   * Whether a frame of the microphone can be the user's.
   * @param over whether the answer is still on its way: until enough is known, nobody is believed over it
   * @param learn whether only we speak, as far as is known
   */
  isUser(level: number, nowMs: number, over: boolean, learn: boolean): boolean {
    const loudest = this.#loudest(nowMs);
    if (loudest < QUIET_DB) return true;
    if (learn) this.#learn(level, loudest, Math.floor(nowMs / FRAME_MS));
    if (this.#gainDb === null) return !over;
    return level > loudest + this.#gainDb + MARGIN_DB;
  }

  /** Whether anything that can still echo was played. */
  isSounding(nowMs: number): boolean {
    return this.#loudest(nowMs) >= QUIET_DB;
  }

  /** An answer is over. @param alone whether nobody spoke over it: else what was learned from it is not believed */
  answerEnded(alone: boolean): void {
    if (alone && this.#samples >= ENOUGH_FRAMES) {
      const measured = this.#percentile();
      this.#gainDb = this.#gainDb === null ? measured : Math.max(measured, (this.#gainDb + measured) / 2);
    }
    this.#bins.fill(0);
    this.#samples = 0;
  }

  /** The device was told to throw away what it has not played. */
  flushed(nowMs: number): void {
    const now = Math.floor(nowMs / FRAME_MS);
    for (let slot = now + 1; slot <= this.#newestSlot; slot++) this.#played[slot % SLOTS] = SILENCE_DB;
  }

  #loudest(nowMs: number): number {
    const now = Math.floor(nowMs / FRAME_MS);
    if (now - this.#newestSlot >= DELAY_SLOTS) return SILENCE_DB;
    let loudest = SILENCE_DB;
    // What sounds later than now is in the ring too; it is not far off.
    for (let slot = now - DELAY_SLOTS + 1; slot <= this.#newestSlot; slot++) {
      const level = this.#levelAt(slot);
      if (level > loudest) loudest = level;
    }
    return loudest;
  }

  #forgetUntil(slot: number): void {
    if (slot <= this.#newestSlot) return;
    const first = Math.max(this.#newestSlot + 1, slot - SLOTS + 1);
    for (let at = first; at <= slot; at++) this.#played[at % SLOTS] = SILENCE_DB;
    this.#newestSlot = slot;
  }

  #levelAt(slot: number): number {
    if (slot <= this.#newestSlot - SLOTS || slot > this.#newestSlot) return SILENCE_DB;
    return this.#played[((slot % SLOTS) + SLOTS) % SLOTS] ?? SILENCE_DB;
  }

  #learn(level: number, loudest: number, slot: number): void {
    const bin = Math.min(BINS - 1, Math.max(0, Math.floor(level - loudest - LOWEST_DB)));
    this.#bins[bin] = (this.#bins[bin] ?? 0) + 1;
    if (this.#samples < ENOUGH_FRAMES) {
      this.#heard[this.#samples] = level;
      this.#heardAt[this.#samples] = slot;
    }
    this.#samples += 1;
    // A first estimate, within the first answer already: of an echo, not of somebody who was quicker.
    if (this.#gainDb === null && this.#samples === ENOUGH_FRAMES) {
      this.#gainDb = this.#echoes() ? this.#percentile() : NO_ECHO_DB;
    }
  }

  /** Whether what was heard follows what was played, at any delay. */
  #echoes(): boolean {
    for (let delay = 0; delay < DELAY_SLOTS; delay++) {
      const played = Array.from(this.#heardAt, (slot) => this.#levelAt(slot - delay));
      // That both begin to sound says nothing.
      const sounding = played.flatMap((level, index) => (level >= QUIET_DB ? [index] : []));
      if (sounding.length < ENOUGH_FRAMES / 2) continue;
      const heardThen = sounding.map((index) => this.#heard[index] ?? SILENCE_DB);
      const playedThen = sounding.map((index) => played[index] ?? SILENCE_DB);
      if (follows(heardThen, playedThen)) return true;
    }
    return false;
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

/** Whether levels heard rise and fall with those played, and not much more. */
function follows(heard: readonly number[], played: readonly number[]): boolean {
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
  if (squaresHeard === 0 || squaresPlayed === 0) return false;
  const correlation = both / Math.sqrt(squaresHeard * squaresPlayed);
  return correlation >= ECHO_CORRELATION && squaresHeard <= STEEPEST ** 2 * squaresPlayed;
}
