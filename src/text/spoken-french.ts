import { ET_CETERA } from './spoken-et-cetera.ts';
import type { SpokenLexicon } from './spoken-lexicon.ts';

const FR_ORDINALS =
  'deuxième troisième quatrième cinquième sixième septième huitième neuvième dixième onzième douzième treizième ' +
  'quatorzième quinzième seizième dix-septième dix-huitième dix-neuvième vingtième vingt et unième';

function frenchOrdinals(): ReadonlyMap<string, string> {
  const others = FR_ORDINALS.split(/ (?!et |unième)/).flatMap((word, index) =>
    ['e', 'ème', 'eme'].map((suffix) => [`${index + 2}${suffix}`, word] as const),
  );
  return new Map([
    ['1er', 'premier'],
    ['1re', 'première'],
    ['1ère', 'première'],
    ['2nd', 'second'],
    ['2nde', 'seconde'],
    ...others,
  ]);
}

/** French. */
export const FRENCH: SpokenLexicon = {
  link: 'un lien',
  times: 'fois',
  to: 'à',
  about: 'environ',
  plus: 'plus',
  minus: 'moins',
  plusOrMinus: 'plus ou moins',
  dividedBy: 'divisé par',
  equals: 'égale',
  percent: 'pour cent',
  number: 'numéro',
  and: 'et',
  degrees: ['degré', 'degrés'],
  isOne: (value) => Number(value.replace(',', '.')) < 2,
  spacedThousands: true,
  currencies: {
    $: ['dollar', 'dollars'],
    '€': ['euro', 'euros'],
    '£': ['livre', 'livres'],
    '¥': ['yen', 'yens'],
  },
  multiples: {},
  units: {
    mm: ['millimètre', 'millimètres'],
    cm: ['centimètre', 'centimètres'],
    m: ['mètre', 'mètres'],
    km: ['kilomètre', 'kilomètres'],
    'm²': ['mètre carré', 'mètres carrés'],
    'km²': ['kilomètre carré', 'kilomètres carrés'],
    'm³': ['mètre cube', 'mètres cubes'],
    'km/h': ["kilomètre à l'heure", "kilomètres à l'heure"],
    'm/s': ['mètre par seconde', 'mètres par seconde'],
    mg: ['milligramme', 'milligrammes'],
    g: ['gramme', 'grammes'],
    kg: ['kilo', 'kilos'],
    ml: ['millilitre', 'millilitres'],
    mL: ['millilitre', 'millilitres'],
    cl: ['centilitre', 'centilitres'],
    l: ['litre', 'litres'],
    L: ['litre', 'litres'],
    ms: ['milliseconde', 'millisecondes'],
    min: ['minute', 'minutes'],
    h: ['heure', 'heures'],
    V: ['volt', 'volts'],
    W: ['watt', 'watts'],
    kW: ['kilowatt', 'kilowatts'],
    kWh: ['kilowattheure', 'kilowattheures'],
    Hz: ['hertz', 'hertz'],
    kHz: ['kilohertz', 'kilohertz'],
    MHz: ['mégahertz', 'mégahertz'],
    GHz: ['gigahertz', 'gigahertz'],
    dB: ['décibel', 'décibels'],
    kcal: ['kilocalorie', 'kilocalories'],
    ko: ['kilooctet', 'kilooctets'],
    Mo: ['mégaoctet', 'mégaoctets'],
    Go: ['gigaoctet', 'gigaoctets'],
    To: ['téraoctet', 'téraoctets'],
  },
  fractions: { '½': ['un demi', 'et demi'], '¼': ['un quart', 'un quart'], '¾': ['trois quarts', 'trois quarts'] },
  ordinals: frenchOrdinals(),
  abbreviations: [
    // Half past ten, with or without spaces.
    [/(?<![\p{L}\p{N}.,:])([01]?\d|2[0-4])\s?h\s?00(?![\p{L}\p{N}])/gu, '$1 h'],
    [/(?<![\p{L}\p{N}.,:])([01])\s?h\s?([0-5]\d)(?![\p{L}\p{N}])/gu, '$1 heure $2'],
    [/(?<![\p{L}\p{N}.,:])([01]?\d|2[0-4])\s?h\s?([0-5]\d)(?![\p{L}\p{N}])/gu, '$1 heures $2'],
    [/(?<![\p{L}\p{N}])p\.\s?ex\./gu, 'par exemple'],
    [/(?<![\p{L}\p{N}])P\.\s?ex\./gu, 'Par exemple'],
    [/(?<![\p{L}\p{N}])c\.-à-d\./gu, "c'est-à-dire"],
    [/(?<![\p{L}\p{N}])env\.(?=\s?\d)/gu, 'environ'],
    [/(?<![\p{L}\p{N}])M\.(?=\s\p{Lu})/gu, 'Monsieur'],
    [/(?<![\p{L}\p{N}])Mme(?=\s\p{Lu})/gu, 'Madame'],
    [/(?<![\p{L}\p{N}])Mlle(?=\s\p{Lu})/gu, 'Mademoiselle'],
    [/(?<![\p{L}\p{N}])(?:[nN][°º]|№)\s?(?=\d)/gu, 'numéro '],
    ...ET_CETERA,
  ],
};
