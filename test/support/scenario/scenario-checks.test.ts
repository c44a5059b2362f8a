import { describe, expect, it } from 'vitest';
import { checkPerformance } from './scenario-checks.ts';
import { parseScenario } from './scenario-schema.ts';

const scenario = parseScenario('name: rules\nsteps: [press]\nexpect: {}', 'rules.yaml');

/** The rules that are broken when a device is told this, one thing every 10 ms; "|" is a new line. */
function broken(told: string): string[] {
  let line = 0;
  const lines = told.split(' ').flatMap((what, index) => {
    if (what === '|') line += 1;
    return what === '|' ? [] : [{ atMs: index * 10, line, what }];
  });
  const performance = { steps: [], told: lines, turns: [], rest: [] };
  return checkPerformance(scenario, performance).map(({ where, got }) => `${where}: ${got}`);
}

describe('what holds in every scenario', () => {
  it.each([
    'reply_started play play reply_done reply_started play reply_interrupted',
    'reply_started play reply_interrupted reply_started play reply_done reply_interrupted',
    'reply_started play | reply_started play reply_done',
    'notice listening',
  ])('%s', (told) => expect(broken(told)).toEqual([]));

  it.each([
    ['reply_started play reply_started reply_done', 'always, at 0.02 s: a second one began'],
    ['reply_started play reply_interrupted play', 'always, at 0.03 s: audio outside, or after an interruption'],
    ['reply_started reply_done play', 'always, at 0.02 s: audio outside, or after an interruption'],
    ['reply_started play | play', 'always, at 0.03 s: audio outside, or after an interruption'],
    ['reply_started play', 'always, at 0.01 s: the last one was begun and never ended'],
  ])('is broken: %s', (told, fault) => expect(broken(told)).toEqual([fault]));
});
