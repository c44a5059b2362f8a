import { describe, expect, it } from 'vitest';
import { admits, type BreakerInput, type BreakerState, CLOSED, stepBreaker } from './breaker.ts';
import type { ErrorClass } from './error-class.ts';

/** Chance in the middle: waits are as long as they are without it. */
const random = () => 0.5;

type Happening = readonly [atMs: number, input: BreakerInput];

const failed = (atMs: number, errorClass: ErrorClass = 'network', retryAfterMs?: number): Happening => [
  atMs,
  { type: 'failed', class: errorClass, begunAtMs: atMs, retryAfterMs },
];
const succeeded = (atMs: number, begunAtMs = atMs): Happening => [atMs, { type: 'succeeded', begunAtMs }];
const reached = (atMs: number): Happening => [atMs, { type: 'reached' }];

function breakerAfter(...happenings: readonly Happening[]): BreakerState {
  return happenings.reduce<BreakerState>(
    (state, [nowMs, input]) => stepBreaker(state, input, { nowMs, random }),
    CLOSED,
  );
}

const CASES: readonly (readonly [
  string,
  readonly Happening[],
  Partial<BreakerState> & { readonly retryAtMs?: number },
])[] = [
  ['no failure', [succeeded(1)], { type: 'closed' }],
  ['two failures', [failed(1), failed(2, 'timeout')], { type: 'closed' }],
  ['three failures in a row', [failed(1), failed(2), failed(3, 'bad_answer')], { type: 'open', retryAtMs: 5_003 }],
  ['a success between failures', [failed(1), failed(2), succeeded(3), failed(4), failed(5)], { type: 'closed' }],
  ['failures far apart', [failed(0), failed(100_000), failed(200_000)], { type: 'closed' }],
  ['failures just close enough', [failed(0), failed(60_000), failed(120_000)], { type: 'open' }],
  ['a refused key', [failed(1, 'auth')], { type: 'open', retryAtMs: 5_001 }],
  ['wrong settings', [failed(1, 'misconfigured')], { type: 'open' }],
  ['no free channel', [failed(1, 'capacity')], { type: 'full', retryAtMs: 2_001 }],
  ['too many requests', [failed(1, 'rate_limit', 20_000)], { type: 'full', retryAtMs: 20_001 }],
  ['too many requests for days', [failed(0, 'rate_limit', 9e8)], { type: 'full', retryAtMs: 600_000 }],
  ['too many requests for no time', [failed(0, 'rate_limit', 0)], { type: 'full', retryAtMs: 1_000 }],
  ['requests that are at fault', [1, 2, 3, 4].map((at) => failed(at, 'bad_request')), { type: 'closed' }],
  ['one failure after it was reached again', [failed(0, 'auth'), reached(5), failed(9)], { type: 'open', openings: 2 }],
  ['a longer wait each time', [failed(0, 'auth'), failed(10), failed(20)], { type: 'open', retryAtMs: 20_020 }],
  ['no wait without end', Array.from({ length: 30 }, (_, at) => failed(at, 'auth')), { retryAtMs: 300_029 }],
  ['a success while it is open', [failed(0, 'auth'), succeeded(9)], { type: 'closed', openings: 0 }],
  ['a success of a call from before', [failed(5, 'auth'), succeeded(9, 3)], { type: 'open' }],
  ['a failure of a call from before', [failed(5, 'auth'), [9, { ...failed(3)[1] }]], { type: 'open', openings: 1 }],
  ['no room, then nothing at all', [failed(0, 'capacity'), failed(9, 'network')], { type: 'open' }],
  ['nothing at all, then no room', [failed(0, 'auth'), failed(9, 'capacity')], { type: 'full' }],
];

it.each(CASES)('%s', (_, happenings, wanted) => {
  expect(breakerAfter(...happenings)).toMatchObject(wanted);
});

describe('an engine that is open', () => {
  const open = breakerAfter(failed(0, 'auth'));
  const tried = stepBreaker(open, { type: 'trial_begun' }, { nowMs: 6_000, random });

  it.each([
    ['is given nothing before its time', open, 4_999, false, false],
    ['is tried by a call once it is time', open, 5_000, false, true],
    ['is tried by one call at a time', tried, 6_000, false, false],
    ['is tried by no call where it can be asked', open, 9_999, true, false],
    [
      'is tried again when the call was left',
      stepBreaker(tried, { type: 'trial_left' }, { nowMs: 7_000, random }),
      7_000,
      false,
      true,
    ],
    ['is given everything when it can be reached', breakerAfter(failed(0, 'auth'), reached(9)), 10, true, true],
  ] as const)('%s', (_, state, nowMs, tellsItself, wanted) => {
    expect(admits(state, nowMs, tellsItself)).toBe(wanted);
  });
});
