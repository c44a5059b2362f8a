import type { SpokenLexicon } from '../lexicons/lexicon.ts';
import { anyOf, memo } from '../replacement.ts';
import { FRACTION_SIGNS } from './fractions.ts';
import { applyRules, counted, isBeforeNoun, NOT_BEFORE, NUMBER, type Rule } from './number.ts';

/** Says units, degrees, percent, and feet and inches. */
export function sayUnits(text: string, lexicon: SpokenLexicon): string {
  const { isDegrees, rules } = rulesOf(lexicon);
  return applyRules(sayInches(applyRules(text, isDegrees), lexicon), rules);
}

/** Alone they are letters of a name (iPhone 5s, 4K), so a space must stand before them. */
const SPACED = ['s', 'K', 'N', 'J', 't'];
/** Behind these a word may follow that they belong to: "5 A grades". */
const LAST = ['A'];

const rulesOf = memo((lexicon: SpokenLexicon) => {
  const { units, degrees, percent, permille, per, celsius, fahrenheit, compass, times } = lexicon;
  const special = new Set([...SPACED, ...LAST, '"', "'"]);
  const names = Object.keys(units).filter((name) => !special.has(name));
  const spaced = Object.keys(units).filter((name) => SPACED.includes(name));
  const all = anyOf([...names, ...spaced]);
  const divisor = String.raw`(?:\s?\/\s?((?:100\s)?(?:${all})))?`;
  const end = String.raw`(?![\p{L}\p{N}_/²³'’-])(?:\.(?=\s\p{Ll}))?`;
  const scales: Readonly<Record<string, string>> = {
    C: ` ${celsius}`,
    F: ` ${fahrenheit}`,
    '℃': ` ${celsius}`,
    '℉': ` ${fahrenheit}`,
  };
  const say = (value: string, name: string, divisor: string | undefined, form: string) => {
    const whole = divisor === undefined ? undefined : units[`${name}/${divisor}`];
    const said = counted(whole ?? units[name], form, lexicon);
    if (divisor === undefined || whole) return `${value} ${said}`;
    const [, count = '', of = ''] = /^(100\s)?(.*)$/.exec(divisor) ?? [];
    return `${value} ${said} ${per} ${count}${units[of]?.[count === '' ? 0 : 1] ?? of}`;
  };
  const isDegrees: readonly Rule[] = [
    // 40° 26′ 46″ N.
    [
      new RegExp(
        String.raw`(${NUMBER})\s?°\s?(?:(\d{1,2})\s?['′’]\s?(?:(${NUMBER})\s?["″”]\s?)?)?([NSEWO])(?![\p{L}\p{N}])`,
        'gu',
      ),
      (_, degree = '', minute, second, side = '') => {
        const parts = [`${degree} ${counted(degrees, degree, lexicon)}`];
        if (minute) parts.push(`${minute} ${counted(units.min, minute, lexicon)}`);
        if (second) parts.push(`${second} ${counted(units.s, second, lexicon)}`);
        return `${parts.join(' ')} ${compass[side as keyof typeof compass]}`;
      },
    ],
  ];
  const rules: readonly Rule[] = [
    // m^2 behind a number.
    [/(?<=\d\s?(?:[mckd]?m|ft|in|mi|yd))\^([23])(?!\d)/gu, (_, power = '') => (power === '2' ? '²' : '³')],
    [/(?<=\d\s?)sq\.? (m|ft|km|in|mi)\b\.?/gu, (_, unit = '') => `${unit}²`],
    [
      new RegExp(String.raw`${NOT_BEFORE}(${NUMBER})\s?(?:°\s?([CF])?|([℃℉]))(?![\p{L}\p{N}])`, 'gu'),
      (_, value = '', letter = '', sign = '') =>
        `${value} ${counted(degrees, value, lexicon)}${scales[letter || sign] ?? ''}`,
    ],
    // A unit before a noun is in the singular: a 5-km run.
    [
      new RegExp(
        String.raw`${NOT_BEFORE}(${NUMBER})-(${anyOf(names.filter((name) => name.length > 1 || /[mlLgWV]/.test(name)))})(?![\p{L}\p{N}_/²³'’])(?:-(?=\p{L}))?`,
        'gu',
      ),
      (match, value = '', name = '') => `${value} ${units[name]?.[0] ?? match}${match.endsWith('-') ? ' ' : ''}`,
    ],
    [
      new RegExp(
        String.raw`${NOT_BEFORE}((?:${NUMBER}\s?)?[${FRACTION_SIGNS}]|${NUMBER})(?:\s?(${anyOf(names)})|\s(${anyOf(spaced)}))${divisor}${end}`,
        'gu',
      ),
      (match, value = '', name, single, below, ...place) =>
        (value.length === 1 && FRACTION_SIGNS.includes(value)) || isBeforeNoun(place, match, lexicon)
          ? say(value, name ?? single ?? '', below, '1')
          : say(value, name ?? single ?? '', below, value),
    ],
    [
      new RegExp(String.raw`${NOT_BEFORE}(${NUMBER})\sA(?=$|[.,;:!?)]|\s(?:fuse|circuit|breaker|charger)\b)`, 'gu'),
      (_, value = '') => `${value} ${counted(units.A, value, lexicon)}`,
    ],
    // A range of lengths, whose first number had its unit already.
    // 45s, but not an iPhone 5s or the 50s.
    [
      /(?<![\p{L}\p{N}.,:/]|(?:[Tt]he|\p{Lu}\p{L}{1,20})\s)(\d{1,2}[1-9])s(?![\p{L}\p{N}'’])/gu,
      (_, value = '') => `${value} ${counted(units.s, value, lexicon)}`,
    ],
    [/(\d)\s?%(?![\p{L}\p{N}])/gu, (_, digit = '') => `${digit} ${percent}`],
    [/(\d)\s?‰/gu, (_, digit = '') => `${digit} ${permille}`],
    [/(?<=^|\s)%(?=\s|$|[.,!?])/gu, () => percent],
    // 3x4, 1920×1080, and 10x faster.
    [/(?<=\d)(?:x| x )(?=\d)|(?<=\d{3})×(?=\d{3})/gu, () => ` ${lexicon.by} `],
    [
      /(?<![\p{L}\p{N}.,])(\d{1,4}(?:[.,]\d)?)[x×](?![\p{L}\p{N}²³^]|\s?[=+*/<>≤≥−-])/gu,
      (_, value = '') => `${value} ${times}`,
    ],
  ];
  return { isDegrees, rules };
});

const FEET_AND_INCHES =
  /(?<![\p{L}\p{N}.,])(\d{1,2})\s?(?:ft|feet|foot)\.?\s(\d{1,2})\s?(?:in|inch|inches)(?!\p{L})\.?/gu;
const INCHES =
  /(?<![\p{L}\p{N}.,])(\d{1,4}(?:\.\d{1,3})?)\s?in(?=\s?(?:$|[=,;)×])|\s(?:x|by|tall|wide|long|deep|thick)\s?)/gu;

/** 5'11", 27", 6′. A quotation mark behind a number is an inch only if it closes nothing. */
function sayInches(written: string, lexicon: SpokenLexicon): string {
  // "in" is a word as well: a unit only behind feet, or where no sentence goes on.
  const text = lexicon.units['in²'] ? written.replace(FEET_AND_INCHES, '$1′ $2″').replace(INCHES, '$1″') : written;
  const inch = lexicon.units['"'];
  const foot = lexicon.units["'"];
  if (!inch || !foot || !/\d\s?['"′″’”½]/.test(text)) return text;
  // Quotation marks that were passed without being an inch: an odd number is open.
  let open = 0;
  let passed = 0;
  return text
    .replace(
      /(?<![\p{L}\p{N}.,:/°])(\d{1,2})\s?['′’]\s?(\d{1,2}(?:[.,]\d)?)\s?(?:["″”]|''|′′)(?![\p{L}\p{N}])/gu,
      (_, feet: string, inches: string) =>
        `${feet} ${counted(foot, feet, lexicon)} ${inches} ${counted(inch, inches, lexicon)}`,
    )
    .replace(
      /(?<![\p{L}\p{N}.,:/])(\d{1,4}(?:[.,]\d{1,3})?)(″|")(?![\p{L}\p{N}])/gu,
      (match: string, value: string, sign: string, at: number, whole: string) => {
        for (; passed < at; passed++) if (whole[passed] === '"') open++;
        if (sign === '"' && open % 2 === 1) return match;
        passed = at + match.length;
        return `${value} ${counted(inch, isBeforeNoun([at, whole], match, lexicon) ? '1' : value, lexicon)}`;
      },
    )
    .replace(
      /(?<![\p{L}\p{N}.,:/°])(\d{1,3})(?:′|'(?=\s(?:tall|high|wide|long|deep|by|x|×|de haut|hoch|lang|breit)\b))(?![\p{L}\p{N}])/gu,
      (_, value: string) => `${value} ${counted(foot, value, lexicon)}`,
    );
}
