import { ET_CETERA } from './et-cetera.ts';
import { FRENCH_MATH } from './french-math.ts';
import { FRENCH_UNITS } from './french-units.ts';
import type { Counted, SpokenDate, SpokenLexicon, SpokenTime } from './lexicon.ts';

const ORDINALS =
  'deuxième troisième quatrième cinquième sixième septième huitième neuvième dixième onzième douzième treizième ' +
  'quatorzième quinzième seizième dix-septième dix-huitième dix-neuvième vingtième vingt et unième vingt-deuxième ' +
  'vingt-troisième';

const MONTHS = 'janvier février mars avril mai juin juillet août septembre octobre novembre décembre'.split(' ');

const CENTS: Counted = ['cent', 'cents'];
const CENTIMES: Counted = ['centime', 'centimes'];

function ordinals(): ReadonlyMap<string, string> {
  const others = ORDINALS.split(/ (?!et |unième)/).flatMap((word, index) =>
    ['e', 'è', 'ème', 'eme'].map((suffix) => [`${index + 2}${suffix}`, word] as const),
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

function sayDate({ day, month, year }: SpokenDate): string {
  const first = day === undefined ? '' : day === 1 ? 'premier ' : `${day} `;
  return `${first}${MONTHS[month - 1]}${year === undefined ? '' : ` ${year}`}`;
}

function counted(value: number, one: string): string {
  return `${value} ${one}${value < 2 ? '' : 's'}`;
}

/** Minutes from 10 on are read right; voices say "zéro zéro" and "zéro cinq" for the others. */
function sayTime({ hours, minutes, seconds }: SpokenTime): string | undefined {
  const hour = counted(hours, 'heure');
  if (seconds !== undefined && seconds > 0)
    return `${hour}${minutes > 0 ? ` ${counted(minutes, 'minute')}` : ''} et ${counted(seconds, 'seconde')}`;
  if (minutes >= 10 && seconds === undefined) return undefined;
  return minutes > 0 ? `${hour} ${minutes}` : hours === 0 ? 'minuit' : hour;
}

/** "28 nov. 2026" */
const SHORT_MONTHS: readonly [RegExp, string][] = (
  [
    ['janv', 0],
    ['févr', 1],
    ['avr', 3],
    ['juil', 6],
    ['sept', 8],
    ['oct', 9],
    ['nov', 10],
    ['déc', 11],
  ] as const
).map(([short, index]) => [new RegExp(`(?<=\\d(?:er)?\\s)${short}(?:\\.|(?!\\p{L}))`, 'gu'), MONTHS[index] ?? short]);

/** French. */
export const FRENCH: SpokenLexicon = {
  link: 'un lien',
  and: 'et',
  at: 'à',
  addressSigns: {
    '@': 'arobase',
    '.': 'point',
    '-': 'tiret',
    _: 'tiret bas',
    '+': 'plus',
    ':': 'deux-points',
    '/': 'barre',
  },
  hashtag: 'hashtag',
  number: 'numéro',
  section: 'paragraphe',
  percent: 'pour cent',
  permille: 'pour mille',
  per: 'par',
  to: 'à',
  about: 'environ',
  times: 'fois',
  by: 'sur',
  plus: 'plus',
  minus: 'moins',
  plusOrMinus: 'plus ou moins',
  dividedBy: 'divisé par',
  outOf: 'sur',
  math: FRENCH_MATH,

  isOne: (value) => Number(value.replace(',', '.')) < 2,
  decimalMark: ',',
  writtenThousandsMark: '',
  thousandsMark: '',
  spacedThousands: true,

  currencies: {
    $: { name: ['dollar', 'dollars'], cent: CENTS },
    USD: { name: ['dollar américain', 'dollars américains'], cent: CENTS },
    CAD: { name: ['dollar canadien', 'dollars canadiens'], cent: CENTS },
    AUD: { name: ['dollar australien', 'dollars australiens'], cent: CENTS },
    NZD: { name: ['dollar néo-zélandais', 'dollars néo-zélandais'], cent: CENTS },
    HKD: { name: ['dollar de Hong Kong', 'dollars de Hong Kong'], cent: CENTS },
    SGD: { name: ['dollar de Singapour', 'dollars de Singapour'], cent: CENTS },
    TWD: { name: ['dollar de Taïwan', 'dollars de Taïwan'], cent: CENTS },
    MXN: { name: ['peso mexicain', 'pesos mexicains'], cent: ['centavo', 'centavos'] },
    EUR: { name: ['euro', 'euros'], cent: CENTIMES },
    GBP: { name: ['livre', 'livres'], cent: ['penny', 'pence'] },
    JPY: { name: ['yen', 'yens'] },
    CNY: { name: ['yuan', 'yuans'] },
    INR: { name: ['roupie', 'roupies'], cent: ['paisa', 'paise'] },
    KRW: { name: ['won', 'wons'] },
    RUB: { name: ['rouble', 'roubles'], cent: ['kopeck', 'kopecks'] },
    BTC: { name: ['bitcoin', 'bitcoins'] },
    CHF: { name: ['franc suisse', 'francs suisses'], cent: CENTIMES },
    BRL: { name: ['real', 'reais'], cent: ['centavo', 'centavos'] },
    kr: { name: ['couronne', 'couronnes'] },
    SEK: { name: ['couronne suédoise', 'couronnes suédoises'] },
    NOK: { name: ['couronne norvégienne', 'couronnes norvégiennes'] },
    DKK: { name: ['couronne danoise', 'couronnes danoises'] },
    PLN: { name: ['zloty', 'zlotys'] },
    CZK: { name: ['couronne tchèque', 'couronnes tchèques'] },
    HUF: { name: ['forint', 'forints'] },
    TRY: { name: ['livre turque', 'livres turques'] },
    ILS: { name: ['shekel', 'shekels'] },
    VND: { name: ['dong', 'dongs'] },
    THB: { name: ['baht', 'bahts'] },
    NGN: { name: ['naira', 'nairas'] },
    UAH: { name: ['hryvnia', 'hryvnias'] },
    PHP: { name: ['peso philippin', 'pesos philippins'] },
    ZAR: { name: ['rand', 'rands'], cent: CENTS },
  },
  scales: {
    thousand: ['mille', 'mille'],
    million: ['million', 'millions'],
    billion: ['milliard', 'milliards'],
    trillion: ['billion', 'billions'],
  },
  scaleSigns: {
    k: 'thousand',
    K: 'thousand',
    mille: 'thousand',
    m: 'million',
    M: 'million',
    million: 'million',
    millions: 'million',
    Md: 'billion',
    Mds: 'billion',
    Mrd: 'billion',
    B: 'billion',
    bn: 'billion',
    milliard: 'billion',
    milliards: 'billion',
  },
  centSigns: { '¢': '$', ct: 'EUR', cts: 'EUR' },
  scaled: (scale, of) =>
    scale === 'mille' ? `${scale} ${of}` : `${scale} ${/^[aeiouyéèh]/i.test(of) ? "d'" : 'de '}${of}`,

  units: FRENCH_UNITS,
  degrees: ['degré', 'degrés'],
  celsius: 'Celsius',
  fahrenheit: 'Fahrenheit',
  compass: { N: 'nord', S: 'sud', E: 'est', W: 'ouest', O: 'ouest' },

  fractions: {
    '½': ['un demi', 'et demi'],
    '⅓': ['un tiers', 'un tiers'],
    '⅔': ['deux tiers', 'deux tiers'],
    '¼': ['un quart', 'un quart'],
    '¾': ['trois quarts', 'trois quarts'],
    '⅕': ['un cinquième', 'un cinquième'],
    '⅖': ['deux cinquièmes', 'deux cinquièmes'],
    '⅗': ['trois cinquièmes', 'trois cinquièmes'],
    '⅘': ['quatre cinquièmes', 'quatre cinquièmes'],
    '⅙': ['un sixième', 'un sixième'],
    '⅚': ['cinq sixièmes', 'cinq sixièmes'],
    '⅐': ['un septième', 'un septième'],
    '⅛': ['un huitième', 'un huitième'],
    '⅜': ['trois huitièmes', 'trois huitièmes'],
    '⅝': ['cinq huitièmes', 'cinq huitièmes'],
    '⅞': ['sept huitièmes', 'sept huitièmes'],
    '⅑': ['un neuvième', 'un neuvième'],
    '⅒': ['un dixième', 'un dixième'],
  },
  ordinals: ordinals(),
  regnal: (value) => (value === 1 ? 'premier' : `${value}`),

  isMonthFirst: () => false,
  dottedDates: false,
  sayDate,
  sayTime,

  context: {
    phone:
      'appel(?:ez|er|le|les|ons)|rappel(?:ez|er)|téléphon(?:e|ez|er)|tél|tel|compos(?:ez|er|e)|fax|portable|mobile|standard|ligne|joindre|joignable|whatsapp|contactez',
    code: 'pin|code|codes|code postal|code pin|mot de passe|mdp|otp|cvv|cvc|iban|isbn|issn|puk|imei|numéro de série|n° de série|siret|siren|digicode|poste',
    maybeCode:
      'commande|réservation|référence|réf\\.|réf|dossier|suivi|compte|carte|billet|confirmation|facture|client|adhérent|immatriculation|plaque|vol|passeport|modèle|identifiant|sécurité sociale|ticket|police|contrat|colis|chèque|bon',
    numberWords: 'numéros?|n[°ºo]|no\\.?|nr\\.?|num\\.?|#|code|id',
    links: "est|était|sont|=|:|c'est|le|la|les|votre|ton|mon|du|de|des|pour|à|au|l'|maintenant|nous|moi|ce",
    notCounted:
      "et|ou|pour|si|à|au|dans|sur|est|était|puis|maintenant|quand|tout|avant|après|mais|de|du|avec|par|immédiatement|ensuite|svp|s'il|en|qui|que|car|expire|ouvre|fonctionne|demain|ce|le|la",
    street: 'rue|avenue|av|boulevard|bd|place|chemin|allée|impasse|quai|cours|route|square',
    score:
      'scores?|gagné|gagne(?:nt)?|perdu|perd(?:ent)?|battu|bat(?:tent)?|mène(?:nt)?|victoire|défaite|match|nul|imposés?',
    hours: 'ouvert(?:e|s|es)?|horaires?|travaille|heures|bureau',
    rating: 'not(?:e|é|ée|és|ées|er|ation)|étoiles?|points?|score',
    date: 'le|au|du|depuis|avant|après|dès',
    part: 'chapitre|partie|tome|volume|acte|scène|livre|article|phase|type|classe|niveau|titre|annexe|guerre mondiale|saison|épisode|groupe|étape|figure|tableau|génération|page|paris|république|quart',
    version:
      'versions?|v\\.?|firmware|python|java|node|php|ruby|android|ios|ipados|macos|windows|usb|bluetooth|gpt|claude|llama|gemini|http|tls|hdmi|pcie|linux|noyau|chapitre|section|figure|tableau',
  },
  abbreviations: [
    // Half past ten, with or without spaces.
    [/(?<![\p{L}\p{N}.,:])([01]?\d|2[0-4])\s?h\s?00(?![\p{L}\p{N}])/gu, '$1 h'],
    [/(?<![\p{L}\p{N}.,:])0([2-9])\s?h\s?0([1-9])(?![\p{L}\p{N}])/gu, '$1 heures $2'],
    [/(?<![\p{L}\p{N}.,:])0?([01])\s?h\s?0([1-9])(?![\p{L}\p{N}])/gu, '$1 heure $2'],
    [/(?<![\p{L}\p{N}.,:])([01]?\d|2[0-4])\s?h\s?0([1-9])(?![\p{L}\p{N}])/gu, '$1 heures $2'],
    [/(?<![\p{L}\p{N}.,:])0?([01])\s?h\s?([0-5]\d)(?![\p{L}\p{N}])/gu, '$1 heure $2'],
    [/(?<![\p{L}\p{N}.,:])0?(1?\d|2[0-4])\s?h\s?([0-5]\d)(?![\p{L}\p{N}])/gu, '$1 heures $2'],
    [/(?<![\p{L}\p{N}])p\.\s?ex\./gu, 'par exemple'],
    [/(?<![\p{L}\p{N}])P\.\s?ex\./gu, 'Par exemple'],
    [/(?<![\p{L}\p{N}])c\.-à-d\./gu, "c'est-à-dire"],
    [/(?<![\p{L}\p{N}])env\.(?=\s?\d)/gu, 'environ'],
    [/(?<![\p{L}\p{N}])M\.(?=\s\p{Lu})/gu, 'Monsieur'],
    [/(?<![\p{L}\p{N}])Mme(?=\s\p{Lu})/gu, 'Madame'],
    [/(?<![\p{L}\p{N}])Mlle(?=\s\p{Lu})/gu, 'Mademoiselle'],
    [/(?<![\p{L}\p{N}])(?:[nN][°º]|№)\s?(?=\d)/gu, 'numéro '],
    [
      /(?<=(?<!\p{L})(?:lun|mar|mer|jeu|ven|sam|dim)(?:di|credi|dredi|anche|edi)?\.?)[-–](?=(?:lun|mar|mer|jeu|ven|sam|dim)(?:di|credi|dredi|anche|edi)?\.?(?!\p{L}))/giu,
      ' à ',
    ],
    ...SHORT_MONTHS,
    [/(?<![\p{L}\p{N}])p\.\s?(?=\d)/gu, 'page '],
    ...ET_CETERA,
  ],
};
