import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { hasChromium } from '../device-sim/testing/chromium.ts';
import { needs } from '../test/support/needs.ts';

const main = fileURLToPath(new URL('main.mjs', import.meta.url));
const run = promisify(execFile);

interface Figure {
  readonly bench: string;
  readonly case: string;
  readonly figure: string;
  readonly value: number;
  readonly limit: number | null;
  readonly pass: boolean | null;
}

interface Output {
  readonly machine: { readonly node: string };
  readonly figures: readonly Figure[];
  readonly errors: readonly unknown[];
}

async function bench(...args: string[]): Promise<Output> {
  const { stdout } = await run(process.execPath, [main, '--quick', '--json', ...args]);
  return JSON.parse(stdout) as Output;
}

it('measures devices that talk, a storm, a reload and voice activity, and says nothing but JSON', async () => {
  const { figures, errors, machine } = await bench('--only', 'active,storm,reload,vad');
  expect(errors).toEqual([]);
  expect(machine.node).toBe(process.version);
  expect(new Set(figures.map((figure) => figure.bench))).toEqual(new Set(['active', 'storm', 'reload', 'vad']));
  for (const { value, limit, pass } of figures) {
    expect(Number.isFinite(value)).toBe(true);
    expect(pass === null).toBe(limit === null);
  }
  // What is no matter of time holds on any machine.
  const figureOf = (name: string) => figures.find(({ figure }) => figure === name)?.value;
  expect(figureOf('turns')).toBeGreaterThan(0);
  expect(figureOf('CPU against the bare loop')).toBeGreaterThan(0);
  expect(figureOf('devices dialled twice')).toBe(0);
  expect(figureOf('devices touched that were not changed')).toBe(0);
});

it('measures a conversation of xiaozhi devices that dial in beside its codec', async () => {
  const { figures, errors } = await bench('--only', 'inbound');
  expect(errors).toEqual([]);
  const figureOf = (name: string) => figures.find(({ figure }) => figure === name)?.value;
  expect(figureOf('turns')).toBeGreaterThan(0);
  expect(figureOf('CPU of the bare loop per conversation')).toBeGreaterThan(0);
  expect(figureOf('CPU against the bare loop')).toBeGreaterThan(0);
});

it('measures what our side adds to the time of each remote engine', async () => {
  const { figures, errors } = await bench('--only', 'engines');
  expect(errors).toEqual([]);
  const clouds = ['groq', 'openai'].flatMap((engine) => [`${engine} stt`, `${engine} llm`, `${engine} tts`]);
  const cases = [...clouds, 'kyutai stt', 'kyutai tts', 'wyoming stt', 'wyoming tts'];
  expect(new Set(figures.map((figure) => figure.case))).toEqual(new Set(cases));
  expect(figures).toHaveLength(2 * cases.length);
  for (const { value } of figures) expect(Number.isFinite(value)).toBe(true);
});

it.skipIf(!needs(hasChromium(), 'chromium', 'the bench of the console'))(
  'measures the frames of the console',
  async () => {
    const { figures, errors } = await bench('--only', 'console');
    expect(errors).toEqual([]);
    expect(new Set(figures.map((figure) => figure.figure))).toContain('longest frame');
    for (const { value } of figures) expect(value).toBeGreaterThan(0);
  },
);

it('says what it knows when it is asked for something else', async () => {
  const failed = await bench('--only', 'nothing').catch((error: { code: number; stderr: string }) => error);
  expect(failed).toMatchObject({ code: 64, stderr: expect.stringContaining('there is no bench nothing') });
});
