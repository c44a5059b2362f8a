import type { Counted } from './lexicon.ts';

/** How a language names metric units. */
export interface MetricNames {
  /** Milli, kilo and so on, by symbol. */
  readonly prefixes: Readonly<Record<Prefix, string>>;
  /** Units without a prefix, by symbol. Those of `PREFIXED` get their prefixed forms from them. */
  readonly units: Readonly<Record<string, Counted>>;
  /** Puts a prefix before a name. */
  readonly join: (prefix: string, name: string) => string;
  /** The area and the volume of a length. */
  readonly square: (length: Counted) => Counted;
  readonly cube: (length: Counted) => Counted;
}

type Prefix = 'p' | 'n' | 'µ' | 'm' | 'c' | 'd' | 'h' | 'k' | 'M' | 'G' | 'T';

/** The prefixes with which a unit is written in practice, by its symbol. */
const PREFIXED: Readonly<Record<string, string>> = {
  m: 'nµmcdk',
  g: 'nµmk',
  l: 'µmcdh',
  L: 'µmcd',
  s: 'nµm',
  V: 'µmk',
  A: 'µm',
  W: 'mkMGT',
  Wh: 'kMGT',
  Ah: 'm',
  Hz: 'kMGT',
  J: 'kMG',
  N: 'k',
  Pa: 'hkM',
  bar: 'm',
  Ω: 'mkM',
  F: 'pnµ',
  B: 'kMGT',
  o: 'kMGT',
  bit: 'kMGT',
  cal: 'k',
  eV: 'kMG',
  mol: 'mµ',
  Sv: 'mµ',
};

/** These are written with a prefix only: alone they are letters (5 F, 5 B) or words. */
const NEVER_ALONE: ReadonlySet<string> = new Set(['B', 'o', 'F']);

const LENGTHS = ['mm', 'cm', 'dm', 'm', 'km'];

/** All metric units of a language, by symbol: 5 km, 3 m², 2 µg. */
export function metricUnits({ prefixes, units, join, square, cube }: MetricNames): Record<string, Counted> {
  const all: Record<string, Counted> = {};
  for (const [symbol, names] of Object.entries(units)) {
    if (!NEVER_ALONE.has(symbol)) all[symbol] = names;
    for (const prefix of PREFIXED[symbol] ?? '') {
      const word = prefixes[prefix as Prefix];
      const counted: Counted = [join(word, names[0]), join(word, names[1])];
      all[prefix + symbol] = counted;
      // The sign for micro and the Greek letter look the same.
      if (prefix === 'µ') all[`μ${symbol}`] = counted;
    }
  }
  for (const symbol of LENGTHS) {
    const length = all[symbol];
    if (!length) continue;
    all[`${symbol}²`] = square(length);
    all[`${symbol}³`] = cube(length);
  }
  return all;
}
