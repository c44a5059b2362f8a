import { HEARING_RATE } from '../../audio/rates.ts';
import type { TurnRecording } from '../../conversation/ports.ts';
import type { Clock } from '../../core/clock.ts';
import { type MemoryBudget, SampleBuffer } from './sample-buffer.ts';

/** Most of each side of a turn that is kept, seconds. */
const MAX_SECONDS = 120;

/** How a turn went. */
export type TurnEnded = Parameters<TurnRecording['end']>[0];

/** What one side of a turn has said. */
export interface RecordedSide {
  /** Wall-clock time of its first sample, milliseconds since 1970. */
  readonly startedAt: number;
  readonly audio: SampleBuffer;
}

/** A turn in memory: it grows while the turn lasts, is written when it has ended, and must then be freed; or it is discarded. */
export class RecordedTurn implements TurnRecording {
  readonly device: string;
  readonly turn: number;
  /** Wall-clock milliseconds since 1970. */
  readonly startedAt: number;
  readonly #clock: Clock;
  readonly #memory: MemoryBudget;
  readonly #onEnd: (turn: RecordedTurn, ended: TurnEnded) => void;
  #user: RecordedSide | undefined;
  #assistant: RecordedSide | undefined;
  #isOver = false;

  constructor(
    of: { readonly device: string; readonly turn: number },
    clock: Clock,
    memory: MemoryBudget,
    onEnd: (turn: RecordedTurn, ended: TurnEnded) => void,
  ) {
    this.device = of.device;
    this.turn = of.turn;
    this.startedAt = clock.wallNow();
    this.#clock = clock;
    this.#memory = memory;
    this.#onEnd = onEnd;
  }

  /** Undefined: nothing was heard. */
  get userSide(): RecordedSide | undefined {
    return this.#user;
  }

  /** Undefined: nothing was said. */
  get assistantSide(): RecordedSide | undefined {
    return this.#assistant;
  }

  user(samples: Int16Array, agoMs = 0): void {
    if (this.#isOver || samples.length === 0) return;
    this.#user ??= this.#side(HEARING_RATE, agoMs);
    this.#user.audio.push(samples);
  }

  assistant(samples: Int16Array, sampleRate: number): void {
    if (this.#isOver || samples.length === 0) return;
    this.#assistant ??= this.#side(sampleRate);
    const { audio } = this.#assistant;
    if (audio.sampleRate === sampleRate) audio.push(samples);
    // A file has one rate.
    else audio.drop(Math.round((samples.length * audio.sampleRate) / sampleRate));
  }

  end(turn: TurnEnded): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#onEnd(this, turn);
  }

  discard(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.free();
  }

  /** Gives the memory back. */
  free(): void {
    this.#user?.audio.free();
    this.#assistant?.audio.free();
  }

  #side(sampleRate: number, agoMs = 0): RecordedSide {
    const audio = new SampleBuffer(sampleRate, MAX_SECONDS, this.#memory);
    return { startedAt: this.#clock.wallNow() - agoMs, audio };
  }
}
