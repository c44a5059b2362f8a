import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { exampleOf, FAULT_FLAGS, parseFaults } from './fault-flags.ts';

describe('--fault', () => {
  it('takes several, each with its values or without', () => {
    expect(parseFaults(['reboot:30,2', 'drift:-74', 'dtx', 'single-client', 'small-buffer:500', 'gap'])).toEqual({
      faults: { reboot: { everyMs: 30_000, forMs: 2_000 }, driftPpm: -74, gap: { everyMs: 60_000, forMs: 5_000 } },
      dtx: true,
      clients: 'refuse',
      maxQueueMs: 500,
    });
    expect(parseFaults([])).toEqual({ faults: {} });
  });

  it.each(FAULT_FLAGS.map(exampleOf))('takes its own example %s', (example) => {
    expect(Object.keys(parseFaults([example])).length).toBeGreaterThan(0);
  });

  it.each(FAULT_FLAGS)('$name is in the README, with the real devices behind it', (flag) => {
    const values = flag.values.map(([what]) => what).join(', ') || 'none';
    const row = `| \`${exampleOf(flag)}\` | ${values} | ${flag.what} | ${flag.realDevice} |`;
    expect(readFileSync(new URL('../README.md', import.meta.url), 'utf8')).toContain(row);
  });

  it.each([
    ['flood', 'There is no fault "flood". There are: reboot, sleep'],
    ['reboot:soon', '--fault reboot takes every s, for s, as in reboot:60,5, not "soon"'],
    ['reboot:0', 'reboot:60,5'],
    ['dtx:1', '--fault dtx takes no value'],
    ['refuse:200', 'refuse takes 401, 409, 503 or 1013'],
    ['jitter:1,2', 'jitter takes ms'],
  ])('says what is wrong with %s', (text, why) => {
    expect(() => parseFaults([text])).toThrow(why);
  });
});
