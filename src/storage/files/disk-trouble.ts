import { fileErrorText } from '../../core/file-error.ts';

/** Tells of trouble in a sentence. */
export type TellTrouble = (text: string, about?: TroubleAbout) => void;

/** What trouble is about. */
interface TroubleAbout {
  /** There is none any more. */
  readonly isOver?: true;
  /** Only this device has it. */
  readonly device?: string;
}

/** Says once that a disk refuses, however often it does, and once that it takes again. */
export class DiskTrouble {
  readonly #what: string;
  readonly #done: string;
  readonly #warn: TellTrouble;
  /** What was refused last and has not worked since. */
  readonly #refused = new Set<string>();

  /**
   * @param what what cannot be kept, as the beginning of a sentence
   * @param done what it cannot be, when that is not kept
   */
  constructor(what: string, warn: TellTrouble, done = 'kept') {
    this.#what = what;
    this.#done = done;
    this.#warn = warn;
  }

  /** It did not work for this file, or whatever tells them apart. */
  failed(key: string, error: unknown): void {
    const isNews = this.#refused.size === 0;
    this.#refused.add(key);
    if (!isNews) return;
    const why = fileErrorText(error);
    this.#warn(`${this.#what} cannot be ${this.#done}: ${why}. Nothing else is affected; it is tried again.`);
  }

  /** It worked for this one. */
  worked(key: string): void {
    if (!this.#refused.delete(key) || this.#refused.size > 0) return;
    this.#warn(`${this.#what} can be ${this.#done} again.`, { isOver: true });
  }
}
