/** So many messages of audio are remembered: the longest cushion (2 s) is 50 of 40 ms. A power of two. */
const KEPT = 64;

/** Tells how much of the audio sent still waits in the buffer of a link, from the sizes of the newest messages. Allocates nothing. */
export class SentFrames {
  /** A ring. 0: no message yet. */
  readonly #bytes = new Uint32Array(KEPT);
  #sent = 0;

  /** A message with one frame of audio was sent. */
  sent(bytes: number): void {
    this.#bytes[this.#sent % KEPT] = bytes;
    this.#sent += 1;
  }

  /** How many of the newest messages wait as a whole. @param bufferedBytes what waits in the link, other messages included */
  waiting(bufferedBytes: number): number {
    let left = bufferedBytes;
    let count = 0;
    for (let at = this.#sent - 1; at >= 0 && count < KEPT; at--, count++) {
      left -= this.#bytes[at % KEPT] ?? 0;
      if (left < 0) break;
    }
    return count;
  }
}
