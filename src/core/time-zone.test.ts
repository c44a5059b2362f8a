import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { timeZoneName, timeZoneProblem } from './time-zone.ts';

const utc = () => 0;
const paris = (ms: number) => (new Date(ms).getUTCMonth() === 6 ? 120 : 60);
const ADVICE = 'give a name as in TZ=Europe/Paris or TZ=America/New_York';

describe('nothing is wrong with TZ', () => {
  it.each([
    [undefined, utc],
    ['', utc],
    ['UTC', utc],
    ['Etc/UTC', utc],
    ['GMT', utc],
    ['Europe/Paris', paris],
    [':Europe/Paris', paris],
    ['Etc/GMT+1', () => -60],
    ['Asia/Kolkata', () => 330],
  ])('%s', (tz, offsetAt) => {
    expect(timeZoneProblem(tz, offsetAt)).toBeUndefined();
  });
});

describe('a TZ that names no zone is told', () => {
  it.each([
    ['Mars/Base', utc, `TZ=Mars/Base is no name of a time zone: dialtone takes the time of UTC; ${ADVICE}`],
    ['Europe/Pariss', utc, `TZ=Europe/Pariss is no name of a time zone: dialtone takes the time of UTC; ${ADVICE}`],
    ['+02:00', utc, `TZ=+02:00 is no name of a time zone: dialtone takes the time of UTC; ${ADVICE}`],
    ['CET-1CEST', utc, `TZ=CET-1CEST is no name of a time zone: dialtone takes the time of UTC; ${ADVICE}`],
    ['UTC+3', () => -180, `TZ=UTC+3 is no name of a time zone: dialtone takes the time of UTC-03:00; ${ADVICE}`],
    [
      'europe/paris',
      utc,
      'TZ=europe/paris is no name of a time zone: dialtone takes the time of UTC; write TZ=Europe/Paris',
    ],
    [
      '/zones/Paris',
      paris,
      `TZ=/zones/Paris is no name of a time zone: dialtone takes the time of UTC+01:00, in summer UTC+02:00; ${ADVICE}`,
    ],
    ['a\u001b[31m\nb', utc, `TZ=a [31m b is no name of a time zone: dialtone takes the time of UTC; ${ADVICE}`],
  ])('%j', (tz, offsetAt, expected) => {
    expect(timeZoneProblem(tz, offsetAt)).toBe(expected);
  });
});

it('a time of a zone without a name is told with its offset', () => {
  const zone = (timeZone: string) => timeZoneName(new Intl.DateTimeFormat('en', { timeZone }), 0);
  expect(zone('Europe/Paris')).toBe('Europe/Paris');
  const unnamed = { resolvedOptions: () => ({}) } as Intl.DateTimeFormat;
  expect(timeZoneName(unnamed, 0)).toMatch(/^UTC([+-]\d\d:\d\d)?$/);
});

it.each([
  ['Europe/Paris', 'undefined'],
  ['America/New_York', 'undefined'],
  ['UTC', 'undefined'],
  ['Mars/Base', 'dialtone takes the time of UTC;'],
  ['asia/kolkata', 'write TZ=Asia/'],
])('a process with TZ=%s', (TZ, expected) => {
  const code = `import { timeZoneProblem } from ${JSON.stringify(new URL('../../dist/core/time-zone.js', import.meta.url).href)};
    process.stdout.write(String(timeZoneProblem(process.env.TZ)));`;
  const args = ['--input-type=module', '-e', code];
  expect(execFileSync(process.execPath, args, { env: { ...process.env, TZ }, encoding: 'utf8' })).toContain(expected);
});
