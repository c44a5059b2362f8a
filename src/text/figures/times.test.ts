import { describe, expect, it } from 'vitest';
import { toSpokenText } from '../spoken-text.ts';

describe('times in English', () => {
  it.each([
    ['At 10:30 or 22:15.', 'At 10:30 or 22:15.'],
    ['7:00, 14:00 and 12:00', "7 o'clock, 14 o'clock and 12 o'clock"],
    ['9:05, 14:05', '9 oh 5, 14 oh 5'],
    ['14:05:09', '14 oh 5 and 9 seconds'],
    ['9 am, 9am, 9:30pm, 10:00 AM', '9 am, 9 am, 9:30 pm, 10 AM'],
    ['At 7.30 pm.', 'At 7:30 pm.'],
    ['09:30, 00:30', '9:30, 0:30'],
    ['00:00', 'midnight'],
    ['7:00-9:00, 10:30–11:45', "7 o'clock to 9 o'clock, 10:30 to 11:45"],
    ['UTC+2, GMT-5, UTC+5:30', 'UTC plus 2, GMT minus 5, UTC plus 5:30'],
    ['1:02:03', '1 hour, 2 minutes and 3 seconds'],
    ['1h 30m, 2h5min, 5m 30s', '1 hour and 30 minutes, 2 hours and 5 minutes, 5 minutes and 30 seconds'],
    ['00:05:30', '5 minutes and 30 seconds'],
  ])('says %j', (text, spoken) => {
    expect(toSpokenText(text, 'en')).toBe(spoken);
  });
});

describe('what is no time', () => {
  it.each(['The ratio is 16:9 or 3:1.', 'John 3:16 says so.'])('keeps %j', (text) => {
    expect(toSpokenText(text, 'en')).toBe(text);
  });
});

describe('times in French', () => {
  it.each([
    ['7:00, 9:05, 10:30', '7 heures, 9 heures 5, 10:30'],
    ['14:05:09', '14 heures 5 minutes et 9 secondes'],
    ['7h30, 10h, 0h15, 18h05, 09h30', '7 heures 30, 10 heures, 0 heure 15, 18 heures 5, 9 heures 30'],
    ['1h 30min', '1 heure et 30 minutes'],
    ['00:00', 'minuit'],
  ])('says %j', (text, spoken) => {
    expect(toSpokenText(text, 'fr')).toBe(spoken);
  });
});

describe('times in German', () => {
  it.each([
    ['7:00, 9:05, 10:30', '7 Uhr, 9 Uhr 5, 10 Uhr 30'],
    ['18:30 Uhr, 18.30 Uhr, 18 Uhr 30', '18 Uhr 30, 18 Uhr 30, 18 Uhr 30'],
    ['3:30 PM, 3:30 am, 12:15 p.m.', '15 Uhr 30, 3 Uhr 30, 12 Uhr 15'],
    ['12:10 AM, 12:00pm, 15:30 PM', '0 Uhr 10, 12 Uhr, 15 Uhr 30'],
    ['9:00-17:00 Uhr', '9 Uhr bis 17 Uhr'],
    ['14:05:09', '14 Uhr 5 und 9 Sekunden'],
    ['1 h 30 min', '1 Stunde und 30 Minuten'],
  ])('says %j', (text, spoken) => {
    expect(toSpokenText(text, 'de')).toBe(spoken);
  });
});
