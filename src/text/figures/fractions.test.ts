import { describe, expect, it } from 'vitest';
import { toSpokenText } from '../spoken-text.ts';

describe('fractions in English', () => {
  it.each([
    ['⅓, ½, ¾, ⅝', 'one third, one half, three quarters, five eighths'],
    ['2½, 2⅓, 1 ½', '2 and a half, 2 and a third, 1 and a half'],
    ['1/2 hour, 3/4 cup, 2/3 of it', 'one half hour, three quarters cup, two thirds of it'],
    ['1 1/2 cups', '1 and a half cups'],
    ['3⁄4', 'three quarters'],
    ['7/10, 9/10', '7 out of 10, 9 out of 10'],
    ['rated 4/5, 5/5 stars', 'rated 4 out of 5, 5 out of 5 stars'],
    ['24/7', '24 7'],
    ['7/16 inch, ¼ tsp, 3/4"', '7 over 16 inch, one quarter teaspoon, three quarters inch'],
    ['9.5/10', '9.5 out of 10'],
  ])('says %j', (text, spoken) => {
    expect(toSpokenText(text, 'en')).toBe(spoken);
  });
});

describe('what is no fraction', () => {
  it.each(['It was 9/11.', 'It is 22/7 or so.'])('keeps %j', (text) => {
    expect(toSpokenText(text, 'en')).toBe(text);
  });
});

describe('fractions in French', () => {
  it.each([
    ['⅓, ½, 2½, 3/4 de litre', 'un tiers, un demi, 2 et demi, trois quarts de litre'],
    ['7/10, note 4/5', '7 sur 10, note 4 sur 5'],
  ])('says %j', (text, spoken) => {
    expect(toSpokenText(text, 'fr')).toBe(spoken);
  });
});

describe('fractions in German', () => {
  it.each([
    ['⅓, ½, 2½, 3/4 Liter', 'ein Drittel, ein halb, 2 einhalb, drei Viertel Liter'],
    ['1½ Stunden, 7/10', 'eineinhalb Stunden, 7 von 10'],
  ])('says %j', (text, spoken) => {
    expect(toSpokenText(text, 'de')).toBe(spoken);
  });
});
