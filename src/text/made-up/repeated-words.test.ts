import { describe, expect, it } from 'vitest';
import { compressionRatio, withoutLoops } from './repeated-words.ts';

describe('a text that says the same again and again', () => {
  it.each([
    ['the the the the', 'the'],
    ['Okay. Okay. Okay. Okay.', 'Okay.'],
    ['Okay. Okay. Okay.', 'Okay.'],
    ["I'm going to go. I'm going to go. I'm going to go.", "I'm going to go."],
    ['What time is it it it it it', 'What time is it'],
    ['Thank you. Thank you. Thank you. What time is it?', 'Thank you. What time is it?'],
    ['you and me and you and me and you and me and', 'you and me and'],
    ['はい、はい、はい、はい、はい', 'はい'],
    ['谢谢谢谢谢谢谢谢谢谢', '谢谢'],
    [Array(60).fill('and then').join(' '), 'and then'],
  ])('is cut to one copy: "%s"', (text, cut) => expect(withoutLoops(text)).toEqual({ text: cut, wasLoop: true }));

  it('is dropped when no copy can be told from the next, as Whisper would', () => {
    const text = Array.from({ length: 60 }, (_, index) => `go on and on ${'abcd'[index % 4]}`).join(' ');
    expect(withoutLoops(text)).toEqual({ text: '', wasLoop: true });
  });

  it.each([
    'no no no',
    'stop stop stop',
    'very very very good',
    'my number is five five five five one two one two one two',
    'call 5 5 5 5 1 1 1 1',
    'bye bye',
    'row row row your boat gently down the stream',
    'what is the weather in Paris today and what is the weather in London today',
    'ha ha ha',
    'ママ、パパ',
    '',
  ])('may be said: "%s"', (text) => expect(withoutLoops(text)).toEqual({ text, wasLoop: false }));

  it('is measured as Whisper measures it', () => {
    expect(compressionRatio('')).toBe(0);
    expect(compressionRatio('what time is it')).toBeLessThan(1);
    expect(compressionRatio('Okay. '.repeat(40))).toBeGreaterThan(2.4);
  });
});
