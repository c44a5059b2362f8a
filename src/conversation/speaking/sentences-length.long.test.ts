import { expect, it } from 'vitest';
import { leastCpuUs } from '../../../test/support/growth.ts';
import { SentenceSplitter } from './sentences.ts';

function split(tokens: readonly string[]): void {
  const splitter = new SentenceSplitter();
  for (const token of tokens) splitter.push(token);
  splitter.flush();
}

it('needs time in proportion to the length of a hostile text', () => {
  const units = [
    ...[
      '[',
      ']',
      '(',
      '{',
      '<',
      '$',
      '|',
      '*',
      '_',
      '`',
      '&',
      '\\',
      '.',
      ',',
      '!',
      '"',
      '，',
      '。',
      '…',
      '你',
      'x',
      ' ',
      '\n',
      '1',
    ],
    ...['$$', '\\(', '<a', '[a', '*a', '\n|', '&a', 'Dr. ', '! ', '"! ', '3. ', 'z. ', '```', '\\begin{', '\ud83d'],
  ];
  const timeUs = (text: string) => leastCpuUs(() => split(text.match(/[\s\S]{1,5}/g) ?? []));
  const fill = (unit: string) => unit.repeat(100_000 / unit.length);
  const plain = fill('At 5 it was late, and the rain fell on 3 roofs of the town. ');
  const plainUs = timeUs(plain);
  for (const unit of units) expect(timeUs(fill(unit)) / plainUs, JSON.stringify(unit)).toBeLessThan(50);
});
