import { describe, expect, it } from 'vitest';
import { isBackchannel, isComplete, saysTheSame, unfinished } from './utterance-text.ts';

describe('what is said', () => {
  const both = ['en', 'fr'];
  it.each(['i want um', 'Because,', 'well...', 'je voudrais euh', 'set a timer for —'])(
    'shows that the user thinks: "%s"',
    (text) => expect(unfinished(text, both)).toBe('hesitation'),
  );
  it.each(['tea and', 'give me the', 'du pain et', 'je ne viens pas car', 'Because'])('has no end yet: "%s"', (text) =>
    expect(unfinished(text, both)).toBe('closed_class'),
  );
  it.each([
    'what time is it',
    'I want tea.',
    '',
    'umbrella',
    'turn on the sand',
    'where is my car',
    'who is it for.',
    'turn it on',
    'c’est où',
    'qu’est-ce que c’est',
  ])('may be finished: "%s"', (text) => expect(unfinished(text, both)).toBeNull());

  it.each([
    ['en', 'i want a', 'um'],
    ['fr', 'je ne viens pas car', 'euh'],
    ['de', 'ich komme nicht weil', 'ähm'],
    ['es', 'quiero pan y', 'eh'],
    ['it', 'dove sono le chiavi di', 'ehm'],
    ['pt', 'onde fica a', 'hum'],
    ['nl', 'ik wil brood en', 'uhm'],
  ])('is judged in its language: %s, "%s"', (language, text, sound) => {
    expect(unfinished(text, [language])).toBe('closed_class');
    expect(unfinished(`${text} ${sound}`, [language])).toBe('hesitation');
    expect(unfinished(text, ['ja'])).toBeNull();
  });
  it.each([
    ['en', 'where is my car'],
    ['en', 'what is a pain'],
    ['en', 'turn off the den'],
    ['fr', 'il y a un an'],
    ['de', 'schalte das Licht ein'],
    ['de', 'mach das Licht an'],
    ['de', 'wie spät ist es'],
    ['de', 'was ist das'],
    ['nl', 'hoe laat is het'],
    ['nl', 'zet het licht aan'],
    ['es', 'qué hora es'],
    ['it', 'che ore sono'],
    ['pt', 'que horas são'],
  ])('may be finished in its language: %s, "%s"', (language, text) =>
    expect(unfinished(text, [language, 'en', 'fr', 'de', 'es', 'it', 'pt', 'nl'])).toBeNull(),
  );

  it.each(['What time is it?', 'Yes.', 'He said "no."', 'stop!'])('is complete: "%s"', (text) =>
    expect(isComplete(text)).toBe(true),
  );
  it.each(['what time is it', 'well...', ''])('is not known to be complete: "%s"', (text) =>
    expect(isComplete(text)).toBe(false),
  );

  it.each(['mhm', 'Yes.', 'uh-huh', 'I see', 'oh okay', 'oui'])('only shows that the user listens: "%s"', (text) =>
    expect(isBackchannel(text)).toBe(true),
  );
  it.each(['', 'stop', 'yes stop', 'no', 'yes yes yes yes', 'right now please'])('is meant: "%s"', (text) =>
    expect(isBackchannel(text)).toBe(false),
  );

  it('is compared without capitals and punctuation', () => {
    expect(saysTheSame('What time is it?', 'what  time is it')).toBe(true);
    expect(saysTheSame('What time is it?', 'what time was it')).toBe(false);
  });
});
