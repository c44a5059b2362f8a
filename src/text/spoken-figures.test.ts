import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toSpokenText } from './spoken-text.ts';

describe('in English, toSpokenText', () => {
  it.each([
    ['It is 3.5 km away.', 'It is 3.5 kilometres away.'],
    ['1 km or 1,000 m?', '1 kilometre or 1,000 metres?'],
    ['about 5-6 km', 'about 5 to 6 kilometres'],
    ['from 5–6 km', 'from 5 to 6 kilometres'],
    ['120km/h, or 75 mph', '120 kilometres per hour, or 75 miles per hour'],
    ['500g of flour and 2 kg of sugar', '500 grams of flour and 2 kilograms of sugar'],
    ['Wait 5 min. or so', 'Wait 5 minutes or so'],
    ['Wait 5 min.', 'Wait 5 minutes.'],
    ['80 m² with 2.4 GHz', '80 square metres with 2.4 gigahertz'],
    [
      "It is 20°C, 20 °C or 68° F; that's 1°",
      "It is 20 degrees Celsius, 20 degrees Celsius or 68 degrees Fahrenheit; that's 1 degree",
    ],
    ['It is −5 °C, -5 in town', 'It is minus 5 degrees Celsius, minus 5 in town'],
    ['5 % of 100%', '5 percent of 100 percent'],
    ['That is $12.50.', 'That is 12 dollars 50.'],
    ['On 2026-10-05, 05/10/2026 or 5.10.2026.', 'On October 5, 2026, May 10, 2026 or October 5, 2026.'],
    ['Call 555-1234 or +33 6 12 34 56 78.', 'Call 5 5 5, 1 2 3 4 or plus 3 3, 6, 1 2, 3 4, 5 6, 7 8.'],
    ['Ask at 192.168.1.1.', 'Ask at 1 9 2 dot 1 6 8 dot 1 dot 1.'],
    ['About 1/2 of it.', 'About one half of it.'],
    ['**$1**, €5, £3 or 5€', '1 dollar, 5 euros, 3 pounds or 5 euros'],
    ['$1,000 and $5 million', '1,000 dollars and 5 million dollars'],
    ['worth $3k or $2.5bn', 'worth 3 thousand dollars or 2.5 billion dollars'],
    ['2 + 3 = 5', '2 plus 3 equals 5'],
    ['2+3=5 and x = 10', '2 plus 3 equals 5 and x equals 10'],
    ['10 - 4 = 6, 10 ÷ 2 = 5, 9/3 = 3', '10 minus 4 equals 6, 10 divided by 2 equals 5, 9 divided by 3 equals 3'],
    ['2 × 3', '2 times 3'],
    ['~50 people, ≈ $5', 'about 50 people, about 5 dollars'],
    ['20 ±2', '20 plus or minus 2'],
    ['the 1st, 2nd, 3rd, 11th, 12th and 21st', 'the first, second, third, eleventh, twelfth and twenty-first'],
    ['½ a cup, 2½ cups', 'one half a cup, 2 and a half cups'],
    ['#1 and No. 5', 'number 1 and number 5'],
    ['Tom & Jerry, R&D, &amp; more', 'Tom and Jerry, R and D, and more'],
    ['fruit, e.g. apples, i.e. food', 'fruit, for example apples, that is food'],
    ['E.g., apples', 'For example, apples'],
    ['milk, etc. and so on', 'milk, et cetera and so on'],
    ['milk, etc. Then go', 'milk, et cetera. Then go'],
    ['milk, etc.', 'milk, et cetera.'],
    ['cats vs. dogs, w/o me', 'cats versus dogs, without me'],
    ['Call `get_name()` now', 'Call get name now'],
    ['A → B', 'A, B'],
  ])('says %s', (text, spoken) => {
    expect(toSpokenText(text)).toBe(spoken);
  });

  it.each([
    'At 10:30, or 22:15.',
    'It is version 1.2.3, or v2.5.',
    'In the 1980s, at 4K, over 5G, in 3D.',
    'There are 1,000 of them, and 12,345 more.',
    'A 5-year-old on the A4, in room 12b.',
    'The score is 3-1.',
    'COVID-19 and the 747.',
    'I have 3 more.',
    'He is 5 months old, and 2 more came.',
    'The 99th time.',
    'Mr. Smith, Dr. Jones and Mrs. Etcheverry.',
    'It is 5 minutes late.',
    'A C++ 11 compiler.',
  ])('leaves alone: %s', (text) => {
    expect(toSpokenText(text)).toBe(text);
  });
});

describe('in French, toSpokenText', () => {
  it.each([
    ['À 3,5 km, soit 1,5 km de plus.', 'À 3,5 kilomètres, soit 1,5 kilomètre de plus.'],
    ['90 km/h', "90 kilomètres à l'heure"],
    ['Il fait 20 °C ou −1°', 'Il fait 20 degrés Celsius ou moins 1 degré'],
    ['12\u202f000 habitants, 12 000 km', '12000 habitants, 12000 kilomètres'],
    ['5 % de 12,50 €', '5 pour cent de 12 euros 50'],
    ['Le 06 12 34 56 78.', 'Le 0 6, 1 2, 3 4, 5 6, 7 8.'],
    ['2 + 3 = 5, 2 × 3', '2 plus 3 égale 5, 2 fois 3'],
    ['de 5–6 ans', 'de 5 à 6 ans'],
    ['à 10h30, 9 h, 1 h 15 ou 12h00', 'à 10 heures 30, 9 heures, 1 heure 15 ou 12 heures'],
    ['le 1er et le 2e, la 1re et la 21e', 'le premier et le deuxième, la première et la vingt et unième'],
    ['Tom & Jerry, n° 5', 'Tom et Jerry, numéro 5'],
    ['un fruit, p. ex. une pomme, c.-à-d. ça', "un fruit, par exemple une pomme, c'est-à-dire ça"],
    ['M. Dupont et Mme Martin', 'Monsieur Dupont et Madame Martin'],
    ['Voir https://a.example/x.', 'Voir un lien.'],
    ['2½ tasses', '2 et demi tasses'],
  ])('says %s', (text, spoken) => {
    expect(toSpokenText(text, 'fr-FR')).toBe(spoken);
  });

  it.each(["5 l'eau", 'Il est 10:30.', 'La version 1.2.3 de 2026.', 'En 2026 300 personnes.'])(
    'leaves alone: %s',
    (text) => {
      expect(toSpokenText(text, 'fr')).toBe(text);
    },
  );
});

it('leaves the signs of a language that it does not know to the voice', () => {
  expect(toSpokenText('**3 km** & 5 €', 'sv')).toBe('3 km & 5 €');
});

it('keeps every digit, in order', () => {
  const unit = fc.constantFrom('1', '25', '3', ' ', '.', ',', ' km', '%', '$', '€', '°C', ' + ', ' = ', '-', ':', 'x');
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 20 }), fc.constantFrom('en', 'fr'), (text, language) => {
      expect(toSpokenText(text, language).replace(/\D/g, '')).toBe(text.replace(/\D/g, ''));
    }),
  );
});
