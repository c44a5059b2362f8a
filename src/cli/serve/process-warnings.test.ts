import { EventEmitter } from 'node:events';
import { expect, it, vi } from 'vitest';
import { createLog } from '../../telemetry/log.ts';
import { logProcessWarnings } from './process-warnings.ts';

it('what Node warns of is a line of the log, and is printed nowhere else', () => {
  const lines: string[] = [];
  const source = new EventEmitter();
  const print = vi.fn();
  source.on('warning', print);
  logProcessWarnings(source, createLog('info', { write: (line) => lines.push(line) }));
  source.emit('warning', Object.assign(new Error('11 listeners'), { name: 'MaxListenersExceededWarning' }));
  expect(print).not.toHaveBeenCalled();
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    expect.objectContaining({
      level: 'warn',
      event: 'process.warning',
      err: expect.objectContaining({ name: 'MaxListenersExceededWarning', message: '11 listeners' }),
    }),
  ]);
});
