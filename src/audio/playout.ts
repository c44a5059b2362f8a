import type { Clock } from '../core/clock.ts';
import { type Paced, type Pacer, TICK_MS } from './pacer.ts';

/** Longest word that a resumed playout can say anew, milliseconds. */
const LONGEST_WORD_MS = 1_000;

/** A loudspeaker that was silent for longer may swallow the beginning of what comes next, milliseconds. */
const QUIET_MS = 1_000;

/** What a playout needs. */
export interface PlayoutOptions<Mark> {
  /** Hz of what is written and sent. */
  readonly sampleRate: number;
  readonly frameMs: number;
  /** The most that may be sent but not yet played, milliseconds; at least a frame. */
  readonly aheadMs: number;
  /** How long before it sounds what is told of it is told: marks, and that all was sent. Milliseconds. Default: when it is sent. */
  readonly tellAheadMs?: number;
  /**
   * Silence that wakes a loudspeaker which was silent for more than a second, milliseconds, rounded up to whole frames. It is no
   * part of what is written, sent or played. Default: none.
   */
  readonly leadInMs?: number;
  /**
   * Milliseconds of the audio sent that still wait in this process, for a link that is slower than the audio: they were not
   * played. Asked at every tick. Default: none.
   */
  readonly unsentMs?: () => number;
  /** The link is slower than the audio: the loudspeaker runs dry for so long. */
  readonly onHeldUp?: (ms: number) => void;
  /** When the loudspeaker fell silent, monotonic milliseconds. Default: long ago. */
  readonly quietSinceMs?: number;
  readonly clock: Clock;
  readonly pacer: Pacer;
  /** Sends one whole frame. The array is only valid during the call. @param isLeadIn silence that wakes the loudspeaker */
  readonly send: (frame: Int16Array, isLeadIn: boolean) => void;
  /** Called when the audio at a mark is being sent, before it, or later: see `tellAheadMs`. */
  readonly onMark: (mark: Mark) => void;
  /** Called once, when the first frame of what was written is being sent. */
  readonly onStarted: () => void;
  /** Called once after `end()`, when everything was sent, or later: see `tellAheadMs`. */
  readonly onSent: () => void;
  /** Called once after that, when the loudspeaker has played it all, as far as can be computed. */
  readonly onPlayed: () => void;
  /** Audio was there to be sent, but the loudspeaker ran dry for `lateMs` because we were late. */
  readonly onLate: (lateMs: number) => void;
}

/** Something that is at a place in what is written. */
export interface PlayoutMark<Mark> {
  readonly atSample: number;
  readonly mark: Mark;
}

/**
 * Sends audio at the pace at which it is played, a little ahead, never more. The loudspeaker is modelled by the time at
 * which it will have played all that was sent; that time only grows by the length of a frame, so nothing drifts.
 */
export class Playout<Mark> implements Paced {
  readonly #options: PlayoutOptions<Mark>;
  readonly #frame: Int16Array;
  readonly #queue: Int16Array[] = [];
  readonly #marks: PlayoutMark<Mark>[] = [];
  /** Marks that were called already. */
  #passed = 0;
  /** The newest audio sent: what may wait in the loudspeaker, which a pause takes back, and a word before it. A ring. */
  readonly #sent: Int16Array;
  /** Samples of the first chunk in the queue that were taken already. */
  #taken = 0;
  #queuedSamples = 0;
  #writtenSamples = 0;
  #sentSamples = 0;
  readonly #aheadMs: number;
  readonly #tellAheadMs: number;
  readonly #leadInFrames: number;
  /** Frames of silence that are still to be sent before anything else. */
  #leadInLeft = 0;
  /** When the loudspeaker will have played the silence that wakes it. */
  #leadInEndsAtMs = Number.NEGATIVE_INFINITY;
  /** When the loudspeaker will have played everything sent. */
  #emptyAtMs: number;
  #started = false;
  #hadFrame = false;
  #ended = false;
  #sentReported = false;
  #stopped = false;
  #paused = false;
  /** Samples of the ring that were taken back: older ones were overwritten. */
  #takenBack = 0;

  constructor(options: PlayoutOptions<Mark>) {
    this.#options = options;
    const { sampleRate, frameMs, leadInMs = 0, quietSinceMs = Number.NEGATIVE_INFINITY } = options;
    this.#aheadMs = Math.max(options.aheadMs, frameMs);
    this.#tellAheadMs = Math.max(options.tellAheadMs ?? this.#aheadMs, frameMs);
    this.#leadInFrames = Math.ceil(leadInMs / frameMs);
    this.#emptyAtMs = quietSinceMs;
    this.#frame = new Int16Array((sampleRate * frameMs) / 1000);
    this.#sent = new Int16Array((sampleRate * (this.#aheadMs + LONGEST_WORD_MS)) / 1000);
    options.pacer.add(this);
  }

  /** Hz. */
  get sampleRate(): number {
    return this.#options.sampleRate;
  }

  /** Samples written so far. */
  get writtenSamples(): number {
    return this.#writtenSamples;
  }

  /** Milliseconds of audio that wait to be sent. */
  get queuedMs(): number {
    return (this.#queuedSamples * 1000) / this.#options.sampleRate;
  }

  /** Milliseconds of audio sent so far. */
  get sentMs(): number {
    return (this.#sentSamples * 1000) / this.#options.sampleRate;
  }

  /** Milliseconds of audio that the loudspeaker has played by now. */
  get playedMs(): number {
    return Math.max(0, this.sentMs - this.#unplayedMs);
  }

  /** Milliseconds until the loudspeaker will have played everything sent. */
  get leadMs(): number {
    return Math.max(0, this.#emptyAtMs - this.#options.clock.now());
  }

  /** Milliseconds of the audio sent that the loudspeaker has not played: while silence wakes it, none of it is. */
  get #unplayedMs(): number {
    return Math.max(0, this.#emptyAtMs - Math.max(this.#options.clock.now(), this.#leadInEndsAtMs));
  }

  /** Milliseconds of audio written that the loudspeaker has not played. */
  get leftMs(): number {
    return (this.#writtenSamples * 1000) / this.#options.sampleRate - this.playedMs;
  }

  /** Whether `end` was called. */
  get ended(): boolean {
    return this.#ended;
  }

  /** All marks, in order. */
  get marks(): readonly PlayoutMark<Mark>[] {
    return this.#marks;
  }

  /** The marks whose audio the loudspeaker has played to its end: up to the next mark, or the end of what was written. */
  get heardMarks(): readonly Mark[] {
    const playedSamples = (this.playedMs * this.#options.sampleRate) / 1000;
    const heard = this.#marks.filter((_, index) => {
      const end = this.#marks[index + 1]?.atSample ?? this.#writtenSamples;
      // Sample positions of words are fractions: half a millisecond is nothing.
      return end <= playedSamples + this.#options.sampleRate / 2_000;
    });
    return heard.map(({ mark }) => mark);
  }

  /** Stops sending; the device was told to throw away what it has not played. What was heard stays as it is. */
  pause(): void {
    if (this.#paused || this.#stopped) return;
    const unplayed = Math.min(Math.round((this.#unplayedMs * this.#options.sampleRate) / 1000), this.#sentSamples);
    this.#paused = true;
    this.#takeBack(unplayed);
    this.#emptyAtMs = this.#options.clock.now();
    this.#leadInEndsAtMs = this.#emptyAtMs;
    // The gap is no lateness of ours.
    this.#hadFrame = false;
  }

  /** Goes on from the beginning of the mark in which it was paused, as far as that audio is still at hand. */
  resume(): void {
    if (!this.#paused || this.#stopped) return;
    this.#paused = false;
    const word = this.#marks.findLast(({ atSample }) => atSample <= this.#sentSamples)?.atSample ?? 0;
    this.#takeBack(this.#sentSamples - Math.floor(word));
    this.tick(this.#options.clock.now());
  }

  /** Puts the last samples sent back in front of the queue. */
  #takeBack(wanted: number): void {
    const count = Math.max(0, Math.min(wanted, this.#sentSamples, this.#sent.length - this.#takenBack));
    if (count === 0) return;
    const samples = new Int16Array(count);
    const first = this.#sentSamples - count;
    for (let index = 0; index < count; index++) samples[index] = this.#sent[(first + index) % this.#sent.length] ?? 0;
    const head = this.#queue[0];
    if (head && this.#taken > 0) this.#queue[0] = head.subarray(this.#taken);
    this.#taken = 0;
    this.#queue.unshift(samples);
    this.#queuedSamples += count;
    this.#sentSamples -= count;
    this.#takenBack += count;
    this.#sentReported = false;
  }

  /** Appends audio; it is kept, not copied. */
  write(samples: Int16Array): void {
    if (this.#stopped || samples.length === 0) return;
    this.#queue.push(samples);
    this.#queuedSamples += samples.length;
    this.#writtenSamples += samples.length;
    this.tick(this.#options.clock.now());
  }

  /** Has `onMark` called when the sample at this position is sent. Positions must not go backwards. */
  mark(atSample: number, mark: Mark): void {
    this.#marks.push({ atSample, mark });
  }

  /**
   * Moves the newest marks. `onMark` is not called again for those that were passed. Positions must not go backwards.
   * @param atSamples of the last so many marks, in order
   */
  moveMarks(atSamples: readonly number[]): void {
    const first = this.#marks.length - atSamples.length;
    for (const [index, atSample] of atSamples.entries()) {
      const moved = this.#marks[first + index];
      if (moved) this.#marks[first + index] = { ...moved, atSample };
    }
  }

  /** Nothing more will be written. The last frame is filled up with silence. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.tick(this.#options.clock.now());
  }

  /** Sends nothing more, and says nothing more. */
  stop(): void {
    this.#stopped = true;
    this.#queue.length = 0;
    this.#queuedSamples = 0;
    this.#options.pacer.remove(this);
  }

  /** Sends what is due. Called by the pacer. */
  tick(nowMs: number): void {
    if (this.#stopped) return;
    this.#noticeBacklog(nowMs);
    this.#noticeLateness(nowMs);
    this.#wake(nowMs);
    while (this.#leadInLeft > 0 && !this.#paused && !this.#stopped && this.#hasRoom(nowMs)) this.#sendLeadIn(nowMs);
    while (this.#mayPlay() && this.#hasRoom(nowMs)) this.#sendFrame(nowMs);
    if (this.#runsDry(nowMs)) this.#sendFrame(nowMs);
    this.#passMarks(this.#sentSamples, nowMs);
    this.#hadFrame = this.#mayPlay();
    if (!this.#ended || this.#queuedSamples > 0 || this.#stopped || this.#paused) return;
    this.#finish(nowMs);
  }

  #mayPlay(): boolean {
    // An observer may stop the playout amid a tick.
    if (this.#stopped || this.#paused || this.#leadInLeft > 0) return false;
    return this.#queuedSamples >= this.#frame.length || (this.#ended && this.#queuedSamples > 0);
  }

  /** What is left is less than a frame, and more will not be here in time: better a gap behind a word than amid it. */
  #runsDry(nowMs: number): boolean {
    if (!this.#started || this.#stopped || this.#paused || this.#ended || this.#queuedSamples === 0) return false;
    if (this.#queuedSamples >= this.#frame.length || this.#emptyAtMs - nowMs > TICK_MS) return false;
    // The silence that fills the frame up is played as well.
    this.#writtenSamples += this.#frame.length - this.#queuedSamples;
    return true;
  }

  /** Whether one frame more is not too far ahead. */
  #hasRoom(nowMs: number): boolean {
    return Math.max(this.#emptyAtMs, nowMs) - nowMs + this.#options.frameMs <= this.#aheadMs;
  }

  /** There is something to play, and the loudspeaker may be asleep. */
  #wake(nowMs: number): void {
    if (this.#leadInFrames === 0 || this.#queuedSamples === 0 || this.#paused) return;
    if (nowMs - this.#emptyAtMs > QUIET_MS) this.#leadInLeft = this.#leadInFrames;
  }

  #sendLeadIn(nowMs: number): void {
    this.#leadInLeft -= 1;
    this.#frame.fill(0);
    this.#options.send(this.#frame, true);
    this.#emptyAtMs = Math.max(this.#emptyAtMs, nowMs) + this.#options.frameMs;
    this.#leadInEndsAtMs = this.#emptyAtMs;
  }

  /** What waits in this process is played when it has left, at the earliest. */
  #noticeBacklog(nowMs: number): void {
    const unsentMs = this.#options.unsentMs?.() ?? 0;
    const heldUpMs = nowMs + unsentMs - Math.max(this.#emptyAtMs, nowMs);
    if (unsentMs <= 0 || heldUpMs <= 0) return;
    this.#emptyAtMs = nowMs + unsentMs;
    if (this.#leadInEndsAtMs > nowMs) this.#leadInEndsAtMs += heldUpMs;
    if (this.#started) this.#options.onHeldUp?.(heldUpMs);
  }

  #noticeLateness(nowMs: number): void {
    if (this.#started && this.#hadFrame && nowMs > this.#emptyAtMs) this.#options.onLate(nowMs - this.#emptyAtMs);
  }

  #sendFrame(nowMs: number): void {
    if (!this.#started) {
      this.#started = true;
      this.#options.onStarted();
    }
    this.#fillFrame();
    const end = this.#sentSamples + this.#frame.length;
    this.#passMarks(end, nowMs);
    this.#options.send(this.#frame, false);
    this.#remember();
    this.#sentSamples = end;
    this.#emptyAtMs = Math.max(this.#emptyAtMs, nowMs) + this.#options.frameMs;
  }

  #passMarks(end: number, nowMs: number): void {
    for (let next = this.#marks[this.#passed]; next && next.atSample < end; next = this.#marks[this.#passed]) {
      const behindSentMs = ((next.atSample - this.#sentSamples) * 1000) / this.#options.sampleRate;
      if (Math.max(this.#emptyAtMs, nowMs) + behindSentMs - nowMs > this.#tellAheadMs) return;
      this.#passed += 1;
      this.#options.onMark(next.mark);
    }
  }

  /** Marks behind the last sample. */
  #passRest(): void {
    for (let next = this.#marks[this.#passed]; next; next = this.#marks[this.#passed]) {
      this.#passed += 1;
      this.#options.onMark(next.mark);
    }
  }

  #remember(): void {
    const size = this.#sent.length;
    const at = this.#sentSamples % size;
    const fits = Math.min(this.#frame.length, size - at);
    this.#sent.set(this.#frame.subarray(0, fits), at);
    if (fits < this.#frame.length) this.#sent.set(this.#frame.subarray(fits), 0);
    this.#takenBack = Math.max(0, this.#takenBack - this.#frame.length);
  }

  #fillFrame(): void {
    let filled = 0;
    while (filled < this.#frame.length) {
      const chunk = this.#queue[0];
      if (!chunk) {
        this.#frame.fill(0, filled);
        return;
      }
      const count = Math.min(chunk.length - this.#taken, this.#frame.length - filled);
      this.#frame.set(chunk.subarray(this.#taken, this.#taken + count), filled);
      filled += count;
      this.#taken += count;
      this.#queuedSamples -= count;
      if (this.#taken === chunk.length) {
        this.#queue.shift();
        this.#taken = 0;
      }
    }
  }

  #finish(nowMs: number): void {
    if (!this.#sentReported) {
      if (this.#emptyAtMs - nowMs > this.#tellAheadMs) return;
      this.#sentReported = true;
      this.#passRest();
      this.#options.onSent();
    }
    if (this.#stopped || nowMs < this.#emptyAtMs) return;
    this.stop();
    this.#options.onPlayed();
  }
}
