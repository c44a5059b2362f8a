import { describe, expect, it } from 'vitest';
import { toSpokenText } from '../spoken-text.ts';

describe('numbers in English', () => {
  it.each([
    ['1e6 people, 1e3, 2.5e6', '1 million people, 1000, 2.5 million'],
    ['1.5e-3 g', '1.5 times 10 to the power of minus 3 grams'],
    ['3e8 m/s', '300000000 metres per second'],
    ['6.02e23', '6.02 times 10 to the power of 23'],
    ['5×10^3, 3 × 10⁸', '5 times 10 to the power of 3, 3 times 10 to the power of 8'],
    ['1,000,000 and 1 000 000 and 10 000', '1,000,000 and 1000000 and 10000'],
    ["1.000.000, 1.234,56 and 1'000'000", '1,000,000, 1,234.56 and 1,000,000'],
    ['3.14 and 3,14', '3.14 and 3.14'],
    ['12 000', '12000'],
  ])('says %j', (text, spoken) => {
    expect(toSpokenText(text, 'en')).toBe(spoken);
  });
});

describe('numbers in English that are right', () => {
  it.each(['1,234 people in 1984.', 'The 2024 model.', '0.5 and 1.0 of 12.', '1,2,3 go.'])('keeps %j', (text) => {
    expect(toSpokenText(text, 'en')).toBe(text);
  });
});

describe('numbers in French', () => {
  it.each([
    ['1e6, 12 000, 1 000 000', '1 million, 12000, 1000000'],
    ['3,14, 3.14, 1.234.567', '3,14, 3,14, 1234567'],
    ['version 2.5, Python 3.11', 'version 2.5, Python 3.11'],
    ['1,5e-3', '1,5 fois 10 puissance moins 3'],
  ])('says %j', (text, spoken) => {
    expect(toSpokenText(text, 'fr')).toBe(spoken);
  });
});

describe('numbers in German', () => {
  it.each([
    ['1e6, 12 000, 1.000.000, 1.234', '1 Million, 12000, 1000000, 1234'],
    ['3,14, 3.14', '3,14, 3,14'],
    ['Version 2.5', 'Version 2.5'],
    ['1,5e-3', '1,5 mal 10 hoch minus 3'],
  ])('says %j', (text, spoken) => {
    expect(toSpokenText(text, 'de')).toBe(spoken);
  });
});
