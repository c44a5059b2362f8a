import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { createEngineMetrics } from './engine-metrics.ts';

it('counts what engines do by kind and engine, and no device', async () => {
  const registry = new Registry();
  const count = createEngineMetrics(registry, [{ kind: 'llm', id: 'groq' }]);
  const call = { type: 'engine.call', device: 'kitchen', turn: 1, startedAtMs: 1_000, outcome: 'ok' } as const;
  count({ ...call, kind: 'llm', engine: 'groq', firstAtMs: 1_300, endedAtMs: 3_000, inputTokens: 70, outputTokens: 9 });
  count({ ...call, kind: 'tts', engine: 'espeak', firstAtMs: 1_020, endedAtMs: 1_100, audioMs: 2_500, characters: 31 });
  count({ ...call, kind: 'tts', engine: 'espeak', endedAtMs: 1_100, outcome: 'failed', code: 'engine_timeout' });
  count({ type: 'engine.state', kind: 'llm', engine: 'groq', state: 'full', reason: 'busy' });
  count({ type: 'engine.error', kind: 'llm', engine: 'groq', code: 'engine_overloaded', message: 'busy' });
  const text = await registry.metrics();
  for (const line of [
    'dialtone_engine_tokens_total{kind="llm",engine="groq",direction="input"} 70',
    'dialtone_engine_tokens_total{kind="llm",engine="groq",direction="output"} 9',
    'dialtone_engine_first_result_seconds_sum{kind="llm",engine="groq"} 0.3',
    'dialtone_engine_call_seconds_sum{kind="llm",engine="groq",outcome="ok"} 2',
    'dialtone_engine_call_seconds_count{kind="tts",engine="espeak",outcome="failed"} 1',
    'dialtone_engine_first_result_seconds_count{kind="tts",engine="espeak"} 1',
    'dialtone_engine_audio_seconds_total{kind="tts",engine="espeak"} 2.5',
    'dialtone_engine_characters_total{kind="tts",engine="espeak"} 31',
    'dialtone_engine_up{kind="llm",engine="groq"} 0',
    'dialtone_engine_errors_total{kind="llm",engine="groq",code="engine_overloaded"} 1',
    'dialtone_engine_errors_total{kind="llm",engine="groq",code="engine_auth"} 0',
  ]) {
    expect(text).toContain(line);
  }
  expect(text).not.toContain('kitchen');
  count({ type: 'engine.state', kind: 'llm', engine: 'groq', state: 'up' });
  expect(await registry.metrics()).toContain('dialtone_engine_up{kind="llm",engine="groq"} 1');
});
