import type { Clock } from '#src/core/clock';
import type { SoundSink } from '../recording/sound-sink.ts';
import type { SoundMemory } from './sound-memory.ts';

interface Chunk {
  readonly samples: Int16Array | undefined;
  readonly startMs: number;
  readonly durationMs: number;
}

/** What a loudspeaker is made of. */
export interface LoudspeakerOptions {
  readonly clock: Clock;
  /** Hz of the samples. */
  readonly sampleRate: number;
  /** Room in the queue, milliseconds. */
  readonly maxQueueMs: number;
  /** Write down what was really played. */
  readonly recorders?: readonly SoundSink[];
  /** Hear what is played. */
  readonly ears?: readonly SoundMemory[];
  /** The first so many milliseconds after quiet do not sound: the amplifier powers up. Default 0. */
  readonly swallowMs?: number;
  /** Told when the queue has no room, once an answer. */
  readonly onOverrun?: () => void;
}

/** Behind the length of a piece a device notices it: 65 ms between pieces of 40 ms. Milliseconds. */
const LATE_AFTER_MS = 25;
/** An amplifier powers down after this without sound, milliseconds. */
const POWER_DOWN_MS = 1000;

/**
 * A model of a real loudspeaker: what arrives is queued behind what still sounds, and sounds in real time. It keeps
 * books instead of timers, so a silent one costs nothing. Full, it drops what arrives.
 */
export class Loudspeaker {
  readonly sampleRate: number;
  readonly #clock: Clock;
  readonly #maxQueueMs: number;
  readonly #recorders: readonly SoundSink[];
  readonly #ears: readonly SoundMemory[];
  readonly #swallowMs: number;
  readonly #onOverrun: () => void;
  #queue: Chunk[] = [];
  #endMs = Number.NEGATIVE_INFINITY;
  #playedMs = 0;
  #maxAheadMs = 0;
  #replyMaxAheadMs = 0;
  #inReply = false;
  #underruns = 0;
  #underrunMs = 0;
  #droppedMs = 0;
  #flushedMs = 0;
  #frames = { played: 0, dropped: 0, flushed: 0, late: 0 };
  /** When the next piece is due if it keeps the pace of the last one. */
  #nextDueMs = Number.POSITIVE_INFINITY;
  #overruns = 0;
  #hasOverrun = false;
  #swallowLeftMs = 0;

  constructor(options: LoudspeakerOptions) {
    this.#clock = options.clock;
    this.sampleRate = options.sampleRate;
    this.#maxQueueMs = options.maxQueueMs;
    this.#recorders = options.recorders ?? [];
    this.#ears = options.ears ?? [];
    this.#swallowMs = options.swallowMs ?? 0;
    this.#onOverrun = options.onOverrun ?? (() => {});
  }

  /** Audio that has arrived and not sounded yet, milliseconds. */
  get aheadMs(): number {
    return Math.max(0, this.#endMs - this.#clock.now());
  }

  /** The most audio that ever waited to be played, the newest message included, milliseconds. */
  get maxAheadMs(): number {
    return this.#maxAheadMs;
  }

  /** As {@link maxAheadMs}, since the last `beginReply`. */
  get replyMaxAheadMs(): number {
    return this.#replyMaxAheadMs;
  }

  /** Audio that has sounded, milliseconds. */
  get playedMs(): number {
    this.settle();
    const head = this.#queue[0];
    return this.#playedMs + (head ? Math.max(0, this.#clock.now() - head.startMs) : 0);
  }

  /** How often the queue ran empty in the middle of an answer. */
  get underruns(): number {
    return this.#underruns;
  }

  /** How long those gaps were in all, milliseconds. */
  get underrunMs(): number {
    return this.#underrunMs;
  }

  /** Audio for which the queue had no room, milliseconds. */
  get droppedMs(): number {
    return this.#droppedMs;
  }

  /** Audio thrown away by interruptions before it sounded, milliseconds. */
  get flushedMs(): number {
    return this.#flushedMs;
  }

  /** How many answers had more audio than the queue had room for. */
  get overruns(): number {
    return this.#overruns;
  }

  /** Pieces of audio, as they arrived, by what became of them so far; `late` ones came behind the pace of the one before. */
  get frames(): { readonly played: number; readonly dropped: number; readonly flushed: number; readonly late: number } {
    this.settle();
    return this.#frames;
  }

  /** An answer begins: a gap from now on is an underrun only after its first audio. */
  beginReply(): void {
    this.#inReply = false;
    this.#hasOverrun = false;
    this.#replyMaxAheadMs = 0;
  }

  /** The answer is over: a gap from now on is no underrun. */
  endReply(): void {
    this.#inReply = false;
  }

  /** Queues audio behind what still waits. Keeps the array; undefined samples are only counted. */
  play(samples: Int16Array | undefined, durationMs: number): void {
    const now = this.settle();
    if (this.#inReply && now > this.#nextDueMs + LATE_AFTER_MS) this.#frames.late++;
    this.#nextDueMs = now + durationMs;
    const waitingMs = Math.max(0, this.#endMs - now);
    if (waitingMs + durationMs > this.#maxQueueMs) {
      this.#drop(durationMs);
      return;
    }
    if (now - this.#endMs >= POWER_DOWN_MS) this.#swallowLeftMs = this.#swallowMs;
    if (this.#endMs < now) {
      if (this.#inReply) {
        this.#underruns++;
        this.#underrunMs += now - this.#endMs;
      }
      this.#endMs = now;
    }
    const sounding = samples && this.#swallow(samples);
    this.#queue.push({ samples: sounding, startMs: this.#endMs, durationMs });
    if (sounding) for (const ear of this.#ears) ear.add(sounding, this.#endMs);
    this.#endMs += durationMs;
    this.#inReply = true;
    this.#maxAheadMs = Math.max(this.#maxAheadMs, waitingMs + durationMs);
    this.#replyMaxAheadMs = Math.max(this.#replyMaxAheadMs, waitingMs + durationMs);
  }

  /** Falls silent at once; returns how much audio was thrown away, milliseconds. */
  flush(): number {
    const now = this.settle();
    for (const ear of this.#ears) ear.cut(now);
    const head = this.#queue[0];
    if (head && now > head.startMs) {
      const soundedMs = now - head.startMs;
      this.#playedMs += soundedMs;
      const samples = head.samples?.subarray(0, Math.floor((soundedMs * this.sampleRate) / 1000));
      if (samples && samples.length > 0) this.#write(samples, head.startMs);
    }
    const lostMs = Math.max(0, this.#endMs - now);
    this.#flushedMs += lostMs;
    this.#frames.flushed += this.#queue.length;
    this.#queue = [];
    this.#endMs = Math.min(this.#endMs, now);
    this.#inReply = false;
    return lostMs;
  }

  /** Resolves when everything that has arrived has sounded, also what arrives meanwhile. */
  async idle(): Promise<void> {
    for (let waitMs = this.aheadMs; waitMs > 0; waitMs = this.aheadMs) {
      await new Promise<void>((resolve) => void this.#clock.setTimer(resolve, Math.ceil(waitMs)));
    }
  }

  /** Gets ready to play; throws what `fs` throws when there is a recording and it cannot be written. */
  start(): void {
    for (const recorder of this.#recorders) recorder.open();
  }

  /** Falls silent; the recording holds what has sounded so far, and its file is closed until the next start. */
  stop(): void {
    this.flush();
    for (const recorder of this.#recorders) recorder.close();
  }

  /** Writes down what has sounded by now; done by every other call too. Returns the time, `Clock.now()` milliseconds. */
  settle(): number {
    const now = this.#clock.now();
    let done = 0;
    for (const chunk of this.#queue) {
      if (chunk.startMs + chunk.durationMs > now) break;
      this.#playedMs += chunk.durationMs;
      if (chunk.samples) this.#write(chunk.samples, chunk.startMs);
      done++;
    }
    if (done > 0) this.#queue.splice(0, done);
    this.#frames.played += done;
    return now;
  }

  #write(samples: Int16Array, startMs: number): void {
    for (const recorder of this.#recorders) recorder.write(samples, startMs);
  }

  #drop(durationMs: number): void {
    this.#droppedMs += durationMs;
    this.#frames.dropped++;
    if (this.#hasOverrun) return;
    this.#hasOverrun = true;
    this.#overruns++;
    this.#onOverrun();
  }

  /** Silence in place of what the amplifier is too late for. */
  #swallow(samples: Int16Array): Int16Array {
    if (this.#swallowLeftMs <= 0) return samples;
    const silent = Math.min(samples.length, Math.round((this.#swallowLeftMs * this.sampleRate) / 1000));
    this.#swallowLeftMs -= (samples.length * 1000) / this.sampleRate;
    return samples.slice().fill(0, 0, silent);
  }
}
