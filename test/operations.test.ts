import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '#src/cli/commands';
import { EXIT_CODE_MEANINGS } from '#src/cli/exit-codes';
import { FALSE_INTERRUPTIONS, TURN_KINDS, TURN_OUTCOMES, TURN_STAGES } from '#src/conversation/events';
import { WARNING_CODES } from '#src/core/warnings';
import { ARRIVAL_REFUSALS } from '#src/fleet/events';
import { LINE_STATES } from '#src/fleet/line/line-state';
import { isStreamed } from '#src/http/events/event-dto';
import { PROBLEM_CODES } from '#src/http/problem';
import { DROP_REASONS } from '#src/protocols/protocol';
import type { DialtoneEventType } from '#src/telemetry/events';
import { alerts } from './support/monitoring/queries.ts';

// docs/OPERATIONS.md tells of everything that an operator may meet, and of nothing else.

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const page = read('docs/OPERATIONS.md');

/** What is in backticks in the first cells of the table below a heading. */
function namesBelow(heading: string): string[] {
  const section = page.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const cells = section.split('\n').filter((line) => line.startsWith('| `'));
  return cells.flatMap((line) => [...(line.split(' | ')[0] ?? '').matchAll(/`([^`]+)`/g)].map(([, name = '']) => name));
}

/** The names of log events in the sources: those that are written out, and the types of the events that are logged by type. */
function loggedEvents(): string[] {
  const folder = fileURLToPath(new URL('../src/', import.meta.url));
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const names = new Set<string>();
  for (const file of files.filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))) {
    const text = readFileSync(`${folder}${file}`, 'utf8');
    for (const [, name = ''] of text.matchAll(
      /(?:event: |failed: |recovered: |wasUp \? |warn\(|tell\()'([a-z_]+\.[a-z_]+)'/g,
    ))
      names.add(name);
    if (file.endsWith('telemetry/log-events.ts')) {
      for (const [, name = ''] of text.matchAll(/case '([a-z_]+\.[a-z_]+)':/g)) names.add(name);
    }
  }
  names.add('device.failed');
  return [...names].sort();
}

describe('docs/OPERATIONS.md', () => {
  it('says what each alert means', () => {
    expect(namesBelow('What alerts mean').sort()).toEqual(
      alerts()
        .map(({ alert }) => alert)
        .sort(),
    );
  });

  it('says what each state of a device means', () => {
    expect(namesBelow('What states mean').sort()).toEqual([...LINE_STATES, 'misconfigured'].sort());
  });

  it('says what the values of labels mean', () => {
    const section = page.split('\nWhat the values of labels mean:\n')[1]?.split('\n## ')[0] ?? '';
    const cells = section.split('\n').map((line) => line.split(' | ')[1] ?? '');
    const named = cells.flatMap((cell) => [...cell.matchAll(/`([a-z0-9_]+)`/g)].map(([, name = '']) => name));
    const turns = [...TURN_OUTCOMES, ...TURN_KINDS, ...TURN_STAGES, ...FALSE_INTERRUPTIONS];
    const values = [...DROP_REASONS, ...ARRIVAL_REFUSALS, ...turns];
    expect(named.sort()).toEqual(values.sort());
  });

  it('says what each error code means', () => {
    const union = read('src/core/errors.ts').split('export type ErrorCode =')[1]?.split(';')[0] ?? '';
    const codes = [...union.matchAll(/'([a-z_]+)'/g)].map(([, code = '']) => code);
    expect(codes.length).toBeGreaterThan(30);
    expect(namesBelow('What error codes mean').sort()).toEqual(codes.sort());
  });

  it('tells of every event of the log', () => {
    expect(namesBelow('The log').sort()).toEqual(loggedEvents());
  });

  it('tells of every command and exit code', () => {
    expect(namesBelow('The command line')).toEqual(COMMANDS.map(({ name }) => name));
    for (const [code, meaning] of EXIT_CODE_MEANINGS) expect(page).toContain(`| ${code} | ${meaning} |`);
  });
});

it('docs/REST.md says what each warning of a device means', () => {
  const section = read('docs/REST.md').split('\n## Warnings of a device\n')[1]?.split('\n## ')[0] ?? '';
  const named = [...section.matchAll(/^\| `([a-z_]+)` \|/gm)].map(([, code = '']) => code);
  expect(named.sort()).toEqual([...WARNING_CODES].sort());
});

it('docs/REST.md says what each error means', () => {
  const section = read('docs/REST.md').split('\n## Errors\n')[1] ?? '';
  const cells = [...section.matchAll(/^\| (`[^|]+) \|/gm)].map(([, cell = '']) => cell);
  const named = cells.flatMap((cell) => [...cell.matchAll(/`([a-z_]+)`/g)].map(([, code = '']) => code));
  expect(named.sort()).toEqual([...PROBLEM_CODES].sort());
});

it('docs/REST.md names every event of GET /v1/events with its fields', () => {
  const section = read('docs/REST.md').split('\n## Follow what happens\n')[1]?.split('\n## ')[0] ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('| `'));
  const namesIn = (cell = '') => [...cell.matchAll(/`([a-z_.]+)`/g)].map(([, name = '']) => name);
  const source = read('src/http/events/event-dto.ts');
  const types = [...source.matchAll(/case '([a-z_]+\.[a-z_]+)':/g)].map(([, type = '']) => type as DialtoneEventType);
  expect(rows.flatMap((row) => namesIn(row.split(' | ')[0])).sort()).toEqual(types.filter(isStreamed).sort());
  const fields = [...new Set(rows.flatMap((row) => namesIn(row.split(' | ')[2])))];
  for (const field of fields) expect(source).toMatch(new RegExp(`\\b${field}(: |,| \\})`));
});
