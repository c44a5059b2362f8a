import { describe, expect, it } from 'vitest';
import { toSpokenText } from '../spoken-text.ts';

describe('ranges in English', () => {
  it.each([
    ['20~30 minutes', '20 to 30 minutes'],
    ['20-30 minutes', '20 to 30 minutes'],
    ['20–30 minutes', '20 to 30 minutes'],
    ['20 – 30 minutes', '20 to 30 minutes'],
    ['20〜30 minutes', '20 to 30 minutes'],
    ['5-10%, 5%-10%', '5 to 10 percent, 5 to 10 percent'],
    ['2019-2024, 2019–24', '2019 to 2024, 2019 to 24'],
    ['pages 3-5, ages 5-10', 'pages 3 to 5, ages 5 to 10'],
    ['He works 9-5. A 9-5 job.', 'He works 9 to 5. A 9 to 5 job.'],
    ['Mon-Fri 9-5', 'Mon to Fri 9 to 5'],
    ['3rd–5th grade, 1920s–1930s', 'third to fifth grade, 1920s to 1930s'],
    ['3-4pm', '3 to 4 pm'],
    ['5-6 km and 5-6km', '5 to 6 kilometres and 5 to 6 kilometres'],
    ['5–10 °C, 5°-10°C', '5 to 10 degrees Celsius, 5 to 10 degrees Celsius'],
    ['−5 – −3 °C', 'minus 5 to minus 3 degrees Celsius'],
    ['verses 3:16-18', 'verses 3:16 to 18'],
    ['1.5-2.5 times', '1.5 to 2.5 times'],
    ['1,000-2,000 people', '1,000 to 2,000 people'],
    ['20..30', '20 to 30'],
  ])('says %j', (text, spoken) => {
    expect(toSpokenText(text, 'en')).toBe(spoken);
  });
});

describe('what is no range in English', () => {
  it.each([
    'The score was 3-2.',
    'They won 3-1.',
    'They lost 1-3.',
    'COVID-19, GPT-4, F-16.',
    'A 5-year-old.',
    'Boeing 737-800.',
    'It is 50-50.',
  ])('keeps %j', (text) => {
    expect(toSpokenText(text, 'en')).toBe(text);
  });
});

describe('minus in English', () => {
  it.each([
    ['-5 °C', 'minus 5 degrees Celsius'],
    ['It is -3 now.', 'It is minus 3 now.'],
    ['−5 and –5', 'minus 5 and minus 5'],
    ['10 - 4 = 6', '10 minus 4 equals 6'],
    ['It fell by -3.5%.', 'It fell by minus 3.5 percent.'],
  ])('says %j', (text, spoken) => {
    expect(toSpokenText(text, 'en')).toBe(spoken);
  });
});

describe('ranges in French', () => {
  it.each([
    ['20~30 minutes, 20-30 min, 5-10 %', '20 à 30 minutes, 20 à 30 minutes, 5 à 10 pour cent'],
    ['2019-2024, pages 3-5', '2019 à 2024, pages 3 à 5'],
    ['9h-18h, -5 °C', '9 heures à 18 heures, moins 5 degrés Celsius'],
  ])('says %j', (text, spoken) => {
    expect(toSpokenText(text, 'fr')).toBe(spoken);
  });
});

describe('ranges in German', () => {
  it.each([
    ['20~30 Minuten, 20-30 min, 5-10 %', '20 bis 30 Minuten, 20 bis 30 Minuten, 5 bis 10 Prozent'],
    ['9-17 Uhr, -5 °C', '9 bis 17 Uhr, minus 5 Grad Celsius'],
  ])('says %j', (text, spoken) => {
    expect(toSpokenText(text, 'de')).toBe(spoken);
  });
});

describe('ranges in a language without a lexicon', () => {
  it.each([['20~30 minutos, 20–30', '20-30 minutos, 20-30']])('says %j', (text, spoken) => {
    expect(toSpokenText(text, 'es')).toBe(spoken);
  });
});
