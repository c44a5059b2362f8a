import type { Clock, Timer } from '#src/core/clock';
import type { OutgoingMessage } from '../protocols/wire.ts';
import type { Faults } from './faults.ts';
import { garbage } from './garbage.ts';

/** What timed faults do to a device. */
export interface FaultyDevice {
  powerCut(): Promise<void>;
  stop(): Promise<void>;
  start(): Promise<void>;
  beginGap(): void;
  endGap(): void;
  freeze(): void;
  thaw(): void;
  forgetLinks(): void;
  sendToAll(message: OutgoingMessage): void;
}

/** A port that is in use for a moment is tried again after this, milliseconds. */
const START_AGAIN_MS = 1000;

interface Cycle {
  readonly everyMs: number;
  readonly forMs: number;
  readonly begins: string;
  begin(): unknown;
  readonly ends?: string;
  end?(): unknown;
}

/** Makes the timed faults of a device happen, one cycle each. */
export class FaultTimers {
  readonly #clock: Clock;
  readonly #report: (text: string) => void;
  readonly #cycles: readonly Cycle[];
  readonly #timers = new Map<Cycle, Timer>();
  #running = false;

  /** @param report is told in words what begins and ends */
  constructor(faults: Faults, device: FaultyDevice, clock: Clock, report: (text: string) => void) {
    this.#clock = clock;
    this.#report = report;
    this.#cycles = cyclesOf(faults, device);
  }

  start(): void {
    this.#running = true;
    for (const cycle of this.#cycles) this.#later(cycle, cycle.everyMs, () => this.#begin(cycle));
  }

  stop(): void {
    this.#running = false;
    for (const timer of this.#timers.values()) this.#clock.clearTimer(timer);
    this.#timers.clear();
  }

  #later(cycle: Cycle, delayMs: number, run: () => void): void {
    if (this.#running) this.#timers.set(cycle, this.#clock.setTimer(run, delayMs));
  }

  #begin(cycle: Cycle): void {
    this.#report(cycle.begins);
    void Promise.resolve(cycle.begin()).then(() => this.#later(cycle, cycle.forMs, () => this.#end(cycle)));
  }

  #end(cycle: Cycle): void {
    Promise.resolve(cycle.end?.()).then(
      () => {
        if (cycle.ends !== undefined) this.#report(cycle.ends);
        this.#later(cycle, cycle.everyMs, () => this.#begin(cycle));
      },
      (error: unknown) => {
        this.#report(`cannot go on: ${error instanceof Error ? error.message : String(error)}`);
        this.#later(cycle, START_AGAIN_MS, () => this.#end(cycle));
      },
    );
  }
}

function cyclesOf(faults: Faults, device: FaultyDevice): Cycle[] {
  const cycles: Cycle[] = [];
  const { reboot, sleep, gap, freeze, halfOpenEveryMs, garbageEveryMs } = faults;
  const start = () => device.start();
  if (reboot) {
    const begin = () => device.powerCut();
    cycles.push({ ...reboot, begins: 'reboots', begin, ends: 'is back after its reboot', end: start });
  }
  if (sleep) {
    cycles.push({ ...sleep, begins: 'goes to sleep', begin: () => device.stop(), ends: 'is awake', end: start });
  }
  if (gap) {
    const [begin, end] = [() => device.beginGap(), () => device.endGap()];
    cycles.push({ ...gap, begins: 'has lost its Wi-Fi', begin, ends: 'has its Wi-Fi back', end });
  }
  if (freeze) {
    const [begin, end] = [() => device.freeze(), () => device.thaw()];
    cycles.push({ ...freeze, begins: 'hangs', begin, ends: 'runs again', end });
  }
  if (halfOpenEveryMs !== undefined) {
    const begin = () => device.forgetLinks();
    cycles.push({ everyMs: halfOpenEveryMs, forMs: 0, begins: 'has forgotten its link', begin });
  }
  if (garbageEveryMs !== undefined) {
    let n = 0;
    const begin = () => device.sendToAll(garbage(n++));
    cycles.push({ everyMs: garbageEveryMs, forMs: 0, begins: 'sends garbage', begin });
  }
  return cycles;
}
