import type { FleetScenario } from './fleet-scenario.ts';

/** What the devices of a fleet, or of a part of it, have seen. */
export interface FleetResults {
  /** Without those that misbehave. */
  readonly steady: {
    /** How many devices had so many connections. */
    readonly connections: Readonly<Record<number, number>>;
    /** Most sockets that one of them ever had open at once. */
    readonly mostSockets: number;
  };
  readonly devices: number;
  readonly asked: number;
  readonly answered: number;
  /** From the end of speech to the first audio of the answer, milliseconds. */
  readonly latenciesMs: readonly number[];
  readonly frames: number;
  readonly lateFrames: number;
  readonly droppedFrames: number;
  readonly underruns: number;
  /** What a real device would have choked on, and why questions had no answer: how often each. */
  readonly complaints: Readonly<Record<string, number>>;
}

/** A promise and what became of it. */
interface Budget {
  readonly what: string;
  readonly value: string;
  readonly limit: string;
  readonly holds: boolean;
}

/** The results of all parts as one. */
export function mergeResults(parts: readonly FleetResults[]): FleetResults {
  const sum = (of: (part: FleetResults) => number): number => parts.reduce((total, part) => total + of(part), 0);
  return {
    steady: {
      connections: addUp(parts.map(({ steady }) => steady.connections)),
      mostSockets: Math.max(0, ...parts.map(({ steady }) => steady.mostSockets)),
    },
    devices: sum(({ devices }) => devices),
    asked: sum(({ asked }) => asked),
    answered: sum(({ answered }) => answered),
    latenciesMs: parts.flatMap(({ latenciesMs }) => latenciesMs),
    frames: sum(({ frames }) => frames),
    lateFrames: sum(({ lateFrames }) => lateFrames),
    droppedFrames: sum(({ droppedFrames }) => droppedFrames),
    underruns: sum(({ underruns }) => underruns),
    complaints: addUp(parts.map(({ complaints }) => complaints)),
  };
}

/** The table for a person, in Markdown, and whether every promise was kept. */
export function judge(
  results: FleetResults,
  scenario: FleetScenario,
): { readonly holds: boolean; readonly table: string } {
  const budgets = budgetsOf(results, scenario);
  const rows = budgets.map(({ what, value, limit, holds }) => [
    what,
    value,
    limit,
    limit === '' ? '' : holds ? 'holds' : 'BROKEN',
  ]);
  const lines = [['what the devices saw', 'value', 'budget', ''], ['---', '---', '---', '---'], ...rows];
  const complaints = Object.entries(results.complaints).map(([text, count]) => `${count} x ${text}`);
  return {
    holds: budgets.every(({ holds }) => holds),
    table: [...lines.map((cells) => `| ${cells.join(' | ')} |`), ...complaints].join('\n'),
  };
}

function budgetsOf(results: FleetResults, { budgets }: FleetScenario): Budget[] {
  const { asked, answered, frames, steady, latenciesMs } = results;
  const most = Math.max(0, ...Object.keys(steady.connections).map(Number));
  const least = Math.min(most, ...Object.keys(steady.connections).map(Number));
  const at = (part: number): number => percentile(latenciesMs, part);
  const atMost = (what: string, value: number, limit: number | undefined, show: (value: number) => string): Budget => ({
    what,
    value: show(value),
    limit: limit === undefined ? '' : `at most ${show(limit)}`,
    holds: limit === undefined || value <= limit,
  });
  const ms = (value: number): string => `${Math.round(value)} ms`;
  const percent = (value: number): string => `${Number((value * 100).toFixed(2))} %`;
  const number = (value: number): string => String(Number(value.toFixed(3)));
  return [
    atMost('devices', results.devices, undefined, number),
    {
      what: 'connections of a device without faults, least to most',
      value: `${least} to ${most}`,
      limit: budgets.connections === undefined ? '' : `exactly ${budgets.connections}`,
      holds: budgets.connections === undefined || (least === budgets.connections && most === budgets.connections),
    },
    atMost(
      'sockets of a device at once, most',
      steady.mostSockets,
      budgets.connections === undefined ? undefined : 1,
      number,
    ),
    atMost('questions', asked, undefined, number),
    {
      what: 'questions answered',
      value: percent(asked === 0 ? 1 : answered / asked),
      limit: budgets.answered === undefined ? '' : `at least ${percent(budgets.answered)}`,
      holds: budgets.answered === undefined || (asked > 0 && answered / asked >= budgets.answered),
    },
    atMost('end of speech to first audio, p50', at(0.5), budgets.latency_p50_ms, ms),
    atMost('end of speech to first audio, p95', at(0.95), budgets.latency_p95_ms, ms),
    atMost('end of speech to first audio, p99', at(0.99), budgets.latency_p99_ms, ms),
    atMost('audio frames', frames, undefined, number),
    atMost('late frames', frames === 0 ? 0 : results.lateFrames / frames, budgets.late_frames, percent),
    atMost('dropped frames', frames === 0 ? 0 : results.droppedFrames / frames, budgets.dropped_frames, percent),
    atMost('underruns of an answer', answered === 0 ? 0 : results.underruns / answered, budgets.underruns, number),
  ];
}

/** Nearest rank; of nothing 0. */
function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? 0;
}

function addUp<Key extends string | number>(counts: readonly Readonly<Record<Key, number>>[]): Record<Key, number> {
  const total = {} as Record<Key, number>;
  for (const count of counts) {
    for (const key of Object.keys(count) as Key[]) total[key] = (total[key] ?? 0) + count[key];
  }
  return total;
}
