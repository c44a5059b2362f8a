import { describe, expect, it } from 'vitest';
import { toSpokenText } from '../spoken-text.ts';

describe('dates in English', () => {
  it.each([
    ['On 2026-11-28.', 'On November 28, 2026.'],
    ['2026/11/28, 28/11/2026, 11/28/2026', 'November 28, 2026, November 28, 2026, November 28, 2026'],
    ['28.11.2026, 28-11-2026', 'November 28, 2026, November 28, 2026'],
    ['03/04/2026, 3/4/26', 'March 4, 2026, March 4, 2026'],
    ['2026-11-28T14:05:09Z', 'November 28, 2026, 14 oh 5 and 9 seconds UTC'],
    ['on 11/28, in 11/2026', 'on November 28, in November 2026'],
    ['2026-11-28 – 2026-12-01', 'November 28, 2026 to December 1, 2026'],
    ['Nov 28, 28 Nov, Sept. 5', 'November 28, 28 November, September 5'],
    ['It is 3/4 cup.', 'It is three quarters cup.'],
  ])('says %j', (text, spoken) => {
    expect(toSpokenText(text, 'en')).toBe(spoken);
  });
});

describe('what is no date', () => {
  it.each(['On 2024-02-30 or 31/02/2024.', 'Version 1.2.3 of it.', 'In 2026.'])('keeps %j', (text) => {
    expect(toSpokenText(text, 'en')).toBe(text);
  });
});

describe('dates in British English', () => {
  it.each([
    ['03/04/2026 and 2026-11-28', '3 April 2026 and 28 November 2026'],
    ['11/28/2026', '28 November 2026'],
  ])('says %j', (text, spoken) => {
    expect(toSpokenText(text, 'en-GB')).toBe(spoken);
  });
});

describe('dates in French', () => {
  it.each([
    ['le 28/11/2026, 2026-11-28, 28.11.2026', 'le 28 novembre 2026, 28 novembre 2026, 28 novembre 2026'],
    ['01/04/2026', 'premier avril 2026'],
    ['11/28/2026', '28 novembre 2026'],
    ['le 28/11, le 28 nov.', 'le 28 novembre, le 28 novembre'],
  ])('says %j', (text, spoken) => {
    expect(toSpokenText(text, 'fr')).toBe(spoken);
  });
});

describe('dates in German', () => {
  it.each([
    ['am 28.11.2026, 2026-11-28', 'am achtundzwanzigsten November 2026, achtundzwanzigster November 2026'],
    [
      'vom 1.4.2026, der 28.11., seit dem 5.3.',
      'vom ersten April 2026, der achtundzwanzigste November, seit dem fünften März.',
    ],
    ['Am 3.10. ist frei.', 'Am dritten Oktober ist frei.'],
    ['am 3. Oktober, Freitag, 5. Mai', 'am dritten Oktober, Freitag, fünften Mai'],
    ['Es kostet 3.10 heute.', 'Es kostet 3,10 heute.'],
  ])('says %j', (text, spoken) => {
    expect(toSpokenText(text, 'de')).toBe(spoken);
  });
});

describe('dates in a language without a lexicon', () => {
  it.each(['El 2026-11-28.', 'El 28/11/2026.'])('keeps %j', (text) => {
    expect(toSpokenText(text, 'es')).toBe(text);
  });
});
