import { expect, it } from 'vitest';
import { DialtoneError } from '../core/errors.ts';
import { createLog } from './log.ts';
import { readableLine } from './readable-line.ts';

const TIME = '18:05:09.123';

/** What a terminal shows of one line of the log, with this time. */
function shown(write: (log: ReturnType<typeof createLog>) => void, colour = false): string {
  let text = '';
  const time = new Date(2030, 0, 1, 18, 5, 9, 123).toISOString();
  const log = createLog('trace', {
    write: (line) => {
      text += readableLine(JSON.stringify({ ...JSON.parse(line), time }), colour);
    },
  });
  write(log);
  return text;
}

it('shows level, device, message, and the other fields by their paths', () => {
  const error = { code: 'refused', message: 'no program listens' };
  const fields = { event: 'device.failed', device: 'kitchen', failures: 1, error, list: ['a', 'b'], empty: '' };
  expect(shown((log) => log.warn(fields, 'dial failed'))).toBe(
    `${TIME} WARN  kitchen: dial failed event=device.failed failures=1 error.code=refused error.message="no program listens" list=["a","b"] empty=""\n`,
  );
  expect(shown((log) => log.info({ event: 'turn.ended', device: 'hall', turn: 3 }, 'turn ended'))).toBe(
    `${TIME} INFO  hall #3: turn ended event=turn.ended\n`,
  );
});

it('shows the stack of an error below it', () => {
  const text = shown((log) => log.error({ event: 'http.failed', err: new DialtoneError('internal', 'odd') }, 'failed'));
  const [head, ...stack] = text.trimEnd().split('\n');
  expect(head).toBe(`${TIME} ERROR failed event=http.failed err.name=DialtoneError err.code=internal err.message=odd`);
  expect(stack[0]).toMatch(/^ {4}at .*readable-line\.test\.ts/);
});

it('lets nothing command the terminal', () => {
  const evil = '\u001b[2J\u009b31m\u202e';
  const text = shown((log) => log.info({ [`key${evil}`]: evil, device: evil, deep: { [evil]: [evil] } }, evil));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are looked for.
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
});

it('paints the level where it may', () => {
  expect(shown((log) => log.error('x'), true)).toContain('\u001b[31mERROR\u001b[0m');
});

it('leaves alone what is no object of JSON', () => {
  for (const line of ['', 'Segmentation fault\n', '5\n', 'null\n']) expect(readableLine(line, false)).toBe(line);
});
