import { expect, it } from 'vitest';
import { FailureLines } from './failure-lines.ts';
import { createLog } from './log.ts';

it('tells of a first failure, of further ones at debug, and that it works again; each by itself', () => {
  const lines: string[] = [];
  const log = createLog('debug', { write: (line) => lines.push(line) });
  const trouble = new FailureLines(log, { failed: 'hook.failed', recovered: 'hook.recovered' });
  trouble.worked('kitchen', {}, 'works');
  trouble.failed('kitchen', { device: 'kitchen' }, 'fails');
  trouble.failed('kitchen', { device: 'kitchen' }, 'fails');
  trouble.failed('hall', { device: 'hall' }, 'fails');
  trouble.worked('kitchen', { device: 'kitchen' }, 'works again');
  trouble.worked('kitchen', { device: 'kitchen' }, 'works again');
  trouble.failed('kitchen', { device: 'kitchen' }, 'fails');
  expect(lines.map((line) => JSON.parse(line)).map(({ time: _, ...rest }) => rest)).toEqual([
    { level: 'warn', event: 'hook.failed', device: 'kitchen', msg: 'fails' },
    { level: 'debug', event: 'hook.failed', device: 'kitchen', failures: 2, msg: 'fails' },
    { level: 'warn', event: 'hook.failed', device: 'hall', msg: 'fails' },
    { level: 'info', event: 'hook.recovered', device: 'kitchen', failures: 2, msg: 'works again' },
    { level: 'warn', event: 'hook.failed', device: 'kitchen', msg: 'fails' },
  ]);
});
