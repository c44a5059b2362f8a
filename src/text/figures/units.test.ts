import { describe, expect, it } from 'vitest';
import { toSpokenText } from '../spoken-text.ts';

describe('units in English', () => {
  it.each([
    ['5 µg, 3 mA, 5 kHz, 5 Mbps', '5 micrograms, 3 milliamperes, 5 kilohertz, 5 megabits per second'],
    [
      '3 kg/m³, 9.8 m/s², 5 L/100 km',
      '3 kilograms per cubic metre, 9.8 metres per second squared, 5 litres per 100 kilometres',
    ],
    ['300 K, 5 s, 100 hPa, 3 tbsp', '300 kelvin, 5 seconds, 100 hectopascals, 3 tablespoons'],
    [
      '5\'11", 6′ 2″, 6 ft, 5 ft 6 in tall, 1 in = 2.54 cm',
      '5 feet 11 inches, 6 feet 2 inches, 6 feet, 5 feet 6 inches tall, 1 inch equals 2.54 centimetres',
    ],
    ['a 27" screen, 5" x 7"', 'a 27 inch screen, 5 inches x 7 inches'],
    ['40° 26′ 46″ N, 40°N', '40 degrees 26 minutes 46 seconds north, 40 degrees north'],
    ['5-km run, a 5 km run, 9-V battery', '5 kilometre run, a 5 kilometre run, 9 volt battery'],
    ['5 ‰, 50%, the % sign', '5 per mille, 50 percent, the percent sign'],
    ['3x4, 3 x 4, 1920x1080, 10x faster', '3 by 4, 3 by 4, 1920 by 1080, 10 times faster'],
    ['±5, +/- 5, 5 ± 2, ≈ 3, ~3', 'plus or minus 5, plus or minus 5, 5 plus or minus 2, about 3, about 3'],
    ['18+, 5+ people, +5 °C', '18 plus, 5 plus people, plus 5 degrees Celsius'],
    ['#5, No. 5, no. 5, § 5, #AI', 'number 5, number 5, number 5, section 5, hashtag AI'],
    ['C#, 45s', 'C sharp, 45 seconds'],
  ])('says %j', (text, spoken) => {
    expect(toSpokenText(text, 'en')).toBe(spoken);
  });
});

describe('no units in English', () => {
  it.each(['The iPhone 5s in the 1980s.', '4K, 5G, 3D, MP3.', 'He said "it is 5" here.'])('keeps %j', (text) => {
    expect(toSpokenText(text, 'en')).toBe(text);
  });
});

describe('units in French', () => {
  it.each([
    ['5 µg, 16 Go, 2 m², 25 %, 5 ‰', '5 microgrammes, 16 gigaoctets, 2 mètres carrés, 25 pour cent, 5 pour mille'],
    ['90 km/h, 5 L/100 km', "90 kilomètres à l'heure, 5 litres par 100 kilomètres"],
    ['±5, ≈ 3, n° 5, § 5', 'plus ou moins 5, environ 3, numéro 5, paragraphe 5'],
  ])('says %j', (text, spoken) => {
    expect(toSpokenText(text, 'fr')).toBe(spoken);
  });
});

describe('units in German', () => {
  it.each([
    ['5 µg, 16 GB, 2 m², 25 %, 5 ‰', '5 Mikrogramm, 16 Gigabyte, 2 Quadratmeter, 25 Prozent, 5 Promille'],
    ['90 km/h, 5 L/100 km', '90 Kilometer pro Stunde, 5 Liter pro 100 Kilometer'],
    ['±5, ≈ 3, Nr. 5, § 5', 'plus minus 5, ungefähr 3, Nummer 5, Paragraf 5'],
    ['z. B. Äpfel, d. h. Obst, usw.', 'zum Beispiel Äpfel, das heißt Obst, und so weiter.'],
  ])('says %j', (text, spoken) => {
    expect(toSpokenText(text, 'de')).toBe(spoken);
  });
});
