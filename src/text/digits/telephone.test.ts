import { describe, expect, it } from 'vitest';
import { toSpokenText } from '../spoken-text.ts';

describe('telephone numbers in English', () => {
  it.each([
    ['Call +1 (555) 123-4567.', 'Call plus 1, 5 5 5, 1 2 3, 4 5 6 7.'],
    ['(555) 123-4567', '5 5 5, 1 2 3, 4 5 6 7'],
    ['555-123-4567, 555.123.4567', '5 5 5, 1 2 3, 4 5 6 7, 5 5 5, 1 2 3, 4 5 6 7'],
    ['1-800-555-1234', '1, 8 0 0, 5 5 5, 1 2 3 4'],
    ['1-800-FLOWERS', '1, 8 0 0, FLOWERS'],
    ['Ring 555-1234.', 'Ring 5 5 5, 1 2 3 4.'],
    ['+44 20 7946 0958, 020 7946 0958', 'plus 4 4, 2 0, 7 9 4 6, 0 9 5 8, 0 2 0, 7 9 4 6, 0 9 5 8'],
    ['07700 900123', '0 7 7 0 0, 9 0 0 1 2 3'],
    ['Call 911 now. Dial 112.', 'Call 9 1 1 now. Dial 1 1 2.'],
    ['+49 (0)30 123456', 'plus 4 9, 3 0, 1 2 3 4 5 6'],
    ['Tel.: (030) 12 34 56', 'Tel.: 0 3 0, 1 2, 3 4, 5 6'],
    ['My number is 4155550123.', 'My number is 4 1 5 5 5 5 0 1 2 3.'],
  ])('says %j', (text, spoken) => {
    expect(toSpokenText(text, 'en')).toBe(spoken);
  });
});

describe('no telephone numbers', () => {
  it.each(['Call 100 people.', 'Text 5 friends.', 'Call me at 5.', 'In 2019 there were 1500 of them.'])(
    'keeps %j',
    (text) => {
      expect(toSpokenText(text, 'en')).toBe(text);
    },
  );
});

describe('telephone numbers in French', () => {
  it.each([
    ['Appelez le 01 23 45 67 89.', 'Appelez le 0 1, 2 3, 4 5, 6 7, 8 9.'],
    ['+33 6 12 34 56 78', 'plus 3 3, 6, 1 2, 3 4, 5 6, 7 8'],
    ['06.12.34.56.78, 0612345678', '0 6, 1 2, 3 4, 5 6, 7 8, 0 6 1 2 3 4 5 6 7 8'],
    ['0800 123 456', '0 8 0 0, 1 2 3, 4 5 6'],
  ])('says %j', (text, spoken) => {
    expect(toSpokenText(text, 'fr')).toBe(spoken);
  });
});

describe('telephone numbers in German', () => {
  it.each([
    ['Rufen Sie 030 1234567 an.', 'Rufen Sie 0 3 0, 1 2 3 4 5 6 7 an.'],
    ['+49 171 1234567, 0171/1234567', 'plus 4 9, 1 7 1, 1 2 3 4 5 6 7, 0 1 7 1, 1 2 3 4 5 6 7'],
    ['Wählen Sie 112.', 'Wählen Sie 1 1 2.'],
  ])('says %j', (text, spoken) => {
    expect(toSpokenText(text, 'de')).toBe(spoken);
  });
});
