import type { HistoryEntry } from '#src/conversation/ports';
import type { EventReport } from '#src/telemetry/events';
import type { ScenarioStep } from './scenario-schema.ts';

/** When a step happened, milliseconds of the scenario's clock. */
export interface StepTimes {
  readonly startedAtMs: number;
  /** The end of what was said in it; of a step without speech the same as its beginning. */
  readonly saidUntilMs: number;
}

/** One thing that the device was told: a command in words, or `play` for a frame of audio. */
export interface ToldLine {
  readonly atMs: number;
  /** Which connection, counted from 0. */
  readonly line: number;
  readonly what: string;
}

/** What a request over REST gave. */
export interface RestResult {
  readonly outcome: string;
  readonly heard?: string;
  readonly answer?: string;
}

/** What happened in a scenario, with any player. */
export interface Performance {
  /** Of the steps that were reached. */
  readonly steps: readonly StepTimes[];
  readonly told: readonly ToldLine[];
  readonly turns: readonly Extract<EventReport, { type: 'turn.ended' }>[];
  readonly rest: readonly (RestResult | 'pending')[];
  /** Why it could not be played to its end. */
  readonly broken?: { readonly step: number; readonly text: string } | undefined;
  /** What only virtual time can see. */
  readonly inside?: {
    readonly history: readonly HistoryEntry[];
    readonly played: string;
    readonly llmCalls: { readonly total: number; readonly cancelled: number };
    readonly utterances: number;
    /** When the recogniser first had a word of an utterance. */
    readonly firstWordsAtMs: readonly number[];
  };
}

/** A step could not be carried out. */
export class StepFault extends Error {
  override readonly name = 'StepFault';
}

/** A step in a few words, for error texts. */
export function labelOf({ action }: ScenarioStep): string {
  if ('sample' in action && action.sample !== undefined) return `${action.name} ${action.sample}`;
  if ('text' in action && action.text !== undefined) return `${action.name} "${action.text}"`;
  return 'ms' in action ? `${action.name} ${action.ms} ms` : action.name;
}

/** A result of a request, from what a conversation or a fleet gives back. */
export async function toRestResult(
  result: string | Promise<{ readonly outcome: string; readonly heard: string; readonly answer?: string }>,
): Promise<RestResult> {
  if (typeof result === 'string') return { outcome: result };
  const { outcome, heard, answer } = await result;
  return { outcome, heard, ...(answer === undefined ? {} : { answer }) };
}
