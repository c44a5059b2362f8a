import type { Counted } from './lexicon.ts';
import { metricUnits } from './metric-units.ts';

/** A noun that has no plural behind numbers: 5 Meter. */
function same(name: string): Counted {
  return [name, name];
}

/** A prefix and a square make one noun of two: Kilometer, Quadratmeter. */
function compound(first: string, name: string): string {
  return first + name.charAt(0).toLowerCase() + name.slice(1);
}

/** Units in German, by how they are written behind a number. */
export const GERMAN_UNITS: Readonly<Record<string, Counted>> = {
  ...metricUnits({
    prefixes: {
      p: 'Piko',
      n: 'Nano',
      µ: 'Mikro',
      m: 'Milli',
      c: 'Zenti',
      d: 'Dezi',
      h: 'Hekto',
      k: 'Kilo',
      M: 'Mega',
      G: 'Giga',
      T: 'Tera',
    },
    units: {
      m: same('Meter'),
      g: same('Gramm'),
      l: same('Liter'),
      L: same('Liter'),
      s: ['Sekunde', 'Sekunden'],
      V: same('Volt'),
      A: same('Ampere'),
      W: same('Watt'),
      Wh: ['Wattstunde', 'Wattstunden'],
      Ah: ['Amperestunde', 'Amperestunden'],
      Hz: same('Hertz'),
      J: same('Joule'),
      N: same('Newton'),
      Pa: same('Pascal'),
      bar: same('Bar'),
      Ω: same('Ohm'),
      F: same('Farad'),
      B: same('Byte'),
      bit: same('Bit'),
      cal: ['Kalorie', 'Kalorien'],
      eV: same('Elektronenvolt'),
      mol: same('Mol'),
      Sv: same('Sievert'),
      K: same('Kelvin'),
      t: ['Tonne', 'Tonnen'],
      ha: same('Hektar'),
      lm: same('Lumen'),
      lx: same('Lux'),
      dB: same('Dezibel'),
      h: ['Stunde', 'Stunden'],
      min: ['Minute', 'Minuten'],
    },
    join: compound,
    square: ([one, many]) => [compound('Quadrat', one), compound('Quadrat', many)],
    cube: ([one, many]) => [compound('Kubik', one), compound('Kubik', many)],
  }),
  qm: same('Quadratmeter'),
  'm/s²': ['Meter pro Sekunde zum Quadrat', 'Meter pro Sekunde zum Quadrat'],
  'km/h': ['Kilometer pro Stunde', 'Kilometer pro Stunde'],
  mph: ['Meile pro Stunde', 'Meilen pro Stunde'],
  Std: ['Stunde', 'Stunden'],
  Min: ['Minute', 'Minuten'],
  Sek: ['Sekunde', 'Sekunden'],
  mi: ['Meile', 'Meilen'],
  ft: same('Fuß'),
  lb: same('Pfund'),
  lbs: same('Pfund'),
  oz: ['Unze', 'Unzen'],
  PS: same('PS'),
  EL: same('Esslöffel'),
  TL: same('Teelöffel'),
  KB: same('Kilobyte'),
  kbps: same('Kilobit pro Sekunde'),
  Mbps: same('Megabit pro Sekunde'),
  Gbps: same('Gigabit pro Sekunde'),
  ppm: ['Teil pro Million', 'Teile pro Million'],
  MP: same('Megapixel'),
  px: same('Pixel'),
  '"': same('Zoll'),
  "'": same('Fuß'),
};
