import { describe, expect, it } from 'vitest';
import { toSpokenText } from '../spoken-text.ts';

describe('network addresses in English', () => {
  it.each([
    ['192.168.1.1', '1 9 2 dot 1 6 8 dot 1 dot 1'],
    ['10.0.0.1:8080, 10.0.0.0/8', '1 0 dot 0 dot 0 dot 1 colon 8 0 8 0, 1 0 dot 0 dot 0 dot 0 slash 8'],
    ['AA:BB:CC:DD:EE:0F', 'A A, B B, C C, D D, E E, 0 F'],
    ['2001:db8::1', '2 0 0 1 colon d b 8 colon colon 1'],
    ['john.doe_99@example.com', 'john dot doe underscore 99 at example dot com'],
    ['Ask @openai.', 'Ask at openai.'],
    ['Tom @ home', 'Tom at home'],
    ['123e4567-e89b-12d3-a456-426614174000', '1 2 3 e 4 5 6 7, e 8 9 b, 1 2 d 3, a 4 5 6, 4 2 6 6 1 4 1 7 4 0 0 0'],
  ])('says %j', (text, spoken) => {
    expect(toSpokenText(text, 'en')).toBe(spoken);
  });
});

describe('no network addresses', () => {
  it.each(['Version 1.2.3 of it.', 'Version 10.0.19045.1234 is out.', 'It is 1:1.'])('keeps %j', (text) => {
    expect(toSpokenText(text, 'en')).toBe(text);
  });
});

describe('network addresses in French', () => {
  it.each([
    ['192.168.1.1', '1 9 2 point 1 6 8 point 1 point 1'],
    ['jean@exemple.fr', 'jean arobase exemple point fr'],
  ])('says %j', (text, spoken) => {
    expect(toSpokenText(text, 'fr')).toBe(spoken);
  });
});

describe('network addresses in German', () => {
  it.each([
    ['192.168.1.1', '1 9 2 Punkt 1 6 8 Punkt 1 Punkt 1'],
    ['jan@beispiel.de', 'jan ät beispiel Punkt de'],
  ])('says %j', (text, spoken) => {
    expect(toSpokenText(text, 'de')).toBe(spoken);
  });
});
