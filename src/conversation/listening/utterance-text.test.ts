import { describe, expect, it } from 'vitest';
import { hesitates, isBackchannel, isComplete, saysTheSame } from './utterance-text.ts';

describe('what is said', () => {
  it.each(['i want um', 'tea and', 'Because,', 'well...', 'give me the', 'je voudrais euh', 'du pain et'])(
    'is not finished: "%s"',
    (text) => expect(hesitates(text)).toBe(true),
  );
  it.each(['what time is it', 'I want tea.', '', 'umbrella', 'turn on the sand'])('may be finished: "%s"', (text) =>
    expect(hesitates(text)).toBe(false),
  );

  it.each(['What time is it?', 'Yes.', 'He said "no."', 'stop!'])('is complete: "%s"', (text) =>
    expect(isComplete(text)).toBe(true),
  );
  it.each(['what time is it', 'well...', ''])('is not known to be complete: "%s"', (text) =>
    expect(isComplete(text)).toBe(false),
  );

  it.each(['mhm', 'Yes.', 'uh-huh', 'I see', 'oh okay', 'oui'])('only shows that somebody listens: "%s"', (text) =>
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
