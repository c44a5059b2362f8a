import { describe, expect, it } from 'vitest';
import { believable, isIdleTalk } from './believable.ts';

/** What a recogniser without partials says, of so much speech, with so much of it voiced. Milliseconds. */
function heard(
  text: string,
  speechMs: number,
  { voicedMs = speechMs, doubt = 0, isBlind = true, isVoice = true } = {},
): string {
  return believable({ text, doubt, isBlind }, { speechMs, voicedMs, isVoice });
}

describe('words that were really said', () => {
  it.each([
    ['Thank you.', 600, 0],
    ['Thank you.', 400, 0.1],
    ['you', 240, 0],
    ['Bye.', 300, 0.2],
    ['Okay.', 260, 0.5],
    ['Thanks for watching!', 900, 0],
    ['what time is it', 900, 0.9],
    ['what time is it', 900, 1],
    ['stop', 200, 0],
  ])('"%s" in %i ms, doubt %f', (text, speechMs, doubt) => expect(heard(text, speechMs, { doubt })).toBe(text));

  it('a short word of what may be a voice', () => {
    expect(heard('stop', 120, { isVoice: false, doubt: 0.4 })).toBe('stop');
    expect(heard('Yes.', 300, { isVoice: false })).toBe('Yes.');
  });

  it('a phrase from a recogniser that streams is believed: it makes up none', () => {
    expect(heard('thank you', 100, { isBlind: false })).toBe('thank you');
  });

  it('a loop is cut to one copy', () => {
    expect(heard('I like it. I like it. I like it. I like it. I like it. I like it.', 1_200)).toBe('I like it.');
  });
});

describe('words that were made up for a noise', () => {
  it.each([
    ['shorter than the phrase takes', 'Thank you.', 160, {}],
    ['much longer than the phrase takes', 'Thank you.', 3_000, {}],
    ['without a voice', 'Thank you.', 500, { voicedMs: 60 }],
    ['of what is no voice for sure', 'Thank you.', 500, { isVoice: false }],
    ['a word of agreement in some doubt, of what is no voice for sure', 'Okay.', 300, { isVoice: false, doubt: 0.35 }],
    ['doubted by the engine', 'Thank you.', 500, { doubt: 0.55 }],
    ['in some doubt, and too long', 'you', 900, { doubt: 0.4 }],
    ['a word of agreement in much doubt', 'Okay.', 300, { doubt: 0.85 }],
    ['credits of subtitles', 'Subtitles by the Amara.org community', 2_000, {}],
    ['any words in full doubt that do not fill the speech', 'and then he was', 6_000, { doubt: 1 }],
    ['a sound by its name', '*music*', 2_000, {}],
  ])('%s', (_, text, speechMs, more) => expect(heard(text, speechMs, more)).toBe(''));
});

describe('talk over an answer that is not worth interrupting it', () => {
  it.each([
    ['Thank you.', 300, true],
    ['Thank you.', 300, false],
    ['you', 200, false],
    ['okay', 300, false],
    ['Oh.', 200, false],
  ])('"%s" in %i ms, answer sounds: %s', (text, ms, isSounding) => expect(isIdleTalk(text, ms, isSounding)).toBe(true));

  it.each([
    ['stop', 300, true],
    ['no wait', 500, false],
    ['thank you that is enough', 1_200, true],
    ['Thanks for watching with me all the time', 2_000, true],
    ['okay', 300, true],
  ])('is none: "%s" in %i ms, answer sounds: %s', (text, ms, isSounding) =>
    expect(isIdleTalk(text, ms, isSounding)).toBe(false),
  );
});
