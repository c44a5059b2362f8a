import { checkPerformance, type Mismatch, runs } from './scenario-checks.ts';
import { playOnDevice } from './scenario-demo.ts';
import { labelOf, type Performance } from './scenario-performance.ts';
import type { Scenario } from './scenario-schema.ts';
import { playVirtually } from './scenario-virtual.ts';

export { parseScenario, readScenario, type Scenario } from './scenario-schema.ts';

/** Plays a scenario and throws an Error that tells everything in which it went another way, and what happened instead. */
export async function runScenario(scenario: Scenario): Promise<void> {
  const { engines } = scenario;
  const performance = engines.demo ? await playOnDevice(scenario, engines.llm) : await playVirtually(scenario, engines);
  const mismatches = checkPerformance(scenario, performance);
  if (mismatches.length === 0 && !performance.broken) return;
  throw new Error(describe(scenario, performance, mismatches));
}

function describe(scenario: Scenario, performance: Performance, mismatches: readonly Mismatch[]): string {
  const { broken } = performance;
  const parts = mismatches.map(({ where, expected, got }) => {
    const [, step] = /^steps\[(\d+)\]/.exec(where) ?? [];
    const label = step === undefined ? '' : `  (${labelAt(scenario, Number(step))})`;
    return `  ${where}${label}\n    expected: ${inShort(expected)}\n    got:      ${inShort(got)}`;
  });
  if (broken) parts.unshift(`  steps[${broken.step}]  (${labelAt(scenario, broken.step)})\n    ${broken.text}`);
  return `scenario "${scenario.name}" (${scenario.file})\n${parts.join('\n')}\nwhat happened\n${whatHappened(scenario, performance)}`;
}

function labelAt({ steps }: Scenario, index: number): string {
  const step = steps[index];
  return step ? labelOf(step) : 'after the last step';
}

/** Too much to read: `wire` may name them all the same. */
const DETAILS = /^(?:reply_text|reply_word|prepare)\b/;

/** Steps and what the device was told, by the clock. */
function whatHappened(scenario: Scenario, { steps, told, turns }: Performance): string {
  const lines = [
    ...steps.map(({ startedAtMs }, index) => ({ atMs: startedAtMs, text: `> ${labelAt(scenario, index)}` })),
    ...runs(told.filter(({ what }) => !DETAILS.test(what))).map(({ atMs, what }) => ({ atMs, text: what })),
  ].sort((a, b) => a.atMs - b.atMs);
  const ended = turns.map(({ kind, outcome, heard, answer }) => `  ${kind} ${outcome}: "${heard}" -> "${answer}"`);
  const start = lines[0]?.atMs ?? 0;
  const timed = lines.map(({ atMs, text }) => `  ${((atMs - start) / 1000).toFixed(2).padStart(6)} s  ${text}`);
  return [...timed, 'turns', ...ended].join('\n');
}

const inShort = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
