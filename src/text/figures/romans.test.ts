import { describe, expect, it } from 'vitest';
import { toSpokenText } from '../spoken-text.ts';

describe('Roman numerals and ordinals in English', () => {
  it.each([
    [
      'Louis XIV, Henry VIII, Elizabeth II, Charles I',
      'Louis the fourteenth, Henry the eighth, Elizabeth the second, Charles the first',
    ],
    ["Elizabeth II's crown", "Elizabeth the second's crown"],
    ['Chapter IV, Part V, Type I, World War II, Vol. II', 'Chapter 4, Part 5, Type 1, World War 2, Vol. 2'],
    ['Rocky IV, Apollo XI, Final Fantasy VII', 'Rocky 4, Apollo 11, Final Fantasy 7'],
    ['Super Bowl LVIII', 'Super Bowl 58'],
    ['the 1st, 2nd, 21st and 42nd', 'the first, second, twenty-first and 42nd'],
  ])('says %j', (text, spoken) => {
    expect(toSpokenText(text, 'en')).toBe(spoken);
  });
});

describe('what is no Roman numeral', () => {
  it.each(['Malcolm X has vitamin C on an IV drip.', 'I am. I, too.', 'A CD, a DVD, the iPhone X.', 'Charles I know.'])(
    'keeps %j',
    (text) => {
      expect(toSpokenText(text, 'en')).toBe(text);
    },
  );
});

describe('Roman numerals and ordinals in French', () => {
  it.each([
    ['Louis XIV, François Ier, chapitre IV, Napoléon III', 'Louis 14, François premier, chapitre 4, Napoléon 3'],
    [
      'XXIe siècle, XIXe siècle, le 3e et le 2ème',
      'vingt et unième siècle, dix-neuvième siècle, le troisième et le deuxième',
    ],
  ])('says %j', (text, spoken) => {
    expect(toSpokenText(text, 'fr')).toBe(spoken);
  });
});

describe('Roman numerals and ordinals in German', () => {
  it.each([
    ['Ludwig XIV., Heinrich VIII., Kapitel IV', 'Ludwig der Vierzehnte, Heinrich der Achte, Kapitel 4'],
    [
      'den 3. Platz, im 3. Stock, das 1. Mal, Der 2. Versuch',
      'den dritten Platz, im dritten Stock, das erste Mal, Der zweite Versuch',
    ],
    ['Ich habe 3. Du hast 4.', 'Ich habe 3. Du hast 4.'],
  ])('says %j', (text, spoken) => {
    expect(toSpokenText(text, 'de')).toBe(spoken);
  });
});
