import { ET_CETERA } from './spoken-et-cetera.ts';
import type { SpokenLexicon } from './spoken-lexicon.ts';

const EN_ONES =
  'first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth ' +
  'sixteenth seventeenth eighteenth nineteenth';

function englishOrdinals(): ReadonlyMap<string, string> {
  const ones = EN_ONES.split(' ');
  const words = [...ones, 'twentieth', ...ones.slice(0, 9).map((one) => `twenty-${one}`), 'thirtieth', 'thirty-first'];
  const suffix = (n: number) => (n > 10 && n < 14 ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th'));
  return new Map(words.map((word, index) => [`${index + 1}${suffix(index + 1)}`, word]));
}

/** English, with British units. */
export const ENGLISH: SpokenLexicon = {
  link: 'a link',
  times: 'times',
  to: 'to',
  about: 'about',
  plus: 'plus',
  minus: 'minus',
  plusOrMinus: 'plus or minus',
  dividedBy: 'divided by',
  equals: 'equals',
  percent: 'percent',
  number: 'number',
  and: 'and',
  degrees: ['degree', 'degrees'],
  isOne: (value) => value === '1',
  spacedThousands: false,
  currencies: {
    $: ['dollar', 'dollars'],
    '€': ['euro', 'euros'],
    '£': ['pound', 'pounds'],
    '¥': ['yen', 'yen'],
  },
  multiples: { k: 'thousand', K: 'thousand', m: 'million', M: 'million', B: 'billion', bn: 'billion' },
  units: {
    mm: ['millimetre', 'millimetres'],
    cm: ['centimetre', 'centimetres'],
    m: ['metre', 'metres'],
    km: ['kilometre', 'kilometres'],
    mi: ['mile', 'miles'],
    ft: ['foot', 'feet'],
    'm²': ['square metre', 'square metres'],
    'km²': ['square kilometre', 'square kilometres'],
    'm³': ['cubic metre', 'cubic metres'],
    'km/h': ['kilometre per hour', 'kilometres per hour'],
    'm/s': ['metre per second', 'metres per second'],
    mph: ['mile per hour', 'miles per hour'],
    mg: ['milligram', 'milligrams'],
    g: ['gram', 'grams'],
    kg: ['kilogram', 'kilograms'],
    lb: ['pound', 'pounds'],
    lbs: ['pound', 'pounds'],
    oz: ['ounce', 'ounces'],
    ml: ['millilitre', 'millilitres'],
    mL: ['millilitre', 'millilitres'],
    cl: ['centilitre', 'centilitres'],
    l: ['litre', 'litres'],
    L: ['litre', 'litres'],
    ms: ['millisecond', 'milliseconds'],
    sec: ['second', 'seconds'],
    min: ['minute', 'minutes'],
    h: ['hour', 'hours'],
    hr: ['hour', 'hours'],
    hrs: ['hour', 'hours'],
    V: ['volt', 'volts'],
    W: ['watt', 'watts'],
    kW: ['kilowatt', 'kilowatts'],
    kWh: ['kilowatt hour', 'kilowatt hours'],
    Hz: ['hertz', 'hertz'],
    kHz: ['kilohertz', 'kilohertz'],
    MHz: ['megahertz', 'megahertz'],
    GHz: ['gigahertz', 'gigahertz'],
    dB: ['decibel', 'decibels'],
    kcal: ['kilocalorie', 'kilocalories'],
    kB: ['kilobyte', 'kilobytes'],
    KB: ['kilobyte', 'kilobytes'],
    MB: ['megabyte', 'megabytes'],
    GB: ['gigabyte', 'gigabytes'],
    TB: ['terabyte', 'terabytes'],
  },
  fractions: {
    '½': ['one half', 'and a half'],
    '¼': ['one quarter', 'and a quarter'],
    '¾': ['three quarters', 'and three quarters'],
  },
  ordinals: englishOrdinals(),
  abbreviations: [
    [/(?<![\p{L}\p{N}.])e\.\s?g\.(?!\p{L})/gu, 'for example'],
    [/(?<![\p{L}\p{N}.])E\.\s?g\.(?!\p{L})/gu, 'For example'],
    [/(?<![\p{L}\p{N}.])i\.\s?e\.(?!\p{L})/gu, 'that is'],
    [/(?<![\p{L}\p{N}.])I\.\s?e\.(?!\p{L})/gu, 'That is'],
    [/(?<![\p{L}\p{N}])vs\./gu, 'versus'],
    [/(?<![\p{L}\p{N}])approx\./gu, 'approximately'],
    [/(?<![\p{L}\p{N}])w\/o(?=\s)/gu, 'without'],
    [/(?<![\p{L}\p{N}])w\/(?=\s)/gu, 'with'],
    [/(?<![\p{L}\p{N}])(?:No\.|№)\s?(?=\d)/gu, 'number '],
    ...ET_CETERA,
  ],
};
