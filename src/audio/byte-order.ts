/** So many samples are judged at a time: 100 ms at 16 kHz. */
const CHUNK = 1_600;

/** So many chunks must be smooth only with their bytes swapped, and none between them smooth as it is. */
const EVIDENCE = 20;
/** After so many chunks in a row that are smooth as they are, the order is known to be right. */
const SETTLED = 50;

/** How many times smoother a chunk must be in one order than in the other. */
const CLEARLY = 4;
/** So many bits of the low bytes must differ within a chunk: 8-bit audio has low bytes that hardly change. */
const LOW_BITS = 4;

/**
 * Notices s16 samples whose bytes are in the wrong order. In any sound each sample is near the one before it; with the bytes
 * swapped it may be anywhere.
 */
export class ByteOrder {
  #samples = 0;
  #last = 0;
  #lastSwapped = 0;
  /** Sums of the distances between neighbouring samples, in both orders. */
  #steps = 0;
  #stepsSwapped = 0;
  /** Bits that differ between low bytes. */
  #lowBits = 0;
  #firstLow = 0;
  #wrong = 0;
  #right = 0;

  /** Whether the bytes are in the wrong order. Once it is true it stays true. */
  get isSwapped(): boolean {
    return this.#wrong >= EVIDENCE;
  }

  /** Takes samples as they were read. */
  add(samples: Int16Array): void {
    if (this.isSwapped || this.#right >= SETTLED) return;
    for (let index = 0; index < samples.length; index++) {
      const sample = samples[index] ?? 0;
      const swapped = ((sample << 24) >> 16) | ((sample >> 8) & 0xff);
      if (this.#samples === 0) this.#firstLow = sample & 0xff;
      else {
        this.#steps += Math.abs(sample - this.#last);
        this.#stepsSwapped += Math.abs(swapped - this.#lastSwapped);
        this.#lowBits |= (sample & 0xff) ^ this.#firstLow;
      }
      this.#last = sample;
      this.#lastSwapped = swapped;
      this.#samples += 1;
      if (this.#samples === CHUNK) this.#judge();
    }
  }

  #judge(): void {
    if (this.#steps * CLEARLY < this.#stepsSwapped) {
      this.#right += 1;
      this.#wrong = 0;
    } else if (this.#stepsSwapped * CLEARLY < this.#steps && bitsOf(this.#lowBits) >= LOW_BITS) {
      this.#wrong += 1;
      this.#right = 0;
    }
    this.#samples = 0;
    this.#steps = 0;
    this.#stepsSwapped = 0;
    this.#lowBits = 0;
  }
}

function bitsOf(byte: number): number {
  let count = 0;
  for (let left = byte; left > 0; left >>= 1) count += left & 1;
  return count;
}
