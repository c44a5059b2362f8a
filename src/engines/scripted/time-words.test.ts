import { describe, expect, it } from 'vitest';
import { dayPart, sayDate, sayTime, wallTime } from './time-words.ts';

describe('time words', () => {
  it.each([
    [0, 0, 'midnight'],
    [0, 10, 'ten past midnight'],
    [3, 0, "three o'clock at night"],
    [7, 15, 'a quarter past seven in the morning'],
    [11, 45, 'a quarter to noon'],
    [12, 0, 'noon'],
    [12, 30, 'half past noon'],
    [12, 31, 'twenty nine minutes to one in the afternoon'],
    [15, 10, 'ten past three in the afternoon'],
    [19, 59, 'one minute to eight in the evening'],
    [23, 40, 'twenty to midnight'],
    [23, 7, 'seven minutes past eleven at night'],
  ])('says %d:%d', (hour, minute, said) => {
    expect(sayTime({ weekday: 'Friday', day: 1, month: 'May', hour, minute })).toBe(said);
  });

  it('knows what clocks show elsewhere, summer time and date line included', () => {
    const ms = Date.UTC(2026, 6, 31, 22, 30);
    expect(wallTime(ms, 'UTC')).toEqual({ weekday: 'Friday', day: 31, month: 'July', hour: 22, minute: 30 });
    expect(wallTime(ms, 'Asia/Tokyo')).toEqual({ weekday: 'Saturday', day: 1, month: 'August', hour: 7, minute: 30 });
    expect(wallTime(ms, 'America/New_York').hour).toBe(18);
    expect(wallTime(ms, 'Europe/Paris')).toMatchObject({ hour: 0, day: 1 });
    expect(sayDate(wallTime(ms, 'UTC'))).toBe('Friday, the thirty first of July');
  });

  it('divides the day', () => {
    expect([0, 5, 12, 18, 22].map(dayPart)).toEqual(['night', 'morning', 'afternoon', 'evening', 'night']);
  });
});
