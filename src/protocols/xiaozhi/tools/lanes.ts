import type { Clock } from '../../../core/clock.ts';
import { DialtoneError } from '../../../core/errors.ts';

/** The parts of a device that functions move, by the beginning of their names (stackchan's gateway 0.9.1). */
const LANES: readonly (readonly [beginning: string, lane: string])[] = [
  ['self.robot.', 'servo'],
  ['self.led.', 'led'],
  ['self.display.', 'avatar'],
  ['self.screen.', 'display'],
  ['self.audio_speaker.', 'audio'],
  ['self.camera.', 'camera'],
  ['self.touch.', 'touch'],
  ['self.get_device_status', 'status'],
];

/** Which calls wait for each other: those of one lane. */
export function laneOf(tool: string): string {
  return LANES.find(([beginning]) => tool.startsWith(beginning))?.[1] ?? 'other';
}

/** So many calls wait in one lane. */
const MAX_WAITING = 64;

/** So long a call waits for those before it, milliseconds: its caller does not wait for ever either. */
const WAIT_MS = 30_000;

/** Runs what is given to one lane in order, and lanes side by side. */
export class Lanes {
  readonly #clock: Clock;
  readonly #lanes = new Map<string, { last: Promise<unknown>; waiting: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Runs the work once all of its lane before it is over, however that ended. Rejects as the work does.
   * @throws DialtoneError `tool_timeout` when the lane is full, or what is before it takes too long: the work is not done then
   */
  run<T>(name: string, work: () => Promise<T>): Promise<T> {
    const lane = this.#lanes.get(name) ?? { last: Promise.resolve(), waiting: 0 };
    if (lane.waiting >= MAX_WAITING) {
      return Promise.reject(notDone(`${MAX_WAITING} calls wait for this part of the device already`));
    }
    this.#lanes.set(name, lane);
    lane.waiting += 1;
    return new Promise<T>((resolve, reject) => {
      let isGivenUp = false;
      const timer = this.#clock.setTimer(() => {
        isGivenUp = true;
        reject(notDone(`earlier calls for this part of the device took more than ${WAIT_MS / 1_000} seconds`));
      }, WAIT_MS);
      const turn = async () => {
        this.#clock.clearTimer(timer);
        lane.waiting -= 1;
        if (isGivenUp) return;
        try {
          resolve(await work());
        } catch (error) {
          reject(error);
        }
      };
      const last = lane.last.then(turn).then(() => {
        if (lane.last === last) this.#lanes.delete(name);
      });
      lane.last = last;
    });
  }
}

function notDone(why: string): DialtoneError {
  return new DialtoneError('tool_timeout', `${why}: try again later`, { retryable: true });
}
