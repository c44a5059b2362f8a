import { expect, test } from 'vitest';
import { DialtoneError } from '../core/errors.ts';
import { Secret } from '../core/secret.ts';
import { createLog } from './log.ts';

function capture(level: Parameters<typeof createLog>[0] = 'trace') {
  const lines: string[] = [];
  const log = createLog(level, { write: (line) => lines.push(line) });
  return { log, lines, last: () => JSON.parse(lines.at(-1) ?? '{}') };
}

test('a line is JSON with level, time and message, and nothing of the machine', () => {
  const { log, last } = capture();
  log.info({ event: 'app.started' }, 'hello');
  expect(last()).toEqual({
    level: 'info',
    time: expect.stringMatching(/^\d{4}-.*Z$/),
    event: 'app.started',
    msg: 'hello',
  });
});

test('levels of the original are understood', () => {
  const warning = capture('warning');
  warning.log.info('no');
  warning.log.warn('yes');
  expect(warning.lines).toHaveLength(1);
  const critical = capture('critical');
  critical.log.error('no');
  critical.log.fatal('yes');
  expect(critical.lines).toHaveLength(1);
  const silent = capture('silent');
  silent.log.fatal('no');
  expect(silent.lines).toHaveLength(0);
});

test('no secret reaches the log, whatever carries it', () => {
  const { log, lines } = capture();
  const key = new Secret('CANARY-1');
  const error = Object.assign(new DialtoneError('engine_auth', 'refused', { cause: new Error('CANARY-2') }), {
    request: { headers: { authorization: 'CANARY-3' } },
    key,
  });
  log.error({ err: error }, 'one');
  log.error(error, 'two');
  log.error(error);
  log.error({ reason: error, key, deep: { deeper: { key } } }, `three ${key}`);
  log.error('four %s %o %j', key, key, key);
  log.child({ key }).error('five');
  expect(lines).toHaveLength(6);
  expect(lines.join('')).not.toContain('CANARY');
  expect(lines.join('')).toContain('[redacted]');
});

test('an error is told by name, code, message and stack', () => {
  const { log, last } = capture();
  log.error({ err: new DialtoneError('refused', 'nobody\u009b listens') }, 'dial failed');
  expect(last().err).toEqual({
    name: 'DialtoneError',
    code: 'refused',
    message: 'nobody  listens',
    stack: expect.stringContaining('log.test.ts'),
  });
});
