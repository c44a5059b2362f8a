import { describe, expect, it } from 'vitest';
import { toSpokenText } from '../spoken-text.ts';

describe('codes in English', () => {
  it.each([
    ['My PIN is 4711.', 'My PIN is 4 7 1 1.'],
    ['The code 83 92 opens it.', 'The code 8 3, 9 2 opens it.'],
    ['Code: 1234', 'Code: 1 2 3 4'],
    ['Your verification code is 123456.', 'Your verification code is 1 2 3 4 5 6.'],
    ['Order no. A1B2C3', 'Order number A 1 B 2 C 3'],
    ['Order #12345', 'Order number 1 2 3 4 5'],
    ['Serial number SN-12345-AB', 'Serial number S N, 1 2 3 4 5, A B'],
    ['Flight BA2490', 'Flight B A 2 4 9 0'],
    ['Account number 12345678', 'Account number 1 2 3 4 5 6 7 8'],
    ['card 4111 1111 1111 1111', 'card 4 1 1 1, 1 1 1 1, 1 1 1 1, 1 1 1 1'],
    ['IBAN DE89 3704 0044 0532 0130 00', 'IBAN D E 8 9, 3 7 0 4, 0 0 4 4, 0 5 3 2, 0 1 3 0, 0 0'],
    ['ISBN 978-3-16-148410-0', 'ISBN 9 7 8, 3, 1 6, 1 4 8 4 1 0, 0'],
    ['123-45-6789', '1 2 3, 4 5, 6 7 8 9'],
    ['SW1A 1AA', 'S W 1 A, 1 A A'],
    ['New York, NY 10001', 'New York, NY 1 0 0 0 1'],
    ['ZIP code 90210', 'ZIP code 9 0 2 1 0'],
    ['75001 Paris', '7 5 0 0 1 Paris'],
    ['12345 Main Street', '1 2 3 4 5 Main Street'],
    ['Bond 007', 'Bond 0 0 7'],
    ['Password: hunter2', 'Password: h u n t e r 2'],
    ['G-123456', 'G, 1 2 3 4 5 6'],
  ])('says %j', (text, spoken) => {
    expect(toSpokenText(text, 'en')).toBe(spoken);
  });
});

describe('no codes in English', () => {
  it.each([
    'In 1984, the 2024 model.',
    '1,234 people came.',
    'Order 2 pizzas.',
    'Enter the code 5 times.',
    'The code has 100 lines.',
    'The card has 52 pages.',
    'Room 237, bus 42.',
    '42 Main Street.',
    '221B Baker Street.',
    'MP3, A4, W3C, B2B, ESP32.',
    '8000000000 people.',
  ])('keeps %j', (text) => {
    expect(toSpokenText(text, 'en')).toBe(text);
  });
});

describe('codes in French', () => {
  it.each([
    ['Votre code est 4711.', 'Votre code est 4 7 1 1.'],
    ['Code PIN : 83 92', 'Code PIN : 8 3, 9 2'],
    ['Commande n° 12345', 'Commande numéro 1 2 3 4 5'],
    ['Le mot de passe est A1B2.', 'Le mot de passe est A 1 B 2.'],
    ['75001 Paris', '7 5 0 0 1 Paris'],
    ['Né en 1984, 1234 personnes.', 'Né en 1984, 1234 personnes.'],
  ])('says %j', (text, spoken) => {
    expect(toSpokenText(text, 'fr')).toBe(spoken);
  });
});

describe('codes in German', () => {
  it.each([
    ['Ihre PIN ist 4711.', 'Ihre PIN ist 4 7 1 1.'],
    ['Code: 83 92', 'Code: 8 3, 9 2'],
    ['Bestellnummer A1B2C3', 'Bestellnummer A 1 B 2 C 3'],
    ['PLZ 10115, in 10115 Berlin', 'PLZ 1 0 1 1 5, in 1 0 1 1 5 Berlin'],
    ['1984 geboren, 12345 Menschen.', '1984 geboren, 12345 Menschen.'],
  ])('says %j', (text, spoken) => {
    expect(toSpokenText(text, 'de')).toBe(spoken);
  });
});
