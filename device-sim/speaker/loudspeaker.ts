import type { Clock } from '#src/core/clock';
import type { SoundMemory } from './sound-memory.ts';
import type { WavRecorder } from './wav-recorder.ts';

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
  /** Writes down what was really played. */
  readonly recorder?: WavRecorder | undefined;
  /** Hears what is played. */
  readonly ear?: SoundMemory | undefined;
}

/**
 * A model of a real loudspeaker: what arrives is queued behind what still sounds, and sounds in real time. It keeps
 * books instead of timers, so a silent one costs nothing. Full, it drops what arrives.
 */
export class Loudspeaker {
  readonly sampleRate: number;
  readonly #clock: Clock;
  readonly #maxQueueMs: number;
  readonly #recorder: WavRecorder | undefined;
  readonly #ear: SoundMemory | undefined;
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

  constructor(options: LoudspeakerOptions) {
    this.#clock = options.clock;
    this.sampleRate = options.sampleRate;
    this.#maxQueueMs = options.maxQueueMs;
    this.#recorder = options.recorder;
    this.#ear = options.ear;
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
    this.#settle(this.#clock.now());
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

  /** An answer begins: a gap from now on is an underrun only after its first audio. */
  beginReply(): void {
    this.#inReply = false;
    this.#replyMaxAheadMs = 0;
  }

  /** The answer is over: a gap from now on is no underrun. */
  endReply(): void {
    this.#inReply = false;
  }

  /** Queues audio behind what still waits. Keeps the array; undefined samples are only counted. */
  play(samples: Int16Array | undefined, durationMs: number): void {
    const now = this.#clock.now();
    this.#settle(now);
    const waitingMs = Math.max(0, this.#endMs - now);
    if (waitingMs + durationMs > this.#maxQueueMs) {
      this.#droppedMs += durationMs;
      return;
    }
    if (this.#endMs < now) {
      if (this.#inReply) {
        this.#underruns++;
        this.#underrunMs += now - this.#endMs;
      }
      this.#endMs = now;
    }
    this.#queue.push({ samples, startMs: this.#endMs, durationMs });
    if (samples) this.#ear?.add(samples, this.#endMs);
    this.#endMs += durationMs;
    this.#inReply = true;
    this.#maxAheadMs = Math.max(this.#maxAheadMs, waitingMs + durationMs);
    this.#replyMaxAheadMs = Math.max(this.#replyMaxAheadMs, waitingMs + durationMs);
  }

  /** Falls silent at once; returns how much audio was thrown away, milliseconds. */
  flush(): number {
    const now = this.#clock.now();
    this.#settle(now);
    this.#ear?.cut(now);
    const head = this.#queue[0];
    if (head && now > head.startMs) {
      const soundedMs = now - head.startMs;
      this.#playedMs += soundedMs;
      const samples = head.samples?.subarray(0, Math.floor((soundedMs * this.sampleRate) / 1000));
      if (samples && samples.length > 0) this.#recorder?.write(samples, head.startMs);
    }
    const lostMs = Math.max(0, this.#endMs - now);
    this.#flushedMs += lostMs;
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
    this.#recorder?.open();
  }

  /** Falls silent; the recording holds what has sounded so far, and its file is closed until the next start. */
  stop(): void {
    this.flush();
    this.#recorder?.close();
  }

  #settle(now: number): void {
    let done = 0;
    for (const chunk of this.#queue) {
      if (chunk.startMs + chunk.durationMs > now) break;
      this.#playedMs += chunk.durationMs;
      if (chunk.samples) this.#recorder?.write(chunk.samples, chunk.startMs);
      done++;
    }
    if (done > 0) this.#queue.splice(0, done);
  }
}
