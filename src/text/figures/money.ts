import type { Money, Scale, SpokenLexicon } from '../lexicons/lexicon.ts';
import { anyOf, memo } from '../replacement.ts';
import { BEHIND_ONLY, CURRENCY_SIGNS } from './currency-signs.ts';
import {
  applyRules,
  counted,
  figureOf,
  isBeforeNoun,
  NOT_BEFORE,
  NUMBER,
  type Rule,
  sayFigure,
  sayWhole,
} from './number.ts';

/**
 * Says amounts of money with the names of their currency: $49.95 is 49 dollars 95, $0.99 is 99 cents, $5M is 5 million
 * dollars, $5-$10 is 5 to 10 dollars.
 */
export function sayMoney(text: string, lexicon: SpokenLexicon): string {
  return applyRules(text, rulesOf(lexicon));
}

interface Amount {
  readonly text: string;
  readonly scale: Scale | undefined;
}

const rulesOf = memo((lexicon: SpokenLexicon): readonly Rule[] => {
  const { scaleSigns, currencies, centSigns, per, units, minus } = lexicon;
  const codes = Object.keys(currencies).filter((code) => /^[A-Z]{3}$/.test(code));
  const all = [...Object.keys(CURRENCY_SIGNS), ...codes].filter((sign) => currencies[codeOf(sign)]);
  const front = anyOf(all.filter((sign) => !BEHIND_ONLY.has(sign)));
  const behind = anyOf(all);
  const attached = anyOf(Object.keys(scaleSigns).filter((sign) => sign.length < 4));
  const scale = String.raw`(?:\s?(${attached})(?!\p{L})\.?|\s(${anyOf(Object.keys(scaleSigns).filter((sign) => sign.length > 3))})(?!\p{L}))`;
  const dash = String.raw`\s?[-–—~〜]\s?|\s(?:to|à|bis)\s`;
  const perUnit = String.raw`(?:\s?\/\s?(\p{L}{1,12}[²³]?)(?![\p{L}\p{N}/]))?`;
  const words = String.raw`(?:\s(?:US |US-)?(?:dollars?|euros?|pounds?|bucks|yen|rupees|livres?|Dollar|Euro|Pfund)(?!\p{L}))?`;
  const end = String.raw`(?![\p{L}\p{N}]|[.,]\d)`;
  const amounts = `(${NUMBER}|\\.\\d{2})(?:${scale})?`;

  const say = (first: Amount, second: Amount | undefined, sign: string, unit: string | undefined, isNoun: boolean) => {
    const money = currencies[codeOf(sign)];
    if (!money) return '';
    const one = isNoun ? { ...money, name: [money.name[0], money.name[0]] as const } : money;
    const range = second ? sayRange(first, second, one, lexicon) : sayAmount(first, one, lexicon);
    return unit === undefined ? range : `${range} ${per} ${units[unit]?.[0] ?? unit}`;
  };
  const amount = (text: string | undefined, short: string | undefined, long: string | undefined): Amount | undefined =>
    text === undefined ? undefined : { text, scale: scaleSigns[short ?? ''] ?? scaleSigns[long ?? ''] };

  return [
    // 5,- and 5.–
    [/(?<=\d)[,.][-–—]{1,2}(?![\d\p{L}])/gu, () => ''],
    // A minus on either side of the sign.
    [new RegExp(String.raw`(?<=^|[\s(:,])[-−–]\s?(?=(?:${front})\s?\d)`, 'gu'), () => `${minus} `],
    [new RegExp(String.raw`(?<![\p{L}\p{N}])(${front})\s?[-−](?=\d)`, 'gu'), (_, sign = '') => `${minus} ${sign}`],
    [
      new RegExp(
        String.raw`(?<![\p{L}\p{N}$€£¥])(${front})\s?${amounts}(?:(?:[-–—~〜](?:\1\s?)?|\s(?:[-–—~〜]|to|à|bis)\s\1\s?)${amounts}(?![\p{L}\p{N}]))?${words}${perUnit}${end}`,
        'gu',
      ),
      (match, sign = '', one, oneShort, oneLong, two, twoShort, twoLong, unit, ...place) =>
        say(
          amount(one, oneShort, oneLong) as Amount,
          amount(two, twoShort, twoLong),
          sign,
          unit,
          isBeforeNoun(place, match, lexicon),
        ) || match,
    ],
    [
      new RegExp(
        String.raw`${NOT_BEFORE}${amounts}(?:\s?(?:${behind})?(?:${dash})${amounts})?\s?(${behind})${perUnit}(?![\p{L}\p{N}])`,
        'gu',
      ),
      (match, one, oneShort, oneLong, two, twoShort, twoLong, sign = '', unit) =>
        say(
          amount(european(one), oneShort, oneLong) as Amount,
          amount(european(two), twoShort, twoLong),
          sign,
          unit,
          false,
        ) || match,
    ],
    [
      new RegExp(
        String.raw`${NOT_BEFORE}(\d{1,2}(?:[.,]\d)?|\d{3})\s?(${anyOf(Object.keys(centSigns))})(?![\p{L}\p{N}])`,
        'gu',
      ),
      (match, value = '', sign = '') => {
        const cent = currencies[centSigns[sign] ?? '']?.cent;
        if (!cent || (sign === 'p' && value.length > 2)) return match;
        return `${value} ${counted(cent, value, lexicon)}`;
      },
    ],
  ];
});

/** A writer who puts the sign behind the amount separates thousands with a point. */
function european(text: string | undefined): string | undefined {
  return text?.replace(/^(\d{1,3})\.(\d{3})$/, '$1$2');
}

function codeOf(sign: string): string {
  return CURRENCY_SIGNS[sign] ?? sign;
}

function sayAmount({ text, scale }: Amount, { name, cent }: Money, lexicon: SpokenLexicon): string {
  const figure = figureOf(text, lexicon);
  const said = sayFigure(figure, lexicon);
  if (scale !== undefined) return `${said} ${lexicon.scaled(counted(lexicon.scales[scale], said, lexicon), name[1])}`;
  if (!cent || figure.decimals.length !== 2) return `${said} ${counted(name, said, lexicon)}`;
  const whole = sayWhole(figure, lexicon);
  const hundredths = String(Number(figure.decimals));
  const small = `${hundredths} ${counted(cent, hundredths, lexicon)}`;
  if (Number(figure.whole) === 0) return hundredths === '0' ? `0 ${name[1]}` : small;
  const large = `${whole} ${counted(name, whole, lexicon)}`;
  if (hundredths === '0') return large;
  return Number(hundredths) < 10 ? `${large} ${lexicon.and} ${small}` : `${large} ${hundredths}`;
}

/** The currency is named once where the first amount is a plain number or has the scale of the second. */
function sayRange(first: Amount, second: Amount, money: Money, lexicon: SpokenLexicon): string {
  const isPlain = first.scale === undefined && figureOf(first.text, lexicon).decimals.length !== 2;
  const end = sayAmount(second, money, lexicon);
  const figure = sayFigure(figureOf(first.text, lexicon), lexicon);
  if (isPlain || (first.scale === undefined && second.scale !== undefined)) return `${figure} ${lexicon.to} ${end}`;
  if (first.scale === undefined || second.scale === undefined)
    return `${sayAmount(first, money, lexicon)} ${lexicon.to} ${end}`;
  return `${figure} ${counted(lexicon.scales[first.scale], figure, lexicon)} ${lexicon.to} ${end}`;
}
