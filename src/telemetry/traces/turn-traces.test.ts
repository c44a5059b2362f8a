import { expect, it } from 'vitest';
import type { EngineCalled, TurnEnded } from '../../conversation/events.ts';
import { ManualClock } from '../../core/manual-clock.ts';
import { EventBus } from '../event-bus.ts';
import type { SpanPlan } from './turn-spans.ts';
import { traceTurns } from './turn-traces.ts';

function setUp() {
  const clock = new ManualClock(1_000_000);
  const bus = new EventBus(clock, (error) => {
    throw error;
  });
  const spans: { plan: SpanPlan; from: number; to: number; parent: unknown }[] = [];
  const offset = clock.wallNow() - clock.now();
  const stop = traceTurns(bus, clock, {
    span: (plan, { startMs, endMs }, parent) => {
      spans.push({ plan, from: startMs - offset, to: endMs - offset, parent });
      return plan.name;
    },
  });
  return {
    bus,
    clock,
    spans,
    stop,
    shown: () => spans.map(({ plan, from, to, parent }) => [plan.name, from, to, parent]),
  };
}

const call = (more: Partial<EngineCalled>): EngineCalled => ({
  type: 'engine.call',
  device: 'hall',
  turn: 1,
  kind: 'llm',
  engine: 'groq',
  startedAtMs: 1_500,
  firstAtMs: 1_700,
  endedAtMs: 2_000,
  outcome: 'ok',
  ...more,
});
const ended = (more: Partial<TurnEnded> = {}): TurnEnded => ({
  type: 'turn.ended',
  device: 'hall',
  turn: 1,
  kind: 'user',
  outcome: 'answered',
  heard: 'CANARY',
  answer: 'CANARY',
  written: 'CANARY',
  spokenMs: 900,
  stages: {},
  moments: { started: 0, last_speech: 1_000, speech_ended: 1_400, first_sent: 2_100, ended: 3_000 },
  ...more,
});

it('a turn is a span with what it consisted of below it, and no words in any', () => {
  const { bus, spans, shown } = setUp();
  bus.report(call({ kind: 'stt', engine: 'sherpa', startedAtMs: -60, endedAtMs: 1_450 }));
  bus.report(call({ inputTokens: 100, outputTokens: 7 }));
  bus.report({
    type: 'tool.call',
    device: 'hall',
    turn: 1,
    tool: 'get_time',
    startedAtMs: 1_800,
    endedAtMs: 1_810,
    ok: true,
  });
  bus.report(ended());
  expect(shown()).toEqual([
    ['turn user', -60, 3_000, undefined],
    ['vad speech', 0, 1_000, 'turn user'],
    ['vad endpointing', 1_000, 1_400, 'turn user'],
    ['playout', 2_100, 3_000, 'turn user'],
    ['stt sherpa', -60, 1_450, 'turn user'],
    ['chat groq', 1_500, 2_000, 'turn user'],
    ['execute_tool get_time', 1_800, 1_810, 'turn user'],
  ]);
  expect(spans.find(({ plan }) => plan.name === 'chat groq')?.plan.attributes).toMatchObject({
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'groq',
    'gen_ai.usage.input_tokens': 100,
    'gen_ai.usage.output_tokens': 7,
    'gen_ai.response.time_to_first_chunk': 0.2,
  });
  expect(JSON.stringify(spans)).not.toContain('CANARY');
});

it('a call that ends behind its turn is below it, and turns of devices are kept apart', () => {
  const { bus, shown } = setUp();
  bus.report(call({ device: 'kitchen' }));
  bus.report(ended({ moments: { started: 0, ended: 10 } }));
  bus.report(call({ kind: 'tts', engine: 'espeak', outcome: 'cancelled' }));
  expect(shown()).toEqual([
    ['turn user', 0, 10, undefined],
    ['tts espeak', 1_500, 2_000, 'turn user'],
  ]);
});

it('a reply is named after its model, where that has a name', () => {
  const { bus, spans } = setUp();
  bus.report(call({ model: 'llama-3.3-70b-versatile' }));
  bus.report(ended());
  expect(spans.find(({ plan }) => plan.name === 'chat llama-3.3-70b-versatile')?.plan.attributes).toMatchObject({
    'gen_ai.provider.name': 'groq',
    'gen_ai.request.model': 'llama-3.3-70b-versatile',
  });
});

it('what failed says with which code', () => {
  const { bus, spans } = setUp();
  bus.report(call({ outcome: 'failed', code: 'engine_timeout' }));
  bus.report(ended({ outcome: 'failed', error: { kind: 'llm', code: 'engine_timeout', message: 'CANARY' } }));
  expect(spans.filter(({ plan }) => plan.error === 'engine_timeout').map(({ plan }) => plan.name)).toEqual([
    'turn user',
    'chat groq',
  ]);
});

it('a turn that never ends is forgotten behind others, and nothing is made once it is stopped', () => {
  const { bus, spans, stop } = setUp();
  bus.report(call({}));
  for (let turn = 2; turn < 2_100; turn += 1) bus.report(call({ turn }));
  bus.report(ended());
  expect(spans.map(({ plan }) => plan.name)).not.toContain('chat groq');
  const { length } = spans;
  stop();
  bus.report(ended({ turn: 2 }));
  expect(spans).toHaveLength(length);
});
