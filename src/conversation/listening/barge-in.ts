import type { Clock } from '../../core/clock.ts';
import { BargeInAudio } from './barge-in-audio.ts';
import type { Listener } from './listener.ts';
import type { Utterance } from './utterance.ts';

/** A pause shorter than this may be one amid a sentence, milliseconds. */
const SPEAKS_ON_MS = 1_000;

/** Words that come later than this behind what was said over an answer are not waited for, milliseconds. */
const WORDS_LATE_MS = 10_000;

/** What an bargeIn needs. */
export interface BargeInOptions {
  readonly clock: Clock;
  readonly listener: Listener;
  /** Whether turns are recorded. */
  readonly isRecorded: boolean;
}

/** What the user says over an answer, until it is known whether it was meant: it becomes the next turn, or nothing. */
export class BargeIn {
  readonly #options: BargeInOptions;
  #utterance: Utterance | undefined;
  /** Its audio, when turns are recorded. */
  #overheard: BargeInAudio | undefined;

  constructor(options: BargeInOptions) {
    this.#options = options;
  }

  /** What is being said; undefined while the user does not speak over an answer. */
  get utterance(): Utterance | undefined {
    return this.#utterance;
  }

  /** The user begins to speak. */
  open(): void {
    const { listener, isRecorded } = this.#options;
    this.#overheard = isRecorded ? new BargeInAudio() : undefined;
    this.#utterance = listener.open((frame) => this.heard(frame));
  }

  /** One more frame of it. */
  heard(frame: Int16Array): void {
    this.#overheard?.push(frame);
  }

  /** It is over: a recogniser that says nothing before the end has its say now. */
  ended(utterance: Utterance): void {
    this.#options.listener.release(utterance);
    utterance.finish();
  }

  /** It was nothing. */
  close(): void {
    if (this.#utterance) this.#options.listener.release(this.#utterance);
    this.#utterance?.cancel();
    this.#utterance = undefined;
    this.#overheard = undefined;
  }

  /** It was meant: hands it over to a turn. `take` is given its audio so far; `agoMs`: how long ago a frame began. */
  adopt(take: (frame: Int16Array, agoMs: number) => void): Utterance | undefined {
    const utterance = this.#utterance;
    this.#overheard?.drain(take);
    this.#overheard = undefined;
    this.#utterance = undefined;
    return utterance;
  }

  /** A recogniser without partial results says nothing before the end, however long the user speaks over the answer. */
  get isWaitingForWords(): boolean {
    const { clock } = this.#options;
    const utterance = this.#utterance;
    if (!utterance || utterance.hasPartials) return false;
    const silentMs = clock.now() - utterance.lastSpeechAtMs;
    if (utterance.isEnded) return !utterance.isFinal && silentMs < WORDS_LATE_MS;
    // Asked so far, the recogniser has heard no word: what goes on is a television.
    return silentMs < SPEAKS_ON_MS && !utterance.isWordless;
  }
}
