import { expect, it } from 'vitest';
import { leastCpuUs } from '../../test/support/growth.ts';
import { toSpokenText } from './spoken-text.ts';

/** A hostile text may take this many times as long as plain text of the same length. What is quadratic takes thousands. */
const MAX_RATIO = 50;

const PLAIN = 'At 5 it was late, and the rain fell on 3 roofs of the town. ';

const SIGNS = [
  ...'[](){}<>$|*_~`#&@^+-=/\\:;,.!?"\'%°§€¥¢½⅓²₂–—…•→【】†（）。、，🎉♪\u200d\u0301\u00a0\u202f\n\t01aA\ue001\u{f0000}',
];

const ROWS = [
  ...[
    '[a',
    '(a',
    '(a)',
    '[a]',
    '[1]',
    '<a',
    '*a',
    '*a ',
    '_a ',
    '|a',
    '![',
    '](',
    '](a',
    '- ',
    '\n- ',
    '\n|',
    '<td>',
    '<!--',
    '<script>',
  ],
  ...[
    '\\(',
    '\\[',
    '$$ ',
    '$1',
    '$x',
    ' $',
    '\\frac{',
    '\\a',
    '\\begin{align}',
    'x^',
    '^{',
    'x²',
    'H₂',
    'a=',
    'a - ',
    '1 + ',
    '√(',
  ],
  ...[
    '1 ',
    '1,',
    '1.',
    '1-',
    '1:',
    '1/',
    '1~',
    '1=',
    '1+',
    '+1',
    '0 1',
    '1 000 ',
    'x 000',
    '1e',
    '5"',
    "5'",
    '2026-11-28 ',
    '1/2 ',
    '1h00',
  ],
  ...[
    '1 km',
    '1 km/',
    '5 €',
    '$5-',
    '#1',
    '½',
    '~1',
    '12:30',
    '1:2:3:',
    'Louis X',
    'XV ',
    'call 1',
    'code 1 ',
    'PIN ',
    'A1',
    'A1B2-',
    '01 ',
  ],
  ...[
    'a@',
    '@a',
    'a.b@c',
    '&lt;',
    '&#1;',
    '&',
    'e.g.',
    'http://',
    'https://',
    'www.',
    '```',
    ':-)',
    '<3',
    ':a:',
    '^_^',
    '(^',
    '((',
    '))',
  ],
  ...['Smith, ', '(Smith, 2020', 'et al. ', '12 Aa ', 'Aa B', 'z. B. ', 'am 1. ', '.. ', '(0', 'de '],
];

/** How many times as long as plain text of the same length each row of the same signs takes. */
function ratios(units: readonly string[], length: number, language: string): [unit: string, ratio: number][] {
  const fill = (unit: string) => unit.repeat(Math.ceil(length / unit.length)).slice(0, length);
  const timeOf = (text: string) => leastCpuUs(() => void toSpokenText(text, language));
  const plainUs = timeOf(fill(PLAIN));
  return units.map((unit) => [unit, timeOf(fill(unit)) / plainUs]);
}

it('needs time in proportion to its length for 200 kB of any sign', () => {
  for (const [sign, ratio] of ratios(SIGNS, 200_000, 'en')) expect(ratio, JSON.stringify(sign)).toBeLessThan(MAX_RATIO);
}, 120_000);

it.each(['en', 'fr', 'de', 'sv'])(
  'needs time in proportion to its length for rows of marks, in %s',
  (language) => {
    for (const [row, ratio] of ratios(ROWS, 20_000, language))
      expect(ratio, JSON.stringify(row)).toBeLessThan(MAX_RATIO);
  },
  120_000,
);
