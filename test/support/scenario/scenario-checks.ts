import type { Performance, StepTimes, ToldLine } from './scenario-performance.ts';
import type { Expected, Scenario, ScenarioStep } from './scenario-schema.ts';

/** One thing that is not as a scenario says. */
export interface Mismatch {
  /** Where in the scenario it is said; the rules that hold for every scenario are `always`. */
  readonly where: string;
  readonly expected: unknown;
  readonly got: unknown;
}

/** Everything in which a performance is not what the scenario expects. */
export function checkPerformance(scenario: Scenario, performance: Performance): Mismatch[] {
  const { expect } = scenario;
  return [
    ...checkRules(performance),
    ...checkTurns(expect, performance),
    ...checkHistory(expect, performance),
    ...checkWire(expect, performance),
    ...checkCounts(expect, performance),
    ...checkRest(expect, performance),
    ...scenario.steps.flatMap((step, index) => checkBudgets(step, index, performance)),
  ];
}

/** What holds in every scenario: one answer at a time, each of them ends, no audio outside one. */
function checkRules({ told, broken, turns }: Performance): Mismatch[] {
  const faults: Mismatch[] = [];
  const fault = ({ atMs }: ToldLine, expected: string, got: string) =>
    faults.push({ where: `always, at ${seconds(atMs)}`, expected, got });
  let answering = false;
  let line = 0;
  for (const message of told) {
    // A line that was lost has ended what was on it.
    if (message.line !== line) answering = false;
    line = message.line;
    const type = typeOf(message);
    if (type === 'reply_started' && answering) fault(message, 'one answer at a time', 'a second one began');
    if (type === 'play' && !answering)
      fault(message, 'audio within an answer only', 'audio outside, or after an interruption');
    if (type === 'reply_started') answering = true;
    if (type === 'reply_done' || type === 'reply_interrupted') answering = false;
  }
  const last = told.at(-1);
  const lost = turns.at(-1)?.outcome === 'disconnected';
  if (answering && last && !broken && !lost) fault(last, 'every answer ends', 'the last one was begun and never ended');
  return faults;
}

function checkTurns({ turns }: Expected, { turns: got }: Performance): Mismatch[] {
  if (!turns) return [];
  const mismatches: Mismatch[] = [];
  if (turns.length !== got.length) {
    const inShort = got.map(({ kind, outcome, heard }) => `${kind} ${outcome} "${heard}"`);
    mismatches.push({ where: 'expect.turns', expected: `${turns.length} turns`, got: inShort });
  }
  for (const [index, expected] of turns.entries()) {
    const turn = got[index];
    if (!turn) break;
    const values = { ...turn, error: turn.error?.code ?? 'none' };
    for (const key of ['kind', 'outcome', 'heard', 'answer', 'written', 'error'] as const) {
      const wanted = expected[key];
      if (wanted === undefined || matches(wanted, values[key])) continue;
      mismatches.push({ where: `expect.turns[${index}].${key}`, expected: wanted, got: values[key] });
    }
    const truncated = turn.truncated ?? false;
    if (expected.truncated !== undefined && expected.truncated !== truncated) {
      mismatches.push({ where: `expect.turns[${index}].truncated`, expected: expected.truncated, got: truncated });
    }
  }
  return mismatches;
}

function checkHistory({ history }: Expected, { inside }: Performance): Mismatch[] {
  if (!history || !inside) return [];
  const got = inside.history.map(({ role, content, interrupted }) =>
    role === 'user' ? { user: content } : { assistant: content, interrupted: interrupted ?? false },
  );
  const fits = history.length === got.length && history.every((entry, index) => fitsEntry(entry, got[index] ?? {}));
  return fits ? [] : [{ where: 'expect.history', expected: history, got }];
}

type Entry = { readonly user?: string; readonly assistant?: string; readonly interrupted?: boolean };

function fitsEntry(wanted: Entry, got: Entry): boolean {
  if (wanted.user !== undefined) return got.user !== undefined && matches(wanted.user, got.user);
  const same = (wanted.interrupted ?? false) === (got.interrupted ?? false);
  return same && got.assistant !== undefined && matches(wanted.assistant ?? '', got.assistant);
}

function checkWire({ wire, nothing_sent_after_interruption }: Expected, { told }: Performance): Mismatch[] {
  const mismatches: Mismatch[] = [];
  if (wire) {
    const named = new Set(wire.map((item) => item.split(' ')[0]));
    const got = runs(told.filter((line) => named.has(typeOf(line)))).map(({ what }) => what);
    const shown = got.map((what, index) => (wire[index]?.includes(' ') ? what : (what.split(' ')[0] ?? '')));
    if (shown.join('\n') !== wire.join('\n')) mismatches.push({ where: 'expect.wire', expected: wire, got: shown });
  }
  if (nothing_sent_after_interruption && !told.some((line) => typeOf(line) === 'reply_interrupted')) {
    const where = 'expect.nothing_sent_after_interruption';
    mismatches.push({ where, expected: 'an interruption', got: 'none' });
  }
  return mismatches;
}

function checkCounts({ played, llm_calls, utterances }: Expected, { inside }: Performance): Mismatch[] {
  if (!inside) return [];
  const mismatches: Mismatch[] = [];
  if (played !== undefined && !matches(played, inside.played)) {
    mismatches.push({ where: 'expect.played', expected: played, got: inside.played });
  }
  const counts = [
    ['llm_calls.total', llm_calls?.total, inside.llmCalls.total],
    ['llm_calls.cancelled', llm_calls?.cancelled, inside.llmCalls.cancelled],
    ['utterances', utterances, inside.utterances],
  ] as const;
  for (const [name, wanted, got] of counts) {
    if (wanted === undefined) continue;
    const { min = 0, max = Number.POSITIVE_INFINITY } =
      typeof wanted === 'number' ? { min: wanted, max: wanted } : wanted;
    if (got < min || got > max) mismatches.push({ where: `expect.${name}`, expected: wanted, got });
  }
  return mismatches;
}

function checkRest({ rest }: Expected, { rest: got }: Performance): Mismatch[] {
  if (!rest) return [];
  const fits =
    rest.length === got.length &&
    rest.every(({ outcome, heard, answer }, index) => {
      const result = got[index];
      if (!result || result === 'pending' || result.outcome !== outcome) return false;
      if (heard !== undefined && !matches(heard, result.heard ?? '')) return false;
      return answer === undefined || matches(answer, result.answer ?? '');
    });
  return fits ? [] : [{ where: 'expect.rest', expected: rest, got }];
}

function checkBudgets({ within }: ScenarioStep, index: number, performance: Performance): Mismatch[] {
  const times = performance.steps[index];
  if (!within || !times) return [];
  const measured = {
    answer_starts: answerStarts(times, performance),
    stops: stops(times.startedAtMs, times, performance),
    stops_after_word: stops(firstWordSince(times, performance), times, performance),
  };
  return (['answer_starts', 'stops', 'stops_after_word'] as const).flatMap((name) => {
    const wanted = within[name];
    const got = measured[name];
    if (wanted === undefined) return [];
    const { min = 0, max = Number.POSITIVE_INFINITY } = typeof wanted === 'number' ? { max: wanted } : wanted;
    if (got !== undefined && got >= min && got <= max) return [];
    return [{ where: `steps[${index}].within_ms.${name}`, expected: wanted, got: got ?? 'never' }];
  });
}

/** From the end of what was said to the first audio of an answer that was begun after the beginning of the step. */
function answerStarts({ startedAtMs, saidUntilMs }: StepTimes, { told }: Performance): number | undefined {
  const begun = told.findIndex((line) => line.atMs >= startedAtMs && typeOf(line) === 'reply_started');
  if (begun < 0) return undefined;
  const first = told.slice(begun).find((line) => typeOf(line) === 'play');
  return first && Math.round(first.atMs - saidUntilMs);
}

/** Until the answer in progress was flushed and the last of its audio was sent. */
function stops(sinceMs: number | undefined, { startedAtMs }: StepTimes, { told }: Performance): number | undefined {
  const at = told.findIndex((line) => line.atMs >= startedAtMs && typeOf(line) === 'reply_interrupted');
  const flushed = told[at];
  if (!flushed || sinceMs === undefined) return undefined;
  const next = told.findIndex((line, index) => index > at && typeOf(line) === 'reply_started');
  const after = told.slice(at, next < 0 ? undefined : next).findLast((line) => typeOf(line) === 'play');
  return Math.round((after ?? flushed).atMs - sinceMs);
}

function firstWordSince({ startedAtMs }: StepTimes, { inside }: Performance): number | undefined {
  return inside?.firstWordsAtMs.find((atMs) => atMs >= startedAtMs);
}

/** Whether a text is the one that was wanted, or one that a pattern between slashes fits. */
function matches(wanted: string, got: string): boolean {
  const [, pattern, flags] = /^\/(.+)\/([a-z]*)$/s.exec(wanted) ?? [];
  return pattern === undefined ? wanted === got : new RegExp(pattern, flags).test(got);
}

/** A run of audio counts as one. */
export function runs(told: readonly ToldLine[]): readonly ToldLine[] {
  return told.filter((line, index) => line.what !== 'play' || told[index - 1]?.what !== 'play');
}

const typeOf = ({ what }: ToldLine): string => what.split(' ')[0] ?? '';
const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;
