import { expect, it } from 'vitest';
import { ManualClock } from '../../core/manual-clock.ts';
import type { LineState } from './line-state.ts';
import { LineStatus } from './line-status.ts';

it('since when a line is down does not change with each dial, and ends when it is up, or is not to be', () => {
  const clock = new ManualClock();
  const status = new LineStatus('kitchen', clock, () => {});
  let previous: LineState = 'queued';
  const go = (state: LineState) => {
    clock.advance(1_000);
    status.changed({ state, previous, close: undefined, retryInMs: undefined });
    previous = state;
    return [state, status.view.downSince, status.view.since];
  };
  const start = clock.wallNow();
  const at = (seconds: number) => start + seconds * 1_000;
  expect(status.view.downSince).toBeNull();
  expect(go('connecting')).toEqual(['connecting', at(1), at(1)]);
  expect(go('backoff')).toEqual(['backoff', at(1), at(2)]);
  expect(go('connecting')).toEqual(['connecting', at(1), at(3)]);
  expect(go('handshaking')).toEqual(['handshaking', at(1), at(4)]);
  expect(go('ready')).toEqual(['ready', null, at(5)]);
  expect(go('backoff')).toEqual(['backoff', at(6), at(6)]);
  expect(go('disabled')).toEqual(['disabled', null, at(7)]);
  expect(go('queued')).toEqual(['queued', at(8), at(8)]);
  expect(go('stopped')).toEqual(['stopped', null, at(9)]);
  expect(go('waiting')).toEqual(['waiting', at(10), at(10)]);
});
