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

/** Runs what is given to one lane in order, and lanes side by side. */
export class Lanes {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Runs the work once all of its lane before it is over, however that ended. Rejects as the work does. */
  run<T>(lane: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(lane) ?? Promise.resolve();
    const result = before.then(work, work);
    this.#last.set(lane, result);
    // A rejection is the caller's alone.
    const forget = () => {
      if (this.#last.get(lane) === result) this.#last.delete(lane);
    };
    result.then(forget, forget);
    return result;
  }
}
