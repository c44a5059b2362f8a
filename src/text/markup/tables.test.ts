import { describe, expect, it } from 'vitest';
import { toSpokenText } from '../spoken-text.ts';

describe('tables', () => {
  it.each([
    ['|Mon|12|', 'Mon, 12.'],
    ['| Mon | 12 | sunny |', 'Mon, 12, sunny.'],
    ['Mon | 12 | sunny', 'Mon, 12, sunny.'],
    ['| Day | Temp |\n|-----|:----:|\n| Mon | 12 |\n| Tue | 14 °C |', 'Day, Temp. Mon, 12. Tue, 14 degrees Celsius.'],
    ['| Name | Price |\n| --- | ---: |\n| Tea | $2.50 |', 'Name, Price. Tea, 2 dollars 50.'],
    ['| a | | b |', 'a, b.'],
    ['| **Mon** | `x` |', 'Mon, x.'],
    ['| Is it? | Yes! |', 'Is it? Yes!'],
    ['│ Mon │ 12 │\n├─────┼────┤\n│ Tue │ 14 │', 'Mon, 12. Tue, 14.'],
    ['<table><tr><th>Day</th><th>T</th></tr><tr><td>Mon</td><td>12</td></tr></table>', 'Day, T. Mon, 12.'],
    ['a || b', 'a, b'],
    ['|---|---|', ''],
    ['| 1 | 2 |\nand 5 |x| 6', '1, 2. and 5, x, 6'],
  ])('says %j', (text, spoken) => {
    expect(toSpokenText(text, 'en')).toBe(spoken);
  });
});

describe('tables in a language without a lexicon', () => {
  it.each([['|Lun|12|\n|---|---|\n|Mar|14|', 'Lun, 12. Mar, 14.']])('says %j', (text, spoken) => {
    expect(toSpokenText(text, 'es')).toBe(spoken);
  });
});
