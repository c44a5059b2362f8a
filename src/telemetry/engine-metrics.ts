import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { EngineCalled } from '../conversation/events.ts';
import type { ErrorCode } from '../core/errors.ts';
import type { EngineEvent, EngineKind } from '../engines/events.ts';

/** What an engine fails with. A code that is missing here is counted all the same; these start at 0. */
const CODES: readonly ErrorCode[] = [
  'engine_unavailable',
  'engine_misconfigured',
  'engine_auth',
  'engine_rate_limited',
  'engine_timeout',
  'engine_bad_request',
  'engine_bad_answer',
  'engine_overloaded',
  'speech_host_down',
];

/** Bounds for what an engine takes, seconds: from a voice on this machine to a model that has to be loaded first. */
const BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 16, 32, 64];

/** An engine, by its kind and name. */
export interface NamedEngine {
  readonly kind: EngineKind;
  readonly id: string;
}

/**
 * Metrics of what engines do, by kind and engine; never by device.
 * @param engines those of the settings: their errors start at 0
 */
export function createEngineMetrics(registry: Registry, engines: readonly NamedEngine[]) {
  const registers = [registry];
  const labelNames = ['kind', 'engine'] as const;
  const errors = new Counter({
    name: 'dialtone_engine_errors_total',
    help: 'Calls of an engine that failed, by kind of engine, engine and code',
    labelNames: [...labelNames, 'code'],
    registers,
  });
  const up = new Gauge({
    name: 'dialtone_engine_up',
    help: 'Whether an engine is up: 0 while it is down or has no room for more; another one of its list does its work then, if there is one',
    labelNames,
    registers,
  });
  const first = new Histogram({
    name: 'dialtone_engine_first_result_seconds',
    help: 'From the beginning of a call of an engine to its first text or audio; speech to text: from the first audio',
    labelNames,
    buckets: BUCKETS,
    registers,
  });
  const whole = new Histogram({
    name: 'dialtone_engine_call_seconds',
    help: 'How long a call of an engine took, by how it ended',
    labelNames: [...labelNames, 'outcome'],
    buckets: BUCKETS,
    registers,
  });
  const audio = new Counter({
    name: 'dialtone_engine_audio_seconds_total',
    help: 'Audio that an engine has heard or spoken',
    labelNames,
    registers,
  });
  const characters = new Counter({
    name: 'dialtone_engine_characters_total',
    help: 'Characters of text that an engine was given to speak',
    labelNames,
    registers,
  });
  const tokens = new Counter({
    name: 'dialtone_engine_tokens_total',
    help: 'Tokens that a language model has read (input) and written (output), as its server says',
    labelNames: [...labelNames, 'direction'],
    registers,
  });
  for (const { kind, id: engine } of engines) {
    for (const code of CODES) errors.inc({ kind, engine, code }, 0);
    up.set({ kind, engine }, 1);
  }
  const called = ({ kind, engine, startedAtMs, firstAtMs, endedAtMs, outcome, ...amounts }: EngineCalled): void => {
    const labels = { kind, engine };
    whole.observe({ ...labels, outcome }, (endedAtMs - startedAtMs) / 1000);
    if (firstAtMs !== undefined) first.observe(labels, (firstAtMs - startedAtMs) / 1000);
    if (amounts.audioMs !== undefined) audio.inc(labels, amounts.audioMs / 1000);
    if (amounts.characters !== undefined) characters.inc(labels, amounts.characters);
    if (amounts.inputTokens !== undefined) tokens.inc({ ...labels, direction: 'input' }, amounts.inputTokens);
    if (amounts.outputTokens !== undefined) tokens.inc({ ...labels, direction: 'output' }, amounts.outputTokens);
  };
  return (event: EngineEvent | EngineCalled): void => {
    if (event.type === 'engine.call') called(event);
    else if (event.type === 'engine.error') {
      errors.inc({ kind: event.kind, engine: event.engine, code: event.code });
    } else if (event.type === 'engine.state') {
      up.set({ kind: event.kind, engine: event.engine }, event.state === 'up' ? 1 : 0);
    }
  };
}
