import { ENGLISH_MATH } from './english-math.ts';
import { ENGLISH_UNITS } from './english-units.ts';
import { ET_CETERA } from './et-cetera.ts';
import type { Counted, SpokenDate, SpokenLexicon, SpokenTime } from './lexicon.ts';

const ONES =
  'first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth ' +
  'sixteenth seventeenth eighteenth nineteenth';

const MONTHS = 'January February March April May June July August September October November December'.split(' ');

const CENTS: Counted = ['cent', 'cents'];

const ORDINAL_WORDS = ordinalWords();

function ordinalWords(): readonly string[] {
  const ones = ONES.split(' ');
  return [...ones, 'twentieth', ...ones.slice(0, 9).map((one) => `twenty-${one}`), 'thirtieth', 'thirty-first'];
}

function ordinals(): ReadonlyMap<string, string> {
  const suffix = (n: number) => (n > 10 && n < 14 ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th'));
  return new Map(ORDINAL_WORDS.map((word, index) => [`${index + 1}${suffix(index + 1)}`, word]));
}

/** The United States and their neighbours in custom write the month first; so does English without a region. */
function isMonthFirst(language: string): boolean {
  return !/^en-(?!US|PH|PR|GU)[A-Z]{2}\b/i.test(language);
}

function sayDate({ day, month, year }: SpokenDate, _before: string, language: string): string {
  const name = MONTHS[month - 1] ?? '';
  if (day === undefined) return `${name} ${year}`;
  if (!isMonthFirst(language)) return `${day} ${name}${year === undefined ? '' : ` ${year}`}`;
  return `${name} ${day}${year === undefined ? '' : `, ${year}`}`;
}

/** Minutes from 10 on are read right; voices say "zero zero" and "zero five" for the others. */
function sayTime({ hours, minutes, seconds, half }: SpokenTime): string | undefined {
  const behind = half === '' ? '' : ` ${half}`;
  const time =
    minutes >= 10
      ? `${hours}:${minutes}${behind}`
      : minutes > 0
        ? `${hours} oh ${minutes}${behind}`
        : half !== ''
          ? `${hours}${behind}`
          : hours === 0
            ? 'midnight'
            : `${hours} o'clock`;
  if (seconds !== undefined && seconds > 0) return `${time} and ${seconds} ${seconds === 1 ? 'second' : 'seconds'}`;
  return minutes >= 10 && half === '' && seconds === undefined ? undefined : time;
}

const DAY = '(?:Mon|Tues?|Wed|Thu(?:rs?)?|Fri|Sat|Sun)(?:day|nesday|sday|urday|rsday)?';

/** "Nov 28" and "28 Nov." */
function monthRules(): [RegExp, string][] {
  return MONTHS.filter((month) => month !== 'May').map((month) => {
    const short = month === 'September' ? 'Sept?' : month.slice(0, 3);
    const pattern = `(?<![\\p{L}\\p{N}])${short}(?:\\.|(?!\\p{L}))(?=\\s\\d)|(?<=\\d(?:st|nd|rd|th)?\\s)${short}(?:\\.(?=\\s[\\p{Ll}\\d])|(?!\\p{L}))`;
    return [new RegExp(pattern, 'gu'), month];
  });
}

/** English, with British names of units. */
export const ENGLISH: SpokenLexicon = {
  link: 'a link',
  and: 'and',
  at: 'at',
  addressSigns: { '@': 'at', '.': 'dot', '-': 'dash', _: 'underscore', '+': 'plus', ':': 'colon', '/': 'slash' },
  hashtag: 'hashtag',
  number: 'number',
  section: 'section',
  percent: 'percent',
  permille: 'per mille',
  per: 'per',
  to: 'to',
  about: 'about',
  times: 'times',
  by: 'by',
  plus: 'plus',
  minus: 'minus',
  plusOrMinus: 'plus or minus',
  dividedBy: 'divided by',
  outOf: 'out of',
  math: ENGLISH_MATH,

  isOne: (value) => value === '1',
  decimalMark: '.',
  writtenThousandsMark: ',',
  thousandsMark: ',',
  spacedThousands: false,

  currencies: {
    $: { name: ['dollar', 'dollars'], cent: CENTS },
    USD: { name: ['US dollar', 'US dollars'], cent: CENTS },
    CAD: { name: ['Canadian dollar', 'Canadian dollars'], cent: CENTS },
    AUD: { name: ['Australian dollar', 'Australian dollars'], cent: CENTS },
    NZD: { name: ['New Zealand dollar', 'New Zealand dollars'], cent: CENTS },
    HKD: { name: ['Hong Kong dollar', 'Hong Kong dollars'], cent: CENTS },
    SGD: { name: ['Singapore dollar', 'Singapore dollars'], cent: CENTS },
    TWD: { name: ['Taiwan dollar', 'Taiwan dollars'], cent: CENTS },
    MXN: { name: ['Mexican peso', 'Mexican pesos'], cent: ['centavo', 'centavos'] },
    EUR: { name: ['euro', 'euros'], cent: CENTS },
    GBP: { name: ['pound', 'pounds'], cent: ['penny', 'pence'] },
    JPY: { name: ['yen', 'yen'] },
    CNY: { name: ['yuan', 'yuan'] },
    INR: { name: ['rupee', 'rupees'], cent: ['paisa', 'paise'] },
    KRW: { name: ['won', 'won'] },
    RUB: { name: ['rouble', 'roubles'], cent: ['kopeck', 'kopecks'] },
    BTC: { name: ['bitcoin', 'bitcoins'] },
    CHF: { name: ['Swiss franc', 'Swiss francs'], cent: CENTS },
    BRL: { name: ['real', 'reais'], cent: ['centavo', 'centavos'] },
    kr: { name: ['krone', 'kroner'] },
    SEK: { name: ['Swedish krona', 'Swedish kronor'] },
    NOK: { name: ['Norwegian krone', 'Norwegian kroner'] },
    DKK: { name: ['Danish krone', 'Danish kroner'] },
    PLN: { name: ['zloty', 'zlotys'] },
    CZK: { name: ['Czech koruna', 'Czech korunas'] },
    HUF: { name: ['forint', 'forints'] },
    TRY: { name: ['Turkish lira', 'Turkish lira'] },
    ILS: { name: ['shekel', 'shekels'] },
    VND: { name: ['dong', 'dong'] },
    THB: { name: ['baht', 'baht'] },
    NGN: { name: ['naira', 'naira'] },
    UAH: { name: ['hryvnia', 'hryvnias'] },
    PHP: { name: ['Philippine peso', 'Philippine pesos'] },
    ZAR: { name: ['rand', 'rand'], cent: CENTS },
  },
  scales: {
    thousand: ['thousand', 'thousand'],
    million: ['million', 'million'],
    billion: ['billion', 'billion'],
    trillion: ['trillion', 'trillion'],
  },
  scaleSigns: {
    k: 'thousand',
    K: 'thousand',
    thousand: 'thousand',
    m: 'million',
    M: 'million',
    mn: 'million',
    MM: 'million',
    million: 'million',
    b: 'billion',
    B: 'billion',
    bn: 'billion',
    billion: 'billion',
    T: 'trillion',
    tn: 'trillion',
    trillion: 'trillion',
  },
  centSigns: { '¢': '$', p: 'GBP' },
  scaled: (scale, of) => `${scale} ${of}`,

  units: ENGLISH_UNITS,
  singularBehind: /(?<!\p{L})an?\s$/iu,
  degrees: ['degree', 'degrees'],
  celsius: 'Celsius',
  fahrenheit: 'Fahrenheit',
  compass: { N: 'north', S: 'south', E: 'east', W: 'west', O: 'west' },

  fractions: {
    '½': ['one half', 'and a half'],
    '⅓': ['one third', 'and a third'],
    '⅔': ['two thirds', 'and two thirds'],
    '¼': ['one quarter', 'and a quarter'],
    '¾': ['three quarters', 'and three quarters'],
    '⅕': ['one fifth', 'and a fifth'],
    '⅖': ['two fifths', 'and two fifths'],
    '⅗': ['three fifths', 'and three fifths'],
    '⅘': ['four fifths', 'and four fifths'],
    '⅙': ['one sixth', 'and a sixth'],
    '⅚': ['five sixths', 'and five sixths'],
    '⅐': ['one seventh', 'and a seventh'],
    '⅛': ['one eighth', 'and an eighth'],
    '⅜': ['three eighths', 'and three eighths'],
    '⅝': ['five eighths', 'and five eighths'],
    '⅞': ['seven eighths', 'and seven eighths'],
    '⅑': ['one ninth', 'and a ninth'],
    '⅒': ['one tenth', 'and a tenth'],
  },
  ordinals: ordinals(),
  regnal: (value) => `the ${ORDINAL_WORDS[value - 1] ?? `${value}th`}`,

  isMonthFirst,
  dottedDates: false,
  sayDate,
  sayTime,

  context: {
    phone:
      'call|calls|calling|phone|telephone|tel|dial|dialling|dialing|ring|fax|mobile|cell|cellphone|hotline|helpline|landline|whatsapp|text|reach (?:us|me|him|her|them) (?:at|on)',
    code: 'pin|pin code|code|codes|password|passcode|passwort|otp|cvv|cvc|serial|serial number|s/n|iban|isbn|issn|zip|zip code|postcode|postal code|extension|ext\\.|ext|vin|puk|imei',
    maybeCode:
      'order|booking|reservation|reference|ref\\.|ref|tracking|account|card|ticket|confirmation|invoice|policy|customer|member|membership|licen[cs]e|plate|registration|flight|case|claim|passport|part|model|id|gate|routing|social security|transaction|receipt|voucher|coupon',
    numberWords: 'numbers?|no\\.?|nr\\.?|num\\.?|#|id|code|plate|key',
    links: "is|was|are|=|:|it's|for|to|the|your|my|this|of|with|on|at|now|us|me|him|her|them|in",
    notCounted:
      'and|or|for|if|to|in|on|at|is|was|as|now|then|when|right|immediately|please|before|after|but|from|with|by|into|again|anytime|any|today|twice|will|has|so|because|until|here|which|that|opens|expires|works|does|unlocks|did|not|press|ask',
    street:
      'street|st|avenue|ave|road|rd|lane|ln|drive|dr|boulevard|blvd|way|court|ct|place|pl|square|sq|terrace|highway|hwy|parkway|pkwy|crescent|close|row|alley',
    score:
      'scores?|scored|won|wins?|winning|lost|loses?|lead|leads|leading|led|beat|beats|defeated|drew|draws?|tied|ties?|victory|defeat|finished|ended|ahead|trail(?:s|ed|ing)?|match|game|set',
    hours:
      'open|opens|opening|hours|work|works|working|worked|job|shift|shifts|office|daily|weekdays|from|schedule|days?|(?:mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun)(?:day|nesday|sday|urday|rsday)?s?',
    rating: 'rat(?:e|es|ed|ing|ings)|scor(?:e|es|ed|ing)|stars?|points?|grade|gave|give|gives|got',
    date: 'on|by|until|till|since|before|after|from|due',
    part: 'chapter|part|book|act|scene|volume|vol\\.|section|article|phase|type|class|stage|level|title|appendix|grade|tier|figure|table|world war|war|super bowl|episode|season|round|group|page|step|category|generation|mark|park|quarter|century',
    version:
      'versions?|release|build|v\\.?|firmware|python|java|node|php|ruby|android|ios|ipados|macos|windows|usb|bluetooth|gpt|claude|llama|gemini|http|tls|hdmi|pcie|linux|kernel|chapter|section|figure|table',
  },
  abbreviations: [
    [/(?<![\p{L}\p{N}.])e\.\s?g\.(?!\p{L})/gu, 'for example'],
    [/(?<![\p{L}\p{N}.])E\.\s?g\.(?!\p{L})/gu, 'For example'],
    [/(?<![\p{L}\p{N}.])i\.\s?e\.(?!\p{L})/gu, 'that is'],
    [/(?<![\p{L}\p{N}.])I\.\s?e\.(?!\p{L})/gu, 'That is'],
    [/(?<![\p{L}\p{N}])vs\./gu, 'versus'],
    [/(?<![\p{L}\p{N}])approx\./gu, 'approximately'],
    [/(?<![\p{L}\p{N}])w\/o(?=\s)/gu, 'without'],
    [/(?<![\p{L}\p{N}])w\/(?=\s)/gu, 'with'],
    [/(?<![\p{L}\p{N}])(?:[Nn]o\.|Nr\.|№)\s?(?=\d)/gu, 'number '],
    [/(?<![\p{L}\p{N}])Nos\.\s?(?=\d)/gu, 'numbers '],
    // Mon-Fri
    [new RegExp(`(?<=(?<!\\p{L})${DAY})[-–](?=${DAY}(?!\\p{L}))`, 'gu'), ' to '],
    ...monthRules(),
    [/(?<![\p{L}\p{N}])pp\.\s?(?=\d)/gu, 'pages '],
    [/(?<![\p{L}\p{N}])p\.\s?(?=\d)/gu, 'page '],
    ...ET_CETERA,
  ],
};
