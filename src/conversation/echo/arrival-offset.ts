/** The least late frame of so many is on time, frames of 20 ms: one second. */
const WINDOW = 50;

/** A frame later than this is no late one: there was none for a while. Frames. */
const GAP = 50;

/**
 * When the frames of a stream began, told from when they came. Frames come one after the other, some of them late (the
 * frames of one message at once, those of a busy moment in a burst), but none before its time: the least late of the last
 * one or two seconds say where all of them belong. Times are in slots of a frame.
 */
export class ArrivalOffset {
  #frames = 0;
  #inWindow = 0;
  #least = Number.POSITIVE_INFINITY;
  #leastBefore = Number.POSITIVE_INFINITY;

  /** A frame came. Returns its number in the stream. */
  arrived(nowSlot: number): number {
    const offset = nowSlot - this.#frames;
    if (offset - this.slots > GAP) {
      this.#leastBefore = Number.POSITIVE_INFINITY;
      this.#least = offset;
      this.#inWindow = 0;
    } else if (this.#inWindow >= WINDOW) {
      this.#leastBefore = this.#least;
      this.#least = offset;
      this.#inWindow = 0;
    }
    this.#least = Math.min(this.#least, offset);
    this.#inWindow += 1;
    return this.#frames++;
  }

  /** The slot of frame 0, as is known by now; infinite before there is any frame. */
  get slots(): number {
    return Math.min(this.#least, this.#leastBefore);
  }
}
