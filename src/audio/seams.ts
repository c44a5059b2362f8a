/** Messages with smaller mean steps are mostly noise, in which neighbouring samples differ as much as any two. s16 steps. */
const QUIET_STEPS = 60;

/** So many seams are judged together. */
const WINDOW = 40;

/** So many steps behind a seam are compared with it: 5 ms at 16 kHz. On the 20 ms path every sample counts. */
const STEPS = 80;

/** How many times larger the steps between messages are than those within them, where something is missing between them. */
const WIDER = 1.8;

/** Measures whether the messages of a stream follow each other, or the sound jumps where one ends and the next begins. */
export class Seams {
  #last: number | undefined;
  #count = 0;
  #areBroken = false;
  /** Sums of the steps at seams, and of the mean steps behind them. */
  #between = 0;
  #within = 0;

  /** Whether the sound jumps between messages, by the newest seams. False while they are too few. */
  get areBroken(): boolean {
    return this.#areBroken;
  }

  /** A message has come. */
  add(samples: Int16Array): void {
    const first = samples[0];
    if (first === undefined) return;
    let steps = 0;
    const count = Math.min(STEPS, samples.length - 1);
    for (let index = 1; index <= count; index++) {
      steps += Math.abs((samples[index] ?? 0) - (samples[index - 1] ?? 0));
    }
    const within = count > 0 ? steps / count : 0;
    if (this.#last !== undefined && within >= QUIET_STEPS) {
      this.#between += Math.abs(first - this.#last);
      this.#within += within;
      this.#count += 1;
      if (this.#count === WINDOW) this.#judge();
    }
    this.#last = samples.at(-1);
  }

  /** A message was left out: the next one does not follow the last. */
  missed(): void {
    this.#last = undefined;
  }

  #judge(): void {
    this.#areBroken = this.#between > WIDER * this.#within;
    this.#count = 0;
    this.#between = 0;
    this.#within = 0;
  }
}
