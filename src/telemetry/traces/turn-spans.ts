import type { EngineCalled, ToolCalled, TurnEnded, TurnMoment } from '../../conversation/events.ts';
import { cleanText } from '../../core/clean-text.ts';

/** Longest name of a function that the language model may have made up, characters. */
const MAX_NAME = 64;

/** Longest name of a model, characters: some are paths. */
const MAX_MODEL = 256;

/** A span to be made. Times are monotonic milliseconds, as in the events. */
export interface SpanPlan {
  readonly name: string;
  readonly startMs: number;
  readonly endMs: number;
  /** Whether another program did the work. */
  readonly isClient: boolean;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
  /** Why it failed: a code. */
  readonly error?: string;
}

/**
 * The whole turn. Attributes follow the GenAI conventions of OpenTelemetry where these have a name (as of 2026 all of them are in
 * development); the others begin with `dialtone.`. What was said is in no span.
 */
export function turnSpan({ device, turn, kind, outcome, moments, spokenMs, error }: TurnEnded): SpanPlan {
  const endMs = moments.ended ?? 0;
  return {
    name: `turn ${kind}`,
    startMs: moments.started ?? endMs,
    endMs,
    isClient: false,
    attributes: {
      'gen_ai.conversation.id': device,
      'dialtone.device': device,
      'dialtone.turn': turn,
      'dialtone.turn.kind': kind,
      'dialtone.turn.outcome': outcome,
      'dialtone.turn.spoken_ms': Math.round(spokenMs),
    },
    ...(error ? { error: error.code } : {}),
  };
}

/** What of a turn is no call of an engine, from its moments: how long the end of the speech was waited for, and the playing. */
export function stageSpans({ moments }: TurnEnded): SpanPlan[] {
  return [
    ...between('vad speech', 'started', 'last_speech', moments),
    ...between('vad endpointing', 'last_speech', 'speech_ended', moments),
    ...between('playout', 'first_sent', 'ended', moments),
  ];
}

function between(name: string, from: TurnMoment, to: TurnMoment, moments: TurnEnded['moments']): SpanPlan[] {
  const startMs = moments[from];
  const endMs = moments[to];
  if (startMs === undefined || endMs === undefined || endMs < startMs) return [];
  return [{ name, startMs, endMs, isClient: false, attributes: {} }];
}

/** One call of an engine. */
export function callSpan(call: EngineCalled): SpanPlan {
  const { kind, engine, model, startedAtMs, firstAtMs, endedAtMs, outcome, code } = call;
  const operation = kind === 'llm' ? 'chat' : kind;
  return {
    name: `${operation} ${model === undefined ? engine : cleanText(model, MAX_NAME)}`,
    startMs: startedAtMs,
    endMs: endedAtMs,
    isClient: true,
    attributes: {
      ...(kind === 'llm' ? { 'gen_ai.operation.name': 'chat' } : {}),
      'gen_ai.provider.name': engine,
      ...(model === undefined ? {} : { 'gen_ai.request.model': cleanText(model, MAX_MODEL) }),
      'dialtone.engine.kind': kind,
      'dialtone.engine.outcome': outcome,
      ...(firstAtMs === undefined ? {} : { 'gen_ai.response.time_to_first_chunk': (firstAtMs - startedAtMs) / 1000 }),
      ...(call.inputTokens === undefined ? {} : { 'gen_ai.usage.input_tokens': call.inputTokens }),
      ...(call.outputTokens === undefined ? {} : { 'gen_ai.usage.output_tokens': call.outputTokens }),
      ...(call.audioMs === undefined ? {} : { 'dialtone.audio_ms': Math.round(call.audioMs) }),
      ...(call.characters === undefined ? {} : { 'dialtone.characters': call.characters }),
    },
    ...(outcome === 'failed' ? { error: code ?? 'internal' } : {}),
  };
}

/** One function that the language model called. */
export function toolSpan({ tool, startedAtMs, endedAtMs, ok }: ToolCalled): SpanPlan {
  const name = cleanText(tool, MAX_NAME);
  return {
    name: `execute_tool ${name}`,
    startMs: startedAtMs,
    endMs: endedAtMs,
    isClient: false,
    attributes: { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': name },
    ...(ok ? {} : { error: 'tool_failed' }),
  };
}
