/** The weights of a resampler between two rates. Shared by all resamplers of these rates, and never written to. */
export interface Kernel {
  /** Fractions of an input sample at which an output sample can lie. */
  readonly phases: number;
  /** How far one output sample is from the next, in units of 1 / phases input samples. */
  readonly step: number;
  /** Input samples that make one output sample, a multiple of 4. */
  readonly taps: number;
  /** One row of `taps` weights for every tabulated fraction. */
  readonly weights: Float64Array;
  /** The row for a fraction, 0 … phases - 1. */
  rowOf(fraction: number): number;
}

/** Zero crossings of the sinc on each side: how steep the filter is. */
const ZERO_CROSSINGS = 24;
/**
 * Middle of the slope, as a part of the highest frequency that the lower of both rates can carry. Everything passes up to
 * about 0.8 of it, nothing folds back from above 1.01 of it.
 */
const CUTOFF = 0.9;
/** Kaiser window: about 80 dB of attenuation. */
const KAISER_BETA = 8;
/** Unusual pairs of rates have more fractions than this; those take the nearest one, 70 dB clean. */
const MAX_ROWS = 1024;
const MAX_CACHED = 16;

const cache = new Map<string, Kernel>();

/** The kernel between two rates, Hz: a sinc low-pass below the lower of both, under a Kaiser window. */
export function kernelFor(fromRate: number, toRate: number): Kernel {
  const divisor = greatestCommonDivisor(fromRate, toRate);
  const phases = toRate / divisor;
  const step = fromRate / divisor;
  const key = `${step}/${phases}`;
  const known = cache.get(key);
  if (known) return known;
  const kernel = makeKernel(phases, step);
  const oldest = cache.keys().next();
  if (cache.size >= MAX_CACHED && !oldest.done) cache.delete(oldest.value);
  cache.set(key, kernel);
  return kernel;
}

function makeKernel(phases: number, step: number): Kernel {
  // Going down, the filter must cut at the lower rate: it gets longer by the ratio.
  const stretch = Math.max(1, step / phases);
  const half = 2 * Math.ceil((ZERO_CROSSINGS / 2) * stretch);
  const taps = half * 2;
  const cutoff = CUTOFF / stretch;
  const rows = Math.min(phases, MAX_ROWS);
  const weights = new Float64Array(rows * taps);
  for (let row = 0; row < rows; row++)
    fillRow(weights.subarray(row * taps, (row + 1) * taps), row / rows, half, cutoff);
  const rowOf =
    rows === phases ? (fraction: number) => fraction : (fraction: number) => nearest(fraction, phases, rows);
  return { phases, step, taps, weights, rowOf };
}

/** The last row stands in for the fractions that round up to a whole sample. */
function nearest(fraction: number, phases: number, rows: number): number {
  return Math.min(rows - 1, Math.round((fraction * rows) / phases));
}

function fillRow(row: Float64Array, fraction: number, half: number, cutoff: number): void {
  let sum = 0;
  for (let tap = 0; tap < row.length; tap++) {
    const distance = tap - (half - 1) - fraction;
    const weight = cutoff * sinc(cutoff * distance) * kaiser(distance / half);
    row[tap] = weight;
    sum += weight;
  }
  // Every fraction passes a constant unchanged, else the ripple between them would be heard as a tone.
  for (let tap = 0; tap < row.length; tap++) row[tap] = (row[tap] ?? 0) / sum;
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/** Kaiser window at x in [-1, 1]. */
function kaiser(x: number): number {
  const inside = 1 - x * x;
  return inside <= 0 ? 0 : bessel(KAISER_BETA * Math.sqrt(inside)) / bessel(KAISER_BETA);
}

/** Modified Bessel function of the first kind, order 0, by its power series. */
function bessel(x: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; term > sum * 1e-12; k++) {
    term *= (x / 2 / k) ** 2;
    sum += term;
  }
  return sum;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
