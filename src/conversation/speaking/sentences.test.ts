import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SentenceSplitter } from './sentences.ts';

/** The pieces of a text that arrives in tokens of a word each, as language models send it. */
function split(text: string, tokens: readonly string[] = text.match(/\s*\S+|\s+/g) ?? []): string[] {
  const splitter = new SentenceSplitter();
  return [...tokens.flatMap((token) => splitter.push(token)), ...splitter.flush()];
}

/** A first sentence that is over at once, so that the rest follows the rules of later pieces. */
const LATER = 'Yes. ';

const TABLE: readonly { why: string; text: string; pieces: string[] }[] = [
  { why: 'a single sentence', text: 'It is late.', pieces: ['It is late.'] },
  { why: 'no full stop at the end', text: 'It is late', pieces: ['It is late'] },
  { why: 'a short first sentence', text: 'Sure. I can tell you.', pieces: ['Sure.', 'I can tell you.'] },
  {
    why: 'a first comma far enough',
    text: 'As far as I know, it is late.',
    pieces: ['As far as I know,', 'it is late.'],
  },
  { why: 'no first comma too near', text: 'Well, it is late, I think.', pieces: ['Well, it is late,', 'I think.'] },
  { why: 'a first dash', text: 'That would be fine — I think so.', pieces: ['That would be fine —', 'I think so.'] },
  { why: 'no hyphen in a word', text: 'A well-known part-time singer.', pieces: ['A well-known part-time singer.'] },
  { why: 'no comma in a number', text: 'There are about 12,000 of them.', pieces: ['There are about 12,000 of them.'] },
  {
    why: 'no later comma',
    text: `${LATER}After all that was said, and done, it is late.`,
    pieces: ['Yes.', 'After all that was said, and done, it is late.'],
  },
  {
    why: 'short later sentences joined',
    text: `${LATER}No. Maybe. It is getting late now.`,
    pieces: ['Yes.', 'No. Maybe. It is getting late now.'],
  },
  {
    why: 'question and exclamation',
    text: `${LATER}Are you really sure about it? What a day it was! Fine.`,
    pieces: ['Yes.', 'Are you really sure about it?', 'What a day it was! Fine.'],
  },
  { why: 'mixed marks', text: 'Really?! Yes indeed, I do mean it.', pieces: ['Really?!', 'Yes indeed, I do mean it.'] },
  {
    why: 'titles',
    text: 'Ask Dr. Smith or Mrs. Jones. They know.',
    pieces: ['Ask Dr. Smith or Mrs. Jones.', 'They know.'],
  },
  {
    why: 'e.g. and i.e.',
    text: 'Take fruit, e.g. apples, i.e. something round.',
    pieces: ['Take fruit, e.g. apples,', 'i.e. something round.'],
  },
  { why: 'decimals', text: 'It costs 3.5 or 4.25 euros.', pieces: ['It costs 3.5 or 4.25 euros.'] },
  { why: 'a number at the end', text: 'I have 3. You have 4.', pieces: ['I have 3.', 'You have 4.'] },
  {
    why: 'countries',
    text: 'The U.S. President and the U.K. agree.',
    pieces: ['The U.S. President and the U.K. agree.'],
  },
  { why: 'initials', text: 'It was J. R. Tolkien. He wrote it.', pieces: ['It was J. R. Tolkien.', 'He wrote it.'] },
  { why: 'I at the end', text: 'So do I. That is nice.', pieces: ['So do I.', 'That is nice.'] },
  {
    why: 'an ellipsis within',
    text: 'Well... I think so... or not. Fine.',
    pieces: ['Well... I think so... or not.', 'Fine.'],
  },
  {
    why: 'an ellipsis at the end',
    text: 'Wait… Something moved over there.',
    pieces: ['Wait…', 'Something moved over there.'],
  },
  {
    why: 'a web address',
    text: 'See https://a.example/b.c?d=e.f&g=1. It helps.',
    pieces: ['See https://a.example/b.c?d=e.f&g=1.', 'It helps.'],
  },
  {
    why: 'a file name',
    text: 'Open main.ts and package.json. Then go.',
    pieces: ['Open main.ts and package.json.', 'Then go.'],
  },
  { why: 'the time of day', text: 'At 5 p.m. we leave. Be there.', pieces: ['At 5 p.m. we leave.', 'Be there.'] },
  {
    why: 'the time of day at the end',
    text: 'We leave at 5 p.m. Be there.',
    pieces: ['We leave at 5 p.m.', 'Be there.'],
  },
  { why: 'etc. at the end', text: 'Milk, bread, etc. Anything else?', pieces: ['Milk, bread, etc.', 'Anything else?'] },
  { why: 'No. as an answer', text: 'No. That is wrong.', pieces: ['No.', 'That is wrong.'] },
  { why: 'No. before a number', text: 'It is No. 5 in the list.', pieces: ['It is No. 5 in the list.'] },
  { why: 'No. before a small letter', text: 'Un fruit, p. ex. une pomme.', pieces: ['Un fruit, p. ex. une pomme.'] },
  { why: "c'est-à-dire", text: "C'est bon, c.-à-d. Paris. Oui.", pieces: ["C'est bon, c.-à-d. Paris.", 'Oui.'] },
  {
    why: 'ranks and mountains',
    text: 'Lt. Gen. Smith is on Mt. Blanc. Hi.',
    pieces: ['Lt. Gen. Smith is on Mt. Blanc.', 'Hi.'],
  },
  { why: 'degrees', text: 'She has a Ph.D. in physics. Good.', pieces: ['She has a Ph.D. in physics.', 'Good.'] },
  {
    why: 'who writes small',
    text: 'sure. go on then. it is fine by me.',
    pieces: ['sure.', 'go on then. it is fine by me.'],
  },
  { why: 'prices', text: 'It costs $3.50. That is fine.', pieces: ['It costs $3.50.', 'That is fine.'] },
  { why: 'who said it', text: '"Stop!" she said. Fine.', pieces: ['"Stop!" she said.', 'Fine.'] },
  { why: 'who said it, in French', text: '« Tu viens ? » dit-il. Oui.', pieces: ['« Tu viens ? » dit-il.', 'Oui.'] },
  { why: 'closing quotes', text: 'She said "Stop." Then she left.', pieces: ['She said "Stop."', 'Then she left.'] },
  {
    why: 'closing brackets',
    text: `${LATER}It rained (as it always does.) We stayed inside.`,
    pieces: ['Yes.', 'It rained (as it always does.)', 'We stayed inside.'],
  },
  {
    why: 'guillemets',
    text: `${LATER}Elle a dit « Bonjour à tous. » Puis elle partit.`,
    pieces: ['Yes.', 'Elle a dit « Bonjour à tous. »', 'Puis elle partit.'],
  },
  { why: 'spaced French marks', text: 'Ça va ? Oui, très bien, merci.', pieces: ['Ça va ?', 'Oui, très bien, merci.'] },
  {
    why: 'bold across',
    text: 'It is **very late.** Go to bed now.',
    pieces: ['It is **very late.**', 'Go to bed now.'],
  },
  { why: 'lines', text: 'A list\n- milk\n- bread and butter', pieces: ['A list', '- milk', '- bread and butter'] },
  { why: 'a numbered list', text: '1. Milk\n2. Bread', pieces: ['1. Milk', '2. Bread'] },
  { why: 'empty lines', text: 'One.\n\n\nTwo and a half.', pieces: ['One.', 'Two and a half.'] },
  { why: 'Chinese', text: '你好。今天天气很好。', pieces: ['你好。', '今天天气很好。'] },
  {
    why: 'a code fence',
    text: 'Try this: ```js\nlet a = 1. Then\n``` That is all.',
    pieces: ['Try this:', 'That is all.'],
  },
  { why: 'a fence that stays open', text: 'Try this. ```js\nlet a = 1;', pieces: ['Try this.'] },
  { why: 'nothing', text: ' \n ', pieces: [] },
  { why: 'Hindi', text: 'यह बहुत अच्छा है। मैं कल आऊँगा, ठीक है।', pieces: ['यह बहुत अच्छा है।', 'मैं कल आऊँगा, ठीक है।'] },
  { why: 'Hindi without spaces', text: 'यह अच्छा है।मैं कल आऊँगा॥ठीक है।', pieces: ['यह अच्छा है।', 'मैं कल आऊँगा॥ठीक है।'] },
  { why: 'Arabic', text: 'هل أنت بخير؟نعم، أنا بخير.', pieces: ['هل أنت بخير؟', 'نعم، أنا بخير.'] },
  { why: 'Urdu', text: 'یہ اچھا ہے۔میں کل آؤں گا۔', pieces: ['یہ اچھا ہے۔', 'میں کل آؤں گا۔'] },
  {
    why: 'Japanese quotes',
    text: 'これはペンです。「はい。」と言った。',
    pieces: ['これはペンです。', '「はい。」と言った。'],
  },
  { why: 'wide marks', text: '你想去吗？走吧！好的。', pieces: ['你想去吗？', '走吧！好的。'] },
  {
    why: 'narrow marks before Chinese',
    text: '好!我们一起去公园散步吧.走',
    pieces: ['好!', '我们一起去公园散步吧.', '走'],
  },
  { why: 'Khmer and Burmese', text: 'ខ្ញុំស្រឡាញ់អ្នក។ဟုတ်ကဲ့။', pieces: ['ខ្ញុំស្រឡាញ់អ្នក។', 'ဟုတ်ကဲ့။'] },
  { why: 'an ellipsis before a capital', text: 'Wait…Something moved.', pieces: ['Wait…', 'Something moved.'] },
  { why: 'an ellipsis in a word', text: 'Well…no, I think not.', pieces: ['Well…no, I think not.'] },
  { why: 'an interrobang', text: 'What‽Go now.', pieces: ['What‽', 'Go now.'] },
  { why: 'a first wide comma', text: '今天天气很好，我们去公园吧。', pieces: ['今天天气很好，', '我们去公园吧。'] },
  { why: 'a formula', text: 'It is \\(a. b\\) and so on. Fine.', pieces: ['It is \\(a. b\\) and so on.', 'Fine.'] },
  {
    why: 'a formula in lines',
    text: 'So:\n$$\na. B\n= c\n$$\nThat is it.',
    pieces: ['So:', '$$\na. B\n= c\n$$', 'That is it.'],
  },
  { why: 'a formula in dollars', text: 'Take $x, y. Z$ now. Good.', pieces: ['Take $x, y. Z$ now.', 'Good.'] },
  {
    why: 'an environment',
    text: 'So \\begin{align}a. B\nc\\end{align} it is. Fine.',
    pieces: ['So \\begin{align}a. B\nc\\end{align} it is.', 'Fine.'],
  },
  { why: 'a price', text: 'It costs $5. That is it.', pieces: ['It costs $5.', 'That is it.'] },
  {
    why: 'a stage direction',
    text: '*smiles. Then waves* Hello there. Hi.',
    pieces: ['*smiles. Then waves* Hello there.', 'Hi.'],
  },
  { why: 'a stage direction that is over', text: '*Smiles.* Hello there.', pieces: ['*Smiles.*', 'Hello there.'] },
  {
    why: 'a stage direction with a comma',
    text: '(chuckles softly, nodding) Sure.',
    pieces: ['(chuckles softly, nodding) Sure.'],
  },
  { why: 'a smiley', text: 'Oh no :( That is sad. Really so.', pieces: ['Oh no :( That is sad.', 'Really so.'] },
  {
    why: 'rows of a table',
    text: '| Mon. A | 1 |\n| Tue. B | 2 |\nDone.',
    pieces: ['| Mon. A | 1 |', '| Tue. B | 2 |', 'Done.'],
  },
  {
    why: 'a row in HTML',
    text: '<tr><td>Mon. A</td>\n<td>1</td></tr>\nDone.',
    pieces: ['<tr><td>Mon. A</td>\n<td>1</td></tr>', 'Done.'],
  },
  { why: 'a tag', text: 'See <a title="A. B">it</a> now. Fine.', pieces: ['See <a title="A. B">it</a> now.', 'Fine.'] },
  {
    why: 'an entity',
    text: 'Here are Tom &amp; Jerry, my friends.',
    pieces: ['Here are Tom &amp; Jerry,', 'my friends.'],
  },
  {
    why: 'a link',
    text: 'See [A. B](https://a.example) now. Fine.',
    pieces: ['See [A. B](https://a.example) now.', 'Fine.'],
  },
  { why: 'inline code', text: 'Use `a. B` now. Fine.', pieces: ['Use `a. B` now.', 'Fine.'] },
  { why: 'a citation', text: 'It is 【4†a. B】so. Fine.', pieces: ['It is 【4†a. B】so.', 'Fine.'] },
  {
    why: 'a star that does not close',
    text: 'Take 2 * 3. Then *go. Fine.\nYes.',
    pieces: ['Take 2 * 3.', 'Then *go. Fine.', 'Yes.'],
  },
  {
    why: 'German abbreviations',
    text: 'Obst, z. B. Äpfel, d. h. bzw. ca. 5. Gut.',
    pieces: ['Obst, z. B. Äpfel,', 'd. h. bzw. ca. 5. Gut.'],
  },
  {
    why: 'German dates',
    text: 'Am 28. November ist es. Am 3. Mai auch. Ja.',
    pieces: ['Am 28. November ist es.', 'Am 3. Mai auch. Ja.'],
  },
  { why: 'German ordinals', text: 'Er hat den 3. Platz. Gut.', pieces: ['Er hat den 3. Platz.', 'Gut.'] },
];

describe('SentenceSplitter', () => {
  it.each(TABLE)('knows $why', ({ text, pieces }) => {
    expect(split(text)).toEqual(pieces);
  });

  it.each(TABLE)('gives the same for $why, character by character', ({ text, pieces }) => {
    expect(split(text, [...text])).toEqual(pieces);
  });

  it('gives the first sentence as soon as it is plain', () => {
    const splitter = new SentenceSplitter();
    expect(splitter.push('It is')).toEqual([]);
    expect(splitter.push(' late.')).toEqual([]);
    expect(splitter.push(' Go')).toEqual(['It is late.']);
    expect(splitter.flush()).toEqual(['Go']);
  });

  it('goes on before a small letter that comes with the space, but does not wait for it', () => {
    expect(split('The temp. is 20. Fine.')).toEqual(['The temp. is 20.', 'Fine.']);
    expect(new SentenceSplitter().push('It is late. ')).toEqual(['It is late.']);
  });

  it('cuts a run-on at a space', () => {
    const pieces = split(`${LATER}${'and so on '.repeat(100)}`);
    expect(pieces.length).toBeGreaterThan(4);
    for (const piece of pieces) expect(piece.length).toBeLessThanOrEqual(200);
    expect(pieces.join(' ')).toBe(`${LATER}${'and so on '.repeat(100)}`.trim());
  });

  it('keeps a long address whole, and bounds what has no space at all', () => {
    const address = `https://a.example/${'x'.repeat(400)}`;
    expect(split(`Look at ${address} and tell me.`)).toContain(address);
    expect(Math.max(...split('x'.repeat(5_000), ['x'.repeat(2_500), 'x'.repeat(2_500)]).map((p) => p.length))).toBe(
      1_000,
    );
  });

  it('cuts text without spaces into pieces of sane length, between words', () => {
    const texts = {
      Chinese: '这是一个非常长的没有任何标点符号的句子'.repeat(30),
      Thai: 'สวัสดีครับวันนี้อากาศดีมากเราไปเดินเล่นที่สวนสาธารณะกันเถอะ'.repeat(20),
      Khmer: 'ខ្ញុំស្រឡាញ់ប្រទេសកម្ពុជាណាស់ហើយចង់ទៅទស្សនាអង្គរវត្ត'.repeat(20),
      Lao: 'ສະບາຍດີມື້ນີ້ອາກາດດີຫຼາຍພວກເຮົາໄປຍ່າງຫຼິ້ນ'.repeat(20),
    };
    for (const [why, text] of Object.entries(texts)) {
      const pieces = split(text, [...text]);
      expect(pieces.join(''), why).toBe(text);
      for (const piece of pieces) expect(piece.length, why).toBeLessThanOrEqual(200);
      // Where Khmer and Lao words end depends on what follows, so there only characters are kept whole.
      const granularity = why === 'Chinese' || why === 'Thai' ? 'word' : 'grapheme';
      const words = [...new Intl.Segmenter(undefined, { granularity }).segment(text)].map(({ index }) => index);
      let at = 0;
      for (const piece of pieces.slice(0, -1)) {
        at += piece.length;
        expect(words, why).toContain(at);
      }
    }
  });

  it('cuts a long Chinese sentence at a comma', () => {
    const clause = '我们今天一起去公园散步、吃饭、聊天';
    const pieces = split(`好。${`${clause}，`.repeat(10)}`);
    for (const piece of pieces.slice(1)) {
      expect(piece.length).toBeLessThanOrEqual(75);
      expect(piece).toMatch(/[，、]$/);
    }
  });

  it('never cuts inside a character', () => {
    const family = '👩‍👩‍👧‍👦';
    const long = [...`${family.repeat(200)}${'ก็'.repeat(500)}${'é'.repeat(1_500)}${'𠮷'.repeat(300)}`];
    const graphemes = (text: string) => [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment);
    const pieces = split('', long);
    expect(pieces.flatMap(graphemes)).toEqual(graphemes(long.join('')));
  });

  it('keeps a span that does not close within a bound', () => {
    for (const open of ['$$', '\\(', '\\[', '\\begin{align}', '*', '_', '(', '[', '`', '$x', '<a ', '| ', '【']) {
      const splitter = new SentenceSplitter();
      const given = splitter.push(`${open}${'and so on. Then it goes '.repeat(100)}`);
      expect(given.length, open).toBeGreaterThan(3);
    }
  });

  it('is as new after flush', () => {
    const splitter = new SentenceSplitter();
    splitter.push('Here is ```code');
    splitter.flush();
    expect(splitter.push('Sure. Go on')).toEqual(['Sure.']);
  });

  it.each<{ text: string; pieces: string[]; stump: string }>([
    { text: 'Once there was a king. And then the', pieces: ['Once there was a king.'], stump: 'And then the' },
    { text: 'Sure. He had a horse. It was old. And', pieces: ['Sure.', 'He had a horse. It was old.'], stump: 'And' },
    { text: 'Sure. He had a horse.', pieces: ['Sure.', 'He had a horse.'], stump: '' },
    { text: 'And then the', pieces: [], stump: 'And then the' },
    { text: 'Sure. I saw Dr.', pieces: ['Sure.'], stump: 'I saw Dr.' },
    { text: 'Sure. There are apples, pears, etc.', pieces: ['Sure.', 'There are apples, pears, etc.'], stump: '' },
    { text: 'It costs 3.50 today. It will be 4.', pieces: ['It costs 3.50 today.', 'It will be 4.'], stump: '' },
    { text: 'He said: "Stop!" Then he', pieces: ['He said: "Stop!"'], stump: 'Then he' },
    { text: 'Two things:\n- a spoon\n- a for', pieces: ['Two things:', '- a spoon'], stump: '- a for' },
    { text: 'sure. it is fine. and', pieces: ['sure.', 'it is fine.'], stump: 'and' },
    { text: '你好。我很好。我是', pieces: ['你好。', '我很好。'], stump: '我是' },
    { text: 'As far as I know, it is late and the', pieces: ['As far as I know,'], stump: 'it is late and the' },
    { text: 'Here it is:\n```js\nlet x = 1. And', pieces: ['Here it is:'], stump: '' },
    { text: 'Sure. ', pieces: ['Sure.'], stump: '' },
    { text: '', pieces: [], stump: '' },
  ])('gives what is whole of a text that was cut: $text', ({ text, pieces, stump }) => {
    const splitter = new SentenceSplitter();
    const before = (text.match(/\s*\S+|\s+/g) ?? []).flatMap((token) => splitter.push(token));
    const rest = splitter.flushWhole();
    expect([...before, ...rest.pieces]).toEqual(pieces);
    expect(rest.stump).toBe(stump);
    expect(splitter.push('Sure. Go on')).toEqual(['Sure.']);
  });

  it('gives the same pieces however the text is cut into tokens', () => {
    const unit = fc.constantFrom(
      ...[
        'a',
        'B',
        'I',
        'Mai',
        '3',
        ' ',
        ' ',
        '. ',
        '.',
        ',',
        '!',
        '? ',
        '…',
        '\n',
        '"',
        '—',
        '。',
        '，',
        '।',
        '؟',
        '你',
        'ก',
      ],
      ...[
        'e.g. ',
        'Dr. ',
        'z. B.',
        '```',
        '`',
        '*',
        '**',
        '_',
        '(',
        ')',
        '[',
        ']',
        '$',
        '$$',
        '\\(',
        '\\)',
        '<',
        '>',
        '| ',
        '&amp;',
      ],
      ...['👩‍👩‍👧', '𠮷', '\u0301', '\u200d', '«', '»', 'and so it goes on '],
    );
    fc.assert(
      fc.property(
        fc.array(unit, { maxLength: 80 }),
        fc.array(fc.nat({ max: 9 }), { minLength: 1, maxLength: 10 }),
        (units, lengths) => {
          const text = units.join('');
          const tokens: string[] = [];
          // Anywhere, also within a character.
          for (let at = 0, index = 0; at < text.length; index++) {
            const length = 1 + (lengths[index % lengths.length] ?? 0);
            tokens.push(text.slice(at, at + length));
            at += length;
          }
          expect(split('', tokens)).toEqual(split('', [text]));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('loses and invents nothing, whatever the tokens', () => {
    const unit = fc.constantFrom(
      'a',
      'B',
      'I',
      '3',
      ' ',
      ' ',
      '.',
      ',',
      '!',
      '…',
      '\n',
      '"',
      '—',
      '。',
      'e.g. ',
      'Dr. ',
    );
    fc.assert(
      fc.property(fc.array(fc.string({ unit, maxLength: 12 }), { maxLength: 60 }), (tokens) => {
        const pieces = split('', tokens);
        expect(pieces.join('').replace(/\s/g, '')).toBe(tokens.join('').replace(/\s/g, ''));
        for (const piece of pieces) expect(piece.trim()).toBe(piece);
        expect(pieces).not.toContain('');
        const cut = new SentenceSplitter();
        const before = tokens.flatMap((token) => cut.push(token));
        const { pieces: rest, stump } = cut.flushWhole();
        expect([...before, ...rest, stump].join('').replace(/\s/g, '')).toBe(tokens.join('').replace(/\s/g, ''));
      }),
    );
  });
});
