import { expect, it } from 'vitest';
import { ConfigWarnings } from './config-warnings.ts';
import { createLog } from './telemetry/log.ts';

it('a warning is said once while it is true, and again when it is true again', () => {
  const lines: string[] = [];
  const warnings = new ConfigWarnings(createLog('info', { write: (line: string) => lines.push(line) }));
  const said = (now: readonly string[]) => {
    lines.length = 0;
    warnings.write(now);
    return lines.map((line) => JSON.parse(line)).map(({ event, msg }) => [event, msg]);
  };
  expect(said(['a', 'b'])).toEqual([
    ['config.warning', 'a'],
    ['config.warning', 'b'],
  ]);
  expect(said(['b', 'c'])).toEqual([['config.warning', 'c']]);
  expect(said([])).toEqual([]);
  expect(said(['b'])).toEqual([['config.warning', 'b']]);
});
