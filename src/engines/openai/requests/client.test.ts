import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeGroq, type FakeGroqFault, startFakeGroq } from '../../../../test/fakes/fake-groq.ts';
import { systemClock } from '../../../core/clock.ts';
import { once } from '../../../core/once.ts';
import { Secret } from '../../../core/secret.ts';
import { OpenAiLlm } from '../openai-llm.ts';
import { OpenAiStt } from '../openai-stt.ts';
import { OpenAiTts } from '../openai-tts.ts';
import { createServiceClient, type ServiceClient } from './client.ts';
import { GROQ } from './service.ts';

const CANARY = 'gsk_CANARYcanary1234567890';

/** Everything that a log, a status or a debugger could make of a value, hidden properties and causes included. */
function everyPrintedForm(value: unknown): string {
  const seen = new Set<unknown>();
  const parts: string[] = [];
  const walk = (at: unknown): void => {
    parts.push(String(at), inspect(at, { depth: 12, showHidden: true }));
    if (typeof at !== 'object' || at === null || seen.has(at)) return;
    seen.add(at);
    try {
      parts.push(JSON.stringify(at));
    } catch {
      // A cycle: the walk sees its parts.
    }
    for (const key of Reflect.ownKeys(at)) walk(Object.getOwnPropertyDescriptor(at, key)?.value);
  };
  walk(value);
  return parts.join('\n');
}

const options = { clock: systemClock, random: () => 0 };

describe('createServiceClient', () => {
  it('needs a key', () => {
    expect(() => createServiceClient(GROQ, { ...options, apiKey: undefined })).toThrow(
      expect.objectContaining({ code: 'engine_misconfigured', message: expect.stringContaining('GROQ_API_KEY') }),
    );
  });

  it('refuses a key that fetch would refuse by printing it', () => {
    for (const bad of [`${CANARY}\n${CANARY}`, `${CANARY} `, `${CANARY}é`, '']) {
      try {
        createServiceClient(GROQ, { ...options, apiKey: new Secret(bad) });
        expect.unreachable();
      } catch (error) {
        expect(error).toMatchObject({ code: 'engine_misconfigured' });
        expect(everyPrintedForm(error)).not.toContain('CANARY');
      }
    }
  });
});

describe('the key', () => {
  let fake: FakeGroq;
  let client: ServiceClient;

  beforeEach(async () => {
    fake = await startFakeGroq({ apiKey: CANARY });
    client = createServiceClient(GROQ, {
      ...options,
      apiKey: new Secret(CANARY),
      baseUrl: fake.url,
      firstByteTimeoutMs: 200,
    });
  });
  afterEach(() => fake.close());

  const faults: readonly FakeGroqFault[] = [
    ...[400, 401, 403, 404, 422, 429, 500].map(
      (status) => ({ type: 'status', status, echoKey: true, code: CANARY }) as const,
    ),
    { type: 'slow', delayMs: 5_000 },
    { type: 'drop' },
    { type: 'garbage' },
    { type: 'cut', afterPieces: 1, clean: true },
    { type: 'cut', afterPieces: 1, clean: false },
  ];

  it.each(faults)('is in no printed form of an error: %o', async (fault) => {
    for (const kind of ['chat', 'transcription', 'speech'] as const) fake.fail(kind, fault, Number.POSITIVE_INFINITY);
    const { signal } = new AbortController();
    const stt = new OpenAiStt({ client, model: 'm' }).open({ key: 'device', signal });
    stt.write(new Int16Array(16_000));
    stt.end();
    const iterations = [
      new OpenAiLlm({ client, model: 'm' }).reply([{ role: 'user', content: 'hi' }], { signal }),
      new OpenAiTts({ client, model: 'm' }).speak(once('hello'), { voice: 'Charles', signal }),
      stt.results,
    ];
    for (const iteration of iterations) {
      let failure: unknown;
      try {
        for await (const _ of iteration);
      } catch (error) {
        failure = error;
      }
      expect(failure).toMatchObject({ name: 'DialtoneError' });
      expect(everyPrintedForm(failure)).not.toContain('CANARY');
    }
  });

  it('is in no printed form of the engines', () => {
    const engines = [
      new OpenAiLlm({ client, model: 'm' }),
      new OpenAiStt({ client, model: 'm' }),
      new OpenAiTts({ client, model: 'm' }),
    ];
    expect(everyPrintedForm([client, ...engines])).not.toContain('CANARY');
  });
});
