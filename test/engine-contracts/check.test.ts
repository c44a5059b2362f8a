import { describe, expect, it } from 'vitest';
import { Secret } from '#src/core/secret';
import type { Engine } from '#src/engines/engine-call';
import { KyutaiStt } from '#src/engines/kyutai/kyutai-stt';
import { KyutaiTts } from '#src/engines/kyutai/kyutai-tts';
import { OpenAiLlm } from '#src/engines/openai/openai-llm';
import { OpenAiStt } from '#src/engines/openai/openai-stt';
import { OpenAiTts } from '#src/engines/openai/openai-tts';
import { createServiceClient } from '#src/engines/openai/requests/client';
import { GROQ } from '#src/engines/openai/requests/service';
import { createWyomingClient } from '#src/engines/wyoming/client';
import { WyomingStt } from '#src/engines/wyoming/wyoming-stt';
import { WyomingTts } from '#src/engines/wyoming/wyoming-tts';
import { startFakeGroq } from '../fakes/fake-groq.ts';
import { startFakeKyutai } from '../fakes/fake-kyutai.ts';
import { startFakeWyoming } from '../fakes/fake-wyoming.ts';
import { CountingClock, expectFailureOf, expectNoTimers, listenersOf } from './contract.ts';

/** An engine and its server. */
interface Checked {
  readonly engine: Engine;
  readonly stop: () => Promise<void>;
}

const groq = (make: (client: ReturnType<typeof createServiceClient>) => Engine) => async (clock: CountingClock) => {
  const fake = await startFakeGroq();
  const apiKey = new Secret(fake.apiKey);
  const engine = make(createServiceClient(GROQ, { apiKey, baseUrl: fake.url, clock, random: () => 0 }));
  return { engine, stop: () => fake.close() };
};
const kyutai = (Kind: typeof KyutaiStt | typeof KyutaiTts) => async (clock: CountingClock) => {
  const fake = await startFakeKyutai();
  return { engine: new Kind({ address: fake.url, clock, random: () => 0 }), stop: () => fake.close() };
};
const wyoming = (Kind: 'stt' | 'tts') => async (clock: CountingClock) => {
  const fake = await startFakeWyoming();
  const client = createWyomingClient(fake.url, 'STT_WYOMING_URL', { clock, quietTimeoutMs: 10_000 });
  return { engine: Kind === 'stt' ? new WyomingStt(client) : new WyomingTts({ client }), stop: () => fake.close() };
};

describe.each<[string, (clock: CountingClock) => Promise<Checked>]>([
  ['groq, an Llm', groq((client) => new OpenAiLlm({ client, model: 'm' }))],
  ['groq, an Stt', groq((client) => new OpenAiStt({ client, model: 'm' }))],
  ['groq, a Tts', groq((client) => new OpenAiTts({ client, model: 'm' }))],
  ['kyutai, an Stt', kyutai(KyutaiStt)],
  ['kyutai, a Tts', kyutai(KyutaiTts)],
  ['wyoming, an Stt', wyoming('stt')],
  ['wyoming, a Tts', wyoming('tts')],
])('the check of %s', (_, make) => {
  it('tells whether its server can be reached, each time anew, and leaves nothing behind', async () => {
    const clock = new CountingClock();
    const { engine, stop } = await make(clock);
    const { signal } = new AbortController();
    await engine.check?.(signal);
    await engine.check?.(signal);
    await stop();
    const failure = await Promise.resolve(engine.check?.(signal)).catch((error: unknown) => error);
    expectFailureOf(engine.id, failure);
    expect(failure).toMatchObject({ code: 'engine_unavailable' });
    await expect(engine.check?.(AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
    expect(listenersOf(signal)).toBe(0);
    await engine.close();
    await expectNoTimers(clock);
  });
});

describe('a server that answers, but', () => {
  it.each([
    [401, 'engine_auth'],
    [429, 'engine_rate_limited'],
    [503, 'engine_unavailable'],
    // A server without a list of models.
    [404, undefined],
    [405, undefined],
  ] as const)('with %s: %s', async (status, code) => {
    const fake = await startFakeGroq();
    fake.fail('models', { type: 'status', status, retryAfter: 60 }, Number.POSITIVE_INFINITY);
    const options = { baseUrl: fake.url, clock: new CountingClock(), random: () => 0, maxRetries: 0 };
    const client = createServiceClient(GROQ, { apiKey: new Secret(fake.apiKey), ...options });
    const outcome = await client.check(new AbortController().signal).catch((error: unknown) => error);
    if (code === undefined) expect(outcome).toBeUndefined();
    else expect(outcome).toMatchObject({ code });
    if (status === 429) expect(outcome).toMatchObject({ retryAfterMs: 60_000 });
    await fake.close();
  });

  it('has no free channel', async () => {
    const fake = await startFakeKyutai({ channels: 0 });
    const stt = new KyutaiStt({ address: fake.url, clock: new CountingClock(), random: () => 0 });
    await expect(stt.check(new AbortController().signal)).rejects.toMatchObject({ code: 'engine_overloaded' });
    expect(fake.refused).toBe(1);
    await fake.close();
  });

  it('offers another service', async () => {
    const fake = await startFakeWyoming({ tts: null });
    const clock = new CountingClock();
    const client = createWyomingClient(fake.url, 'TTS_WYOMING_URL', { clock, quietTimeoutMs: 10_000 });
    const { signal } = new AbortController();
    await expect(client.check('tts', signal)).rejects.toMatchObject({ code: 'engine_misconfigured' });
    fake.become({});
    await client.check('tts', signal);
    await fake.close();
  });
});
