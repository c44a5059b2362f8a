import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toSpokenText } from './spoken-text.ts';

describe('toSpokenText', () => {
  it.each([
    { why: 'plain text', text: 'It is ten past three.', spoken: 'It is ten past three.' },
    { why: 'bold and italic', text: 'It is **very** _late_ and *dark*.', spoken: 'It is very late and dark.' },
    { why: 'a mark without its partner', text: '**It is very late.', spoken: 'It is very late.' },
    { why: 'snake case', text: 'Set max_tokens now.', spoken: 'Set max tokens now.' },
    { why: 'inline code', text: 'Type `npm start`.', spoken: 'Type npm start.' },
    { why: 'a code block', text: 'Try this: ```js\nlet a = 1;\n``` Done.', spoken: 'Try this: Done.' },
    { why: 'an open code block', text: 'Try this ```js\nlet a', spoken: 'Try this' },
    { why: 'a heading', text: '## The news', spoken: 'The news' },
    { why: 'a list', text: '- milk\n* bread\n• eggs', spoken: 'milk bread eggs' },
    { why: 'a quotation', text: '> to be', spoken: 'to be' },
    { why: 'a rule', text: 'One\n---\nTwo', spoken: 'One Two' },
    { why: 'a table', text: '| a | b |\n|---|:-:|\n| 1 | 2 |', spoken: 'a, b. 1, 2.' },
    { why: 'a link', text: 'See [the manual](https://a.example/b_(c)).', spoken: 'See the manual.' },
    { why: 'a picture', text: '![a cat](cat.png "the cat") sleeps', spoken: 'a cat sleeps' },
    { why: 'an address', text: 'See https://a.example/x?y=1. Bye.', spoken: 'See a link. Bye.' },
    { why: 'an address in angle brackets', text: 'See <https://a.example/>, please', spoken: 'See a link, please' },
    { why: 'www', text: 'Go to www.example.org!', spoken: 'Go to a link!' },
    { why: 'emojis', text: 'Hi 👋🏽 there 👩‍👩‍👧 🇫🇷 ☀️!', spoken: 'Hi there!' },
    { why: 'a keycap', text: 'Press 1️⃣ now', spoken: 'Press 1 now' },
    { why: 'curly quotes', text: '“It’s late,” she said.', spoken: '"It\'s late," she said.' },
    { why: 'guillemets', text: '«Bonjour»', spoken: '"Bonjour"' },
    { why: 'dashes', text: 'It is late — very late – you know', spoken: 'It is late, very late, you know' },
    { why: 'a dash at the end', text: 'It is —', spoken: 'It is' },
    { why: 'a range', text: 'from 5–6 pm', spoken: 'from 5 to 6 pm' },
    { why: 'a product', text: '2 * 3 is 6', spoken: '2 times 3 is 6' },
    { why: 'a minus sign', text: 'It is -5 degrees', spoken: 'It is minus 5 degrees' },
    { why: 'an ellipsis', text: 'Well… no', spoken: 'Well... no' },
    { why: 'HTML', text: 'One<br/>two <b>three</b>', spoken: 'One two three' },
    { why: 'a comparison', text: 'if 2 < 3 and 4 > 3', spoken: 'if 2 is less than 3 and 4 is greater than 3' },
    { why: 'stage directions', text: '[[h@l@U]] [cheerful] hi', spoken: 'h@l@U hi' },
    { why: 'control characters', text: 'a\u0000b\u001b[31mc\u200bd', spoken: 'a b 31mcd' },
    { why: 'whitespace', text: '  a \n\n b\u00a0c ', spoken: 'a b c' },
    { why: 'French', text: 'Ça va\u202f? Très bien\u00a0!', spoken: 'Ça va? Très bien!' },
    { why: 'only an emoji', text: '👍', spoken: '' },
    { why: 'only marks', text: '*** — …"', spoken: '' },
    { why: 'nothing', text: '', spoken: '' },
  ])('knows $why', ({ text, spoken }) => {
    expect(toSpokenText(text)).toBe(spoken);
  });

  it('keeps plain words as they are and says nothing twice', () => {
    const word = fc.stringMatching(/^[A-Za-zéü]{1,8}$/);
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 12 }), (words) => {
        expect(toSpokenText(words.join(' '))).toBe(words.join(' '));
      }),
    );
  });
});
