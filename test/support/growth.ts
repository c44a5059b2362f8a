/** The large one is so much larger than the small one, which is worked on so much more often. */
const FACTOR = 128;
/** The best of so many runs counts: whatever else the process does makes a run longer, never shorter. */
const RUNS = 5;

/**
 * How many times as much processor time one large thing takes as 128 small ones that are as large together: about 1 when
 * time is in proportion to size, 128 when it grows with the square. Both are measured here and now, so how fast and how
 * busy the machine is does not matter.
 * @param make what is to be worked on, of this size
 * @param size of the large one
 * @param work done synchronously
 */
export function growth<T>(make: (size: number) => T, size: number, work: (made: T) => void): number {
  const small = make(Math.ceil(size / FACTOR));
  const large = make(size);
  let smallUs = Number.POSITIVE_INFINITY;
  let largeUs = Number.POSITIVE_INFINITY;
  for (let run = 0; run < RUNS; run++) {
    smallUs = Math.min(
      smallUs,
      cpuUs(() => repeat(FACTOR, () => work(small))),
    );
    largeUs = Math.min(
      largeUs,
      cpuUs(() => work(large)),
    );
  }
  return largeUs / Math.max(1, smallUs);
}

/** Makes a text of so many of these, in one piece: a repeated one would be put together when it is first read. */
export function repeated(unit: string, start = ''): (times: number) => string {
  return (times) => Buffer.from(start + unit.repeat(times)).toString();
}

/** Half-way between the two, by factors: caches and the allocator do not reach it, the square is far beyond. */
export const LINEAR = Math.sqrt(FACTOR);

function repeat(times: number, work: () => void): void {
  for (let done = 0; done < times; done++) work();
}

function cpuUs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

/** How much processor time some work takes at least, microseconds: the best of three tries. */
export function leastCpuUs(work: () => void): number {
  const tries = [1, 2, 3].map(() => cpuUs(work));
  return Math.max(1, Math.min(...tries));
}
