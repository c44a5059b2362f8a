import type { Pacer } from '../../audio/pacer.ts';
import type { Clock } from '../../core/clock.ts';
import { toDialtoneError } from '../../core/errors.ts';
import type { FaultPlace, FleetEvent } from '../events.ts';
import { GuardedClock, GuardedPacer } from './guarded-time.ts';

/** What a fault boundary needs of the world. */
export interface FaultBoundaryDeps {
  readonly clock: Clock;
  readonly pacer: Pacer;
  readonly report: (event: FleetEvent) => void;
}

/** What failed, in words for the status and for the device. */
const WORDS: Readonly<Record<FaultPlace, string>> = {
  message: 'a message could not be handled',
  close: 'the end of the link could not be handled',
  timer: 'a timer failed',
  pacer: 'audio could not be sent',
  lane: 'messages that wait could not be handled',
  open: 'the session could not be set up',
  session: 'the session failed',
  conversation: 'the conversation failed',
  line: 'the line failed',
  async: 'work in progress failed',
};

/**
 * Where a defect of ours in the code of one device ends: whatever calls that code, a message, a timer, the pacer, a promise,
 * calls it through here. The fault is reported, the device's link ends, and nothing is thrown: the other devices notice
 * nothing.
 */
export class FaultBoundary {
  /** The clock and the pacer for everything of this device. */
  readonly clock: Clock;
  readonly pacer: GuardedPacer;
  readonly #device: string;
  readonly #report: FaultBoundaryDeps['report'];
  #end: (detail: string) => void = () => undefined;
  #ending = false;

  /** @param device its name */
  constructor(device: string, { clock, pacer, report }: FaultBoundaryDeps) {
    this.#device = device;
    this.#report = report;
    this.clock = new GuardedClock(clock, (error) => this.fault('timer', error));
    this.pacer = new GuardedPacer(pacer, (error) => this.fault('pacer', error));
  }

  /** @param end ends the device's link, if there is one; called at every fault, with its words in one line */
  whenFaulty(end: (detail: string) => void): void {
    this.#end = end;
  }

  /** Runs code of the device. Never throws. @returns whether it did not throw either */
  run(where: FaultPlace, work: () => void): boolean {
    try {
      work();
      return true;
    } catch (error) {
      this.fault(where, error);
      return false;
    }
  }

  /** Code of the device has thrown `cause`: reports it and ends the link. Never throws. */
  fault(where: FaultPlace, cause: unknown): void {
    this.note(where, cause);
    // What fails while a fault is dealt with is told, and no more.
    if (this.#ending) return;
    this.#ending = true;
    try {
      this.#end(`${WORDS[where]}: ${toDialtoneError(cause).message}`);
    } catch (error) {
      this.note('line', error);
    } finally {
      this.#ending = false;
    }
  }

  /** As `fault`, for code that has nothing to do with the present link: that one stays. Never throws. */
  note(where: FaultPlace, cause: unknown): void {
    try {
      this.#report({ type: 'device.fault', device: this.#device, where, cause });
    } catch {
      // Nothing is left that could be told of it.
    }
  }
}
