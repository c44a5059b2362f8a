import { expect, it } from 'vitest';
import { DialtoneError } from '../../core/errors.ts';
import type { DeviceTools } from '../../protocols/device-tools.ts';
import { GuardedTools } from './guarded-tools.ts';

/** Functions whose list or call throws `error`. */
function setUp(error?: Error) {
  const state = { isOver: false };
  const defects: unknown[] = [];
  const tools: DeviceTools = {
    list: () => {
      if (error) throw error;
      return [{ name: 'f', description: '', parameters: {}, audience: 'model' }];
    },
    call: () => {
      if (error) throw error;
      return Promise.resolve({ content: [], isError: false });
    },
  };
  const guarded = new GuardedTools(
    tools,
    () => state.isOver,
    (defect) => defects.push(defect),
  );
  const codeOf = (signal?: AbortSignal) =>
    guarded.call('f', {}, signal).then(
      () => 'ok',
      (failure: unknown) => (failure instanceof DialtoneError ? failure.code : 'thrown'),
    );
  return { state, defects, guarded, codeOf };
}

it('passes on what goes well, and what fails on purpose', async () => {
  const fine = setUp();
  expect([fine.guarded.list().length, await fine.codeOf()]).toEqual([1, 'ok']);
  const failing = setUp(new DialtoneError('tool_failed', 'no'));
  expect([await failing.codeOf(), failing.defects]).toEqual(['tool_failed', []]);
});

it('keeps a defect from its callers', async () => {
  const defect = new TypeError('x is undefined');
  const { guarded, codeOf, defects } = setUp(defect);
  expect([guarded.list(), await codeOf()]).toEqual([[], 'internal']);
  expect(defects).toEqual([defect, defect]);
});

it('an aborted call is no defect', async () => {
  const { codeOf, defects } = setUp(new Error('whatever the caller gave as its reason'));
  expect([await codeOf(AbortSignal.abort()), defects]).toEqual(['thrown', []]);
});

it('does nothing once the session is over', async () => {
  const { state, guarded, codeOf } = setUp();
  state.isOver = true;
  expect([guarded.list(), await codeOf()]).toEqual([[], 'link_lost']);
});
