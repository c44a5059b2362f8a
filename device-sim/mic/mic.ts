import type { Clock, Timer } from '#src/core/clock';
import { SimError } from '../device/sim-error.ts';

/** What a microphone is made of. `Frame` is a frame in whatever form it waits to be sent. */
export interface MicrophoneOptions<Frame> {
  readonly clock: Clock;
  /** Length of a frame, milliseconds. */
  readonly frameMs: number;
  /** Frames in one message. */
  readonly framesPerMessage: number;
  /** Frames repeated while the user is silent; undefined sends nothing then. */
  readonly ambient: readonly Frame[] | undefined;
  /** Whether a backend is connected: without one, an idle microphone stands still. */
  readonly isHeard: () => boolean;
  /** Takes the frames of one message, and when the first of them began to be recorded, `Clock.now()` milliseconds. */
  readonly send: (frames: readonly Frame[], startMs: number) => void;
}

interface Clip<Frame> {
  readonly frames: readonly Frame[];
  next: number;
  startedAt: number;
  readonly done: (span: ClipSpan) => void;
  readonly failed: (error: SimError) => void;
}

/** When a clip was spoken, `Clock.now()` milliseconds. */
export interface ClipSpan {
  readonly startedAt: number;
  readonly endedAt: number;
}

/** How late a microphone may catch up in a burst; after a longer stall it has lost what was not read, as real ones do. */
const MAX_LATE_MS = 1000;
const MAX_CLIPS = 16;

/** A microphone: sends a message when its last sample would have been recorded, by absolute deadlines. */
export class Microphone<Frame> {
  readonly #options: MicrophoneOptions<Frame>;
  readonly #messageMs: number;
  #clips: Clip<Frame>[] = [];
  #ambientAt = 0;
  #timer: Timer | undefined;
  #dueAt = 0;
  #frozen = false;
  #lostMs = 0;

  constructor(options: MicrophoneOptions<Frame>) {
    this.#options = options;
    this.#messageMs = options.frameMs * options.framesPerMessage;
  }

  /** Audio lost because the process stood still, milliseconds. */
  get lostMs(): number {
    return this.#lostMs;
  }

  /**
   * Speaks frames into the microphone, from now on, after those it was given before. Resolves when the last of them was sent.
   */
  speak(frames: readonly Frame[]): Promise<ClipSpan> {
    if (this.#clips.length >= MAX_CLIPS) {
      throw new SimError(
        'too_many',
        `${MAX_CLIPS} things to say are waiting already: await say() before the next one.`,
      );
    }
    if (this.#timer && this.#clips.length === 0) this.#sendLate();
    return new Promise((done, failed) => {
      this.#clips.push({ frames, next: 0, startedAt: 0, done, failed });
      this.wake();
    });
  }

  /** Starts the clockwork when there is something to send: to be called when a backend connects. */
  wake(): void {
    if (this.#timer || this.#frozen || !this.#hasWork()) return;
    this.#dueAt = this.#options.clock.now() + this.#messageMs;
    this.#schedule();
  }

  freeze(): void {
    this.#frozen = true;
    this.#cancel();
  }

  thaw(): void {
    this.#frozen = false;
    this.wake();
  }

  /** Stops; what was being said fails with SimError `stopped`. */
  stop(): void {
    this.#cancel();
    const clips = this.#clips;
    this.#clips = [];
    for (const clip of clips) clip.failed(new SimError('stopped', 'The device was stopped while it was speaking.'));
  }

  #hasWork(): boolean {
    return this.#clips.length > 0 || (this.#options.ambient !== undefined && this.#options.isHeard());
  }

  #schedule(): void {
    const { clock } = this.#options;
    this.#timer = clock.setTimer(() => this.#tick(), this.#dueAt - clock.now());
  }

  #cancel(): void {
    this.#options.clock.clearTimer(this.#timer);
    this.#timer = undefined;
  }

  #tick(): void {
    this.#timer = undefined;
    this.#sendDue();
    if (!this.#timer && !this.#frozen && this.#hasWork()) this.#schedule();
  }

  /** What a late process has not yet sent was recorded before anything is said now. */
  #sendLate(): void {
    const now = this.#options.clock.now();
    if (this.#dueAt >= now) return;
    this.#sendDue();
    this.#dueAt = Math.max(this.#dueAt, now);
  }

  /** Sends every message whose time has come. */
  #sendDue(): void {
    const now = this.#options.clock.now();
    if (now - this.#dueAt > MAX_LATE_MS) {
      this.#lostMs += now - this.#dueAt;
      this.#dueAt = now;
    }
    // A Node timer may fire a fraction of a millisecond early.
    while (this.#dueAt <= now + 1 && this.#hasWork()) {
      this.#sendOne(now);
      this.#dueAt += this.#messageMs;
    }
  }

  #sendOne(now: number): void {
    const { framesPerMessage, ambient } = this.#options;
    const message: Frame[] = [];
    const ended: Clip<Frame>[] = [];
    while (message.length < framesPerMessage) {
      const clip = this.#clips[0];
      if (clip) {
        if (clip.next === 0) clip.startedAt = now - this.#messageMs;
        const frame = clip.frames[clip.next++];
        if (frame !== undefined) message.push(frame);
        if (clip.next >= clip.frames.length) {
          this.#clips.shift();
          ended.push(clip);
        }
        continue;
      }
      const frame = ambient?.[this.#ambientAt++ % ambient.length];
      if (frame === undefined) break;
      message.push(frame);
    }
    if (message.length > 0) this.#options.send(message, this.#dueAt - this.#messageMs);
    for (const clip of ended) clip.done({ startedAt: clip.startedAt, endedAt: now });
  }
}
