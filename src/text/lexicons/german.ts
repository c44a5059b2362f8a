import { GERMAN_MATH } from './german-math.ts';
import { GERMAN_UNITS } from './german-units.ts';
import type { Counted, SpokenDate, SpokenLexicon, SpokenTime } from './lexicon.ts';

const MONTHS = 'Januar Februar März April Mai Juni Juli August September Oktober November Dezember'.split(' ');

/** Stems of ordinal numbers, to which an ending is added: erst-e, erst-en, erst-er. */
const ORDINAL_STEMS = ordinalStems();

function ordinalStems(): readonly string[] {
  const low =
    'erst zweit dritt viert fünft sechst siebt acht neunt zehnt elft zwölft dreizehnt vierzehnt fünfzehnt sechzehnt siebzehnt achtzehnt neunzehnt';
  const ones = 'ein zwei drei vier fünf sechs sieben acht neun'.split(' ');
  const tens = ones.map((one) => `${one}undzwanzigst`);
  return [...low.split(' '), 'zwanzigst', ...tens, 'dreißigst', 'einunddreißigst'];
}

/** The ending that the word before asks for: am ersten, der erste, Tag erster. */
function ending(before: string): string {
  const word = /(\p{L}+),?\s*$/u.exec(before.slice(-30))?.[1]?.toLowerCase() ?? '';
  if (/^(?:der|die|das|diese[rs]?)$/.test(word)) return 'e';
  return /^(?:am|vom|zum|beim|im|dem|den|des|ab|seit|bis|einem|einen|jedem|jeden|\p{L}+tag)$/u.test(word) ? 'en' : 'er';
}

function sayDate({ day, month, year }: SpokenDate, before: string): string {
  const first = day === undefined ? '' : `${ORDINAL_STEMS[day - 1] ?? day}${ending(before)} `;
  return `${first}${MONTHS[month - 1]}${year === undefined ? '' : ` ${year}`}`;
}

function sayTime({ hours: written, minutes, seconds, half }: SpokenTime): string {
  const time = `${hoursOfDay(written, half)} Uhr${minutes > 0 ? ` ${minutes}` : ''}`;
  if (seconds === undefined || seconds === 0) return time;
  return `${time} und ${seconds} ${seconds === 1 ? 'Sekunde' : 'Sekunden'}`;
}

/** Of 24 hours: German has no "am" and "pm". */
function hoursOfDay(hours: number, half: string): number {
  if (half === '' || hours > 12) return hours;
  return (hours % 12) + (/^p/i.test(half) ? 12 : 0);
}

const CENT: Counted = ['Cent', 'Cent'];

const MONTH_NAMES = 'Januar|Jänner|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember';

/** Rules for "3. Platz" and "28. November": the ordinal stands between an inflected word and a noun. */
function ordinalRules(): [RegExp, string][] {
  const rules: [RegExp, string][] = [];
  ORDINAL_STEMS.forEach((stem, index) => {
    const number = `${index + 1}\\.\\s(?=\\p{Lu}\\p{Ll})`;
    rules.push(
      [new RegExp(`(?<=(?<!\\p{L})(?:[Dd]er|[Dd]ie|[Dd]as|[Dd]iese[rs]?)\\s)${number}`, 'gu'), `${stem}e `],
      [
        new RegExp(
          `(?<=(?<!\\p{L})(?:[Aa]m|[Vv]om|[Zz]um|[Zz]ur|[Bb]eim|[Ii]m|[Dd]em|[Dd]en|[Dd]es|einem|einen|jedem|jeden|[Aa]b|[Ss]eit|[Bb]is|\\p{L}{1,10}tag,?)\\s)${number}`,
          'gu',
        ),
        `${stem}en `,
      ],
      [new RegExp(`(?<![\\p{L}\\p{N}.,])${index + 1}\\.\\s(?=(?:${MONTH_NAMES})(?!\\p{L}))`, 'gu'), `${stem}er `],
    );
  });
  return rules;
}

/** "28. Nov. 2026" */
const SHORT_MONTHS: readonly [RegExp, string][] = MONTHS.filter((month) => month.length > 4).map((month) => {
  const short = month === 'September' ? 'Sept?' : month.slice(0, 3);
  return [new RegExp(`(?<=\\d\\.\\s)${short}(?:\\.|(?!\\p{L}))`, 'gu'), month];
});

/** German. */
export const GERMAN: SpokenLexicon = {
  link: 'ein Link',
  and: 'und',
  at: 'zu',
  addressSigns: {
    '@': 'ät',
    '.': 'Punkt',
    '-': 'Minus',
    _: 'Unterstrich',
    '+': 'plus',
    ':': 'Doppelpunkt',
    '/': 'Schrägstrich',
  },
  hashtag: 'Hashtag',
  number: 'Nummer',
  section: 'Paragraf',
  percent: 'Prozent',
  permille: 'Promille',
  per: 'pro',
  to: 'bis',
  about: 'ungefähr',
  times: 'mal',
  by: 'mal',
  plus: 'plus',
  minus: 'minus',
  plusOrMinus: 'plus minus',
  dividedBy: 'geteilt durch',
  outOf: 'von',
  math: GERMAN_MATH,

  isOne: (value) => value === '1',
  decimalMark: ',',
  capitalNouns: true,
  writtenThousandsMark: '.',
  thousandsMark: '',
  spacedThousands: true,

  currencies: {
    $: { name: ['Dollar', 'Dollar'], cent: CENT },
    USD: { name: ['US-Dollar', 'US-Dollar'], cent: CENT },
    CAD: { name: ['kanadische Dollar', 'kanadische Dollar'], cent: CENT },
    AUD: { name: ['australische Dollar', 'australische Dollar'], cent: CENT },
    NZD: { name: ['Neuseeland-Dollar', 'Neuseeland-Dollar'], cent: CENT },
    HKD: { name: ['Hongkong-Dollar', 'Hongkong-Dollar'], cent: CENT },
    SGD: { name: ['Singapur-Dollar', 'Singapur-Dollar'], cent: CENT },
    TWD: { name: ['Taiwan-Dollar', 'Taiwan-Dollar'], cent: CENT },
    MXN: { name: ['mexikanischer Peso', 'mexikanische Pesos'], cent: ['Centavo', 'Centavos'] },
    EUR: { name: ['Euro', 'Euro'], cent: CENT },
    GBP: { name: ['Pfund', 'Pfund'], cent: ['Penny', 'Pence'] },
    JPY: { name: ['Yen', 'Yen'] },
    CNY: { name: ['Yuan', 'Yuan'] },
    INR: { name: ['Rupie', 'Rupien'], cent: ['Paisa', 'Paise'] },
    KRW: { name: ['Won', 'Won'] },
    RUB: { name: ['Rubel', 'Rubel'], cent: ['Kopeke', 'Kopeken'] },
    BTC: { name: ['Bitcoin', 'Bitcoin'] },
    CHF: { name: ['Schweizer Franken', 'Schweizer Franken'], cent: ['Rappen', 'Rappen'] },
    BRL: { name: ['Real', 'Reais'], cent: ['Centavo', 'Centavos'] },
    kr: { name: ['Krone', 'Kronen'] },
    SEK: { name: ['schwedische Krone', 'schwedische Kronen'] },
    NOK: { name: ['norwegische Krone', 'norwegische Kronen'] },
    DKK: { name: ['dänische Krone', 'dänische Kronen'] },
    PLN: { name: ['Zloty', 'Zloty'] },
    CZK: { name: ['tschechische Krone', 'tschechische Kronen'] },
    HUF: { name: ['Forint', 'Forint'] },
    TRY: { name: ['türkische Lira', 'türkische Lira'] },
    ILS: { name: ['Schekel', 'Schekel'] },
    VND: { name: ['Dong', 'Dong'] },
    THB: { name: ['Baht', 'Baht'] },
    NGN: { name: ['Naira', 'Naira'] },
    UAH: { name: ['Hrywnja', 'Hrywnja'] },
    PHP: { name: ['philippinischer Peso', 'philippinische Pesos'] },
    ZAR: { name: ['Rand', 'Rand'], cent: CENT },
  },
  scales: {
    thousand: ['Tausend', 'Tausend'],
    million: ['Million', 'Millionen'],
    billion: ['Milliarde', 'Milliarden'],
    trillion: ['Billion', 'Billionen'],
  },
  scaleSigns: {
    k: 'thousand',
    K: 'thousand',
    Tsd: 'thousand',
    Tausend: 'thousand',
    tausend: 'thousand',
    m: 'million',
    M: 'million',
    Mio: 'million',
    Million: 'million',
    Millionen: 'million',
    B: 'billion',
    bn: 'billion',
    Mrd: 'billion',
    Milliarde: 'billion',
    Milliarden: 'billion',
    Bio: 'trillion',
    Billionen: 'trillion',
  },
  centSigns: { '¢': '$', ct: 'EUR', Ct: 'EUR' },
  scaled: (scale, of) => `${scale} ${of}`,

  units: GERMAN_UNITS,
  degrees: ['Grad', 'Grad'],
  celsius: 'Celsius',
  fahrenheit: 'Fahrenheit',
  compass: { N: 'Nord', S: 'Süd', E: 'Ost', W: 'West', O: 'Ost' },

  fractions: {
    '½': ['ein halb', 'einhalb'],
    '⅓': ['ein Drittel', 'ein Drittel'],
    '⅔': ['zwei Drittel', 'zwei Drittel'],
    '¼': ['ein Viertel', 'ein Viertel'],
    '¾': ['drei Viertel', 'drei Viertel'],
    '⅕': ['ein Fünftel', 'ein Fünftel'],
    '⅖': ['zwei Fünftel', 'zwei Fünftel'],
    '⅗': ['drei Fünftel', 'drei Fünftel'],
    '⅘': ['vier Fünftel', 'vier Fünftel'],
    '⅙': ['ein Sechstel', 'ein Sechstel'],
    '⅚': ['fünf Sechstel', 'fünf Sechstel'],
    '⅐': ['ein Siebtel', 'ein Siebtel'],
    '⅛': ['ein Achtel', 'ein Achtel'],
    '⅜': ['drei Achtel', 'drei Achtel'],
    '⅝': ['fünf Achtel', 'fünf Achtel'],
    '⅞': ['sieben Achtel', 'sieben Achtel'],
    '⅑': ['ein Neuntel', 'ein Neuntel'],
    '⅒': ['ein Zehntel', 'ein Zehntel'],
  },
  ordinals: new Map(),
  regnal: (value) => {
    const stem = ORDINAL_STEMS[value - 1];
    return stem ? `der ${stem.charAt(0).toUpperCase()}${stem.slice(1)}e` : `${value}`;
  },

  isMonthFirst: () => false,
  dottedDates: true,
  sayDate,
  sayTime,

  context: {
    phone:
      'telefon|telefonnummer|tel|ruf(?:en|e|t)?|anruf(?:en)?|fax|handy|mobil|mobilnummer|hotline|wähl(?:en|e|t)|festnetz|whatsapp|erreich(?:en|bar)|notruf',
    code: 'pin|code|codes|zugangscode|passwort|kennwort|otp|cvv|cvc|iban|isbn|issn|puk|imei|plz|postleitzahl|seriennummer|bestellnummer|auftragsnummer|kundennummer|kontonummer|rechnungsnummer|kartennummer|sendungsnummer|buchungsnummer|buchungscode|referenznummer|vorgangsnummer|aktenzeichen|vertragsnummer|mitgliedsnummer|ticketnummer|flugnummer|durchwahl|kennzeichen|sicherheitscode|bestätigungscode|blz|bankleitzahl|hausnummer',
    maybeCode:
      'bestellung|buchung|reservierung|referenz|sendung|konto|karte|ticket|rechnung|kunde|flug|vertrag|ausweis|pass|modell|fall|vorgang|auftrag',
    numberWords: 'nummern?|nr\\.?|no\\.?|#|id|code',
    links:
      'ist|war|lautet|sind|=|:|der|die|das|den|für|ihre?|deine?|meine?|zu|unter|bitte|jetzt|sie|uns|mich|dich|an|von',
    notCounted:
      'und|oder|für|wenn|zu|in|an|auf|ist|war|dann|jetzt|sofort|bitte|vor|nach|aber|von|mit|ein|eingeben|anrufen|wählen|an|lautet|gilt|öffnet|erreichen|erreichbar|rufen|wenden|zum|zur',
    street: 'straße|strasse|str\\.?|weg|allee|platz|gasse|ring|damm|ufer|chaussee',
    score:
      'score|gewann(?:en)?|gewonnen|verlor(?:en)?|siegt?e?n?|spielstand|ergebnis|endete|unentschieden|führ(?:t|en|te|ten)|schlug(?:en)?|steht|stand|spiel',
    hours: 'geöffnet|öffnungszeiten|arbeitet|arbeitszeit|sprechstunde|uhr',
    rating: 'bewert(?:ung|et|e)|punkte?n?|sterne?n?|note',
    date: 'am|bis|ab|seit|vom|zum|vor|nach|den|dem|der',
    part: 'kapitel|teil|band|akt|szene|artikel|abschnitt|phase|typ|klasse|stufe|titel|anhang|weltkrieg|staffel|folge|gruppe|abbildung|tabelle|generation|seite|hartz',
    version:
      'version|versionen|v\\.?|firmware|python|java|node|php|ruby|android|ios|ipados|macos|windows|usb|bluetooth|gpt|claude|llama|gemini|http|tls|hdmi|pcie|linux|kernel|kapitel|abschnitt|abbildung|tabelle',
  },
  abbreviations: [
    [/(?<![\p{L}\p{N}.])z\.\s?B\.(?!\p{L})/gu, 'zum Beispiel'],
    [/(?<![\p{L}\p{N}.])Z\.\s?B\.(?!\p{L})/gu, 'Zum Beispiel'],
    [/(?<![\p{L}\p{N}.])d\.\s?h\.(?!\p{L})/gu, 'das heißt'],
    [/(?<![\p{L}\p{N}.])D\.\s?h\.(?!\p{L})/gu, 'Das heißt'],
    [/(?<![\p{L}\p{N}.])u\.\s?a\.(?=\s\p{Ll}|\s\p{Lu})/gu, 'unter anderem'],
    [/(?<![\p{L}\p{N}.])o\.\s?[Ää]\./gu, 'oder Ähnliches'],
    [/(?<![\p{L}\p{N}.])i\.\s?d\.\s?R\./gu, 'in der Regel'],
    [/(?<![\p{L}\p{N}.])v\.\s?a\.(?=\s)/gu, 'vor allem'],
    [/(?<![\p{L}\p{N}.])s\.\s?o\.(?=\s|$)/gu, 'siehe oben'],
    [/(?<![\p{L}\p{N}.])s\.\s?u\.(?=\s|$)/gu, 'siehe unten'],
    [/(?<![\p{L}\p{N}])bzw\./gu, 'beziehungsweise'],
    [/(?<![\p{L}\p{N}])ca\./gu, 'circa'],
    [/(?<![\p{L}\p{N}])ggf\./gu, 'gegebenenfalls'],
    [/(?<![\p{L}\p{N}])evtl\./gu, 'eventuell'],
    [/(?<![\p{L}\p{N}])inkl\./gu, 'inklusive'],
    [/(?<![\p{L}\p{N}])zzgl\./gu, 'zuzüglich'],
    [/(?<![\p{L}\p{N}])mind\.(?=\s?\d)/gu, 'mindestens'],
    [/(?<![\p{L}\p{N}])max\.(?=\s?\d)/gu, 'maximal'],
    [/(?<![\p{L}\p{N}])vgl\./gu, 'vergleiche'],
    [/(?<![\p{L}\p{N}])(?:usw|etc)\.(?=["')\]]*(?:\s*$|\s+["'(]*\p{Lu}\p{Ll}+\s\p{Ll}))/gu, 'und so weiter.'],
    [/(?<![\p{L}\p{N}])(?:usw|etc)\b\.?/gu, 'und so weiter'],
    [/(?<![\p{L}\p{N}])(?:Nr\.|No\.|№)\s?(?=\d)/gu, 'Nummer '],
    [/(?<![\p{L}\p{N}])S\.\s?(?=\d)/gu, 'Seite '],
    [/(?<![\p{L}\p{N}])Hr\.(?=\s\p{Lu})/gu, 'Herr'],
    [/(?<![\p{L}\p{N}])Fr\.(?=\s\p{Lu})/gu, 'Frau'],
    [/(\p{Ll})str\.(?=\s|$)/gu, '$1straße'],
    [/(?<![\d.,])1(?: ?½| 1\/2)(?![\d/])/gu, 'eineinhalb'],
    [
      /(?<=(?<!\p{L})(?:Mo|Di|Mi|Do|Fr|Sa|So)(?:\p{L}{2,8}tag|ntag|enstag|nnerstag|eitag|mstag|ttwoch)?\.?)[-–](?=(?:Mo|Di|Mi|Do|Fr|Sa|So)(?:ntag|enstag|nnerstag|eitag|mstag|nnabend|ttwoch)?(?!\p{L}))/gu,
      ' bis ',
    ],
    ...SHORT_MONTHS,
    ...ordinalRules(),
  ],
};
