import { afterEach, describe, expect, it } from 'vitest';
import { type FakeGroq, startFakeGroq } from '../../../../test/fakes/fake-groq.ts';
import { systemClock } from '../../../core/clock.ts';
import { once } from '../../../core/once.ts';
import { Secret } from '../../../core/secret.ts';
import { OpenAiLlm } from '../openai-llm.ts';
import { OpenAiStt } from '../openai-stt.ts';
import { OpenAiTts } from '../openai-tts.ts';
import { createServiceClient } from './client.ts';
import { serverAddress } from './server-address.ts';
import { GROQ } from './service.ts';

let fake: FakeGroq | undefined;
afterEach(() => fake?.close());

const REPLY = 'It is noon.';
const options = { clock: systemClock, random: () => 0 };

async function ask(baseUrl: string, apiKey?: Secret): Promise<string> {
  const llm = new OpenAiLlm({ client: createServiceClient(GROQ, { ...options, apiKey, baseUrl }), model: 'llama3' });
  let text = '';
  const { signal } = new AbortController();
  for await (const delta of llm.reply([{ role: 'user', content: 'hello' }], { signal })) {
    if (delta.type === 'token') text += delta.text;
  }
  return text;
}

describe('the address of a server', () => {
  it.each([
    { given: '/v1', basePath: '/v1' },
    { given: '/v1/', basePath: '/v1' },
    { given: '/v1//', basePath: '/v1' },
    { given: '/v1/chat/completions', basePath: '/v1' },
    { given: '', basePath: '/v1' },
    { given: '/', basePath: '/v1' },
    { given: '/api/v1', basePath: '/api/v1' },
    { given: '/v1beta/openai/', basePath: '/v1beta/openai' },
    { given: '', basePath: '/openai/v1' },
    { given: '/openai', basePath: '/openai/v1' },
    { given: '/openai/v1/', basePath: '/openai/v1' },
  ])('with "$given" at its end leads to $basePath', async ({ given, basePath }) => {
    fake = await startFakeGroq({ basePath, reply: REPLY });
    for (const _ of [1, 2]) expect(await ask(`${fake.url}${given}`, new Secret(fake.apiKey))).toBe(REPLY);
    expect(fake.requests.map(({ path }) => path)).toEqual(Array(2).fill(`${basePath}/chat/completions`));
  });

  it('keeps its query', async () => {
    fake = await startFakeGroq({ basePath: '/v1', reply: REPLY });
    expect(await ask(`${fake.url}/v1?api-version=2`, new Secret(fake.apiKey))).toBe(REPLY);
    expect(fake.requests[0]?.path).toBe('/v1/chat/completions?api-version=2');
  });

  it('is that of the other engines too', async () => {
    fake = await startFakeGroq({ basePath: '/v1', apiKey: null });
    const client = createServiceClient(GROQ, { ...options, apiKey: undefined, baseUrl: fake.url });
    const { signal } = new AbortController();
    const stt = new OpenAiStt({ client, model: 'm' }).open({ key: 'device', signal });
    stt.write(new Int16Array(16_000));
    stt.end();
    for await (const result of stt.results) expect(result.text).toBe('what time is it');
    for await (const _ of new OpenAiTts({ client, model: 'm' }).speak(once('hello'), { voice: 'Charles', signal }));
    expect(fake.requests.map(({ path }) => path)).toEqual(['/v1/audio/transcriptions', '/v1/audio/speech']);
  });

  it('in the own network needs no key, and is sent none', async () => {
    fake = await startFakeGroq({ basePath: '/v1', apiKey: null, reply: REPLY });
    expect(await ask(`${fake.url}/v1`)).toBe(REPLY);
    expect(fake.requests[0]?.authorized).toBe(true);
  });

  it('in the own network is told the limit of tokens by its older name as well', async () => {
    fake = await startFakeGroq({ basePath: '/v1', apiKey: null, reply: REPLY });
    await ask(`${fake.url}/v1`);
    expect(fake.requests[0]?.wholeChat).toMatchObject({ max_tokens: 512, max_completion_tokens: 512 });
  });

  it('is said to be wrong where nothing is', async () => {
    fake = await startFakeGroq({ basePath: '/elsewhere/v1' });
    await expect(ask(fake.url)).rejects.toMatchObject({ code: 'engine_misconfigured' });
    await expect(ask(`${fake.url}/v1`)).rejects.toMatchObject({ message: expect.stringContaining('GROQ_BASE_URL') });
  });

  it.each([
    'http://localhost:11434/v1',
    'http://127.0.0.1:11434/v1',
    'http://[::1]:11434/v1',
    'http://192.168.1.20:8080',
    'http://10.1.2.3/v1',
    'http://172.20.0.5/v1',
    'http://100.101.102.103/v1',
    'http://[fd12::1]/v1',
    'http://ollama:11434/v1',
    'http://nas.local/v1',
    'http://gpu.lan:1234/v1',
    'http://host.docker.internal:11434/v1',
  ])('%s is in the own network', (given) => {
    expect(serverAddress(GROQ, given).isLocal).toBe(true);
    expect(() => createServiceClient(GROQ, { ...options, apiKey: undefined, baseUrl: given })).not.toThrow();
  });

  it.each([
    undefined,
    'https://api.groq.com',
    'https://api.openai.com/v1',
    'http://8.8.8.8/v1',
    'http://172.32.0.1/v1',
  ])('%s is elsewhere, and needs a key', (given) => {
    expect(serverAddress(GROQ, given).isLocal).toBe(false);
    expect(() => createServiceClient(GROQ, { ...options, apiKey: undefined, baseUrl: given })).toThrow(
      expect.objectContaining({ code: 'engine_misconfigured', message: expect.stringContaining('GROQ_API_KEY') }),
    );
  });

  it.each(['http://user:CANARY@host/v1', 'not an address'])(
    'is refused when it is %s, without a word of it',
    (given) => {
      expect(() => createServiceClient(GROQ, { ...options, apiKey: undefined, baseUrl: given })).toThrow(
        expect.objectContaining({ code: 'engine_misconfigured', message: expect.not.stringContaining('CANARY') }),
      );
    },
  );
});
