import type { Counted, SpokenLexicon } from './spoken-lexicon.ts';

/** A number as it is written, whatever stands between its digits. */
const NUMBER = String.raw`\d+(?:[.,]\d+)*`;

/** What a number may not follow: a part of a word, a date, a version, a time of day. */
const NOT_BEFORE = String.raw`(?<![\p{L}\p{N}_]|\d[.,:/])`;

/**
 * Says what stands beside numbers: units, money, percent, sums, 1st. Numbers themselves stay digits, which every voice can
 * read; dates, times of day, telephone numbers and versions stay as they are.
 */
export function sayNumbers(text: string, lexicon: SpokenLexicon): string {
  // Nearly every sentence of a conversation has no figure in it.
  return /[\d½¼¾=]/.test(text) ? rulesOf(lexicon).reduce((soFar, [from, to]) => soFar.replace(from, to), text) : text;
}

type Rule = readonly [RegExp, (match: string, ...groups: string[]) => string];

const RULES = new WeakMap<SpokenLexicon, readonly Rule[]>();

function rulesOf(lexicon: SpokenLexicon): readonly Rule[] {
  let rules = RULES.get(lexicon);
  if (!rules) {
    rules = [...numberRules(lexicon), ...moneyRules(lexicon), ...unitRules(lexicon), ...sumRules(lexicon)];
    RULES.set(lexicon, rules);
  }
  return rules;
}

function numberRules({ number, ordinals, fractions, spacedThousands }: SpokenLexicon): Rule[] {
  const spaced = /(?<![\p{L}\p{N}.,:/+-]|\d\s)[1-9]\d{0,2}(?:\s\d{3})+(?!\d|\s\d|[.:/]\d)/gu;
  return [
    ...(spacedThousands ? [[spaced, (match) => match.replace(/\s/g, '')] satisfies Rule] : []),
    [/(?<![\p{L}\p{N}&#])#(\d{1,4})(?![\p{L}\p{N}])/gu, (_, value = '') => `${number} ${value}`],
    [/(?<![\p{L}\p{N}.,:/-])\d{1,2}\p{L}{1,3}(?![\p{L}\p{N}])/gu, (match) => ordinals.get(match) ?? match],
    [
      /(\d?)\s?([½¼¾])/g,
      (match, before = '', sign = '') => {
        const [alone, behind] = fractions[sign] ?? [match, match];
        return before === '' ? ` ${alone}` : `${before} ${behind}`;
      },
    ],
  ];
}

function moneyRules(lexicon: SpokenLexicon): Rule[] {
  const signs = `[${Object.keys(lexicon.currencies).join('')}]`;
  const multiples = Object.keys(lexicon.multiples).join('|') || '(?!)';
  const before = String.raw`(?<![\p{L}\p{N}$€£¥])(${signs})\s?(${NUMBER})(?:(${multiples})|(\s(?:thousand|million|billion|trillion)))?(?![\p{L}\p{N}]|[.,]\d)`;
  const behind = String.raw`${NOT_BEFORE}(${NUMBER})\s?(${signs})(?![\p{L}\p{N}])`;
  return [
    [
      new RegExp(before, 'gu'),
      (_, sign = '', value = '', multiple = '', word = '') => {
        const scale = multiple ? ` ${lexicon.multiples[multiple] ?? multiple}` : (word ?? '');
        const name = lexicon.currencies[sign];
        return `${value}${scale} ${scale === '' ? counted(name, value, lexicon) : (name?.[1] ?? sign)}`;
      },
    ],
    [
      new RegExp(behind, 'gu'),
      (_, value = '', sign = '') => `${value} ${counted(lexicon.currencies[sign], value, lexicon)}`,
    ],
  ];
}

function unitRules(lexicon: SpokenLexicon): Rule[] {
  const names = Object.keys(lexicon.units).sort((a, b) => b.length - a.length);
  const unit = String.raw`${NOT_BEFORE}(${NUMBER})\s?(${names.join('|')})(?![\p{L}\p{N}_/²³'’-])(?:\.(?=\s\p{Ll}))?`;
  const degrees = String.raw`${NOT_BEFORE}(${NUMBER})\s?(?:°\s?([CF])?|([℃℉]))(?![\p{L}\p{N}])`;
  const scales: Readonly<Record<string, string>> = {
    C: ' Celsius',
    F: ' Fahrenheit',
    '℃': ' Celsius',
    '℉': ' Fahrenheit',
  };
  return [
    [
      new RegExp(degrees, 'gu'),
      (_, value = '', letter = '', sign = '') =>
        `${value} ${counted(lexicon.degrees, value, lexicon)}${scales[letter || sign] ?? ''}`,
    ],
    [new RegExp(unit, 'gu'), (_, value = '', name = '') => `${value} ${counted(lexicon.units[name], value, lexicon)}`],
    [/(\d)\s?%(?![\p{L}\p{N}])/gu, (_, digit = '') => `${digit} ${lexicon.percent}`],
  ];
}

/** In a sum a hyphen is a minus, and a stroke a division; elsewhere they are anything. */
function sumRules({ plus, minus, plusOrMinus, dividedBy, equals }: SpokenLexicon): Rule[] {
  const inSum = String.raw`(?=${NUMBER}\s?=)`;
  return [
    [/±\s?(?=\d)/g, () => `${plusOrMinus} `],
    [/(\d)\s?\+\s?(?=\d)/g, (_, digit = '') => `${digit} ${plus} `],
    [/(\d)\s?÷\s?(?=\d)/g, (_, digit = '') => `${digit} ${dividedBy} `],
    [new RegExp(String.raw`(\d)\s[-−]\s${inSum}`, 'g'), (_, digit = '') => `${digit} ${minus} `],
    [new RegExp(String.raw`(\d)\s?\/\s?${inSum}`, 'g'), (_, digit = '') => `${digit} ${dividedBy} `],
    [/([\p{L}\p{N})])\s?=\s?(?=[\p{L}\p{N}(−-])/gu, (_, before = '') => `${before} ${equals} `],
    [/(?<![\p{L}\p{N}]\s?)[-−](?=\d)|(?<=\p{L}\s)[-−](?=\d)/gu, () => `${minus} `],
  ];
}

function counted(names: Counted | undefined, value: string, { isOne }: SpokenLexicon): string {
  return names?.[isOne(value) ? 0 : 1] ?? '';
}
