import { HEARING_RATE } from '../../audio/rates.ts';
import type { Clock } from '../../core/clock.ts';
import { DialtoneError } from '../../core/errors.ts';
import { CHECK_LIMIT_MS, type CheckVerdict, type SpeechCheck } from '../vad.ts';
import type { FrameWriter } from './frame-writer.ts';
import { failureOf, type HostCall, slotBytes } from './host-call.ts';
import { FrameType } from './wire.ts';

/** What a check needs of its surroundings. */
export interface SoundCheckOptions {
  /** Name of the engine that checks; errors bear it. */
  readonly engine: string;
  readonly id: number;
  /** Where the detector stands in the host. */
  readonly slot: number;
  readonly writer: FrameWriter;
  readonly clock: Clock;
  /** Why it cannot even begin. */
  readonly refusal?: DialtoneError | undefined;
  /** The host has answered in time. */
  readonly onAnswer: () => void;
  /** Called at most once: there will be no answer, or it comes too late. */
  readonly onUnavailable: (error: DialtoneError) => void;
  /** Called once, when nothing more will come. */
  readonly onOver: () => void;
}

/** One sound that the native host listens to: the near end. On the 20 ms path. */
export class SoundCheck implements SpeechCheck, HostCall {
  readonly work = 'check';
  readonly #options: SoundCheckOptions;
  #isOver = false;
  #isUnavailable = false;
  #isSpeech = false;
  #written = 0;
  #answered = 0;
  /** An answer that covers so many samples is outstanding since then; undefined: all is answered. */
  #owed: number | undefined;
  #owedSinceMs = 0;

  constructor(options: SoundCheckOptions) {
    this.#options = options;
    if (options.refusal) this.#isUnavailable = true;
    else options.writer.write(FrameType.open, options.id, slotBytes(options.slot));
    if (options.refusal) options.onUnavailable(options.refusal);
  }

  get verdict(): CheckVerdict {
    this.#lookAtTime();
    if (this.#isUnavailable) return 'unavailable';
    if (this.#answered === 0) return 'pending';
    return this.#isSpeech ? 'speech' : 'noise';
  }

  write(samples: Int16Array): void {
    if (this.#isOver || this.#isUnavailable || samples.length === 0) return;
    const { id, writer } = this.#options;
    writer.write(FrameType.audio, id, new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength));
    this.#written += samples.length;
    if (this.#owed === undefined) this.#owe();
  }

  close(): void {
    if (this.#isOver) return;
    if (!this.#options.refusal) this.#options.writer.write(FrameType.cancel, this.#options.id);
    this.#over();
  }

  receive(type: number, payload: Buffer): void {
    if (this.#isOver) return;
    if (type === FrameType.failed) this.fail(failureOf(payload, this.#options.engine));
    if (type !== FrameType.heard) return;
    this.#isSpeech = payload.readUInt8() === 1;
    this.#answered = payload.readUInt32LE(1);
    if (this.#owed === undefined || this.#answered < this.#owed) return;
    this.#owed = undefined;
    if (this.#answered < this.#written) this.#owe();
    if (!this.#isUnavailable) this.#options.onAnswer();
  }

  /** The host is gone, or never came. */
  fail(error: DialtoneError): void {
    if (this.#isOver) return;
    this.#giveUp(error);
    this.#over();
  }

  #owe(): void {
    this.#owed = this.#written;
    this.#owedSinceMs = this.#options.clock.now();
  }

  #lookAtTime(): void {
    if (this.#isOver || this.#owed === undefined) return;
    const { clock, engine } = this.#options;
    if (clock.now() - this.#owedSinceMs < CHECK_LIMIT_MS) return;
    const ms = ((this.#owed - this.#answered) * 1_000) / HEARING_RATE;
    const text = `no answer about ${Math.round(ms)} ms of sound within ${CHECK_LIMIT_MS} ms`;
    this.#giveUp(new DialtoneError('engine_timeout', text, { retryable: true, engine }));
  }

  #giveUp(error: DialtoneError): void {
    if (this.#isUnavailable) return;
    this.#isUnavailable = true;
    this.#options.onUnavailable(error);
  }

  #over(): void {
    this.#isOver = true;
    this.#options.onOver();
  }
}
