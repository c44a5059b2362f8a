import { afterEach, describe, expect, it } from 'vitest';
import { type FakeGroq, type FakeGroqOptions, startFakeGroq } from '../../../test/fakes/fake-groq.ts';
import { systemClock } from '../../core/clock.ts';
import { once } from '../../core/once.ts';
import { Secret } from '../../core/secret.ts';
import { OpenAiLlm } from './openai-llm.ts';
import { OpenAiStt } from './openai-stt.ts';
import { OpenAiTts } from './openai-tts.ts';
import { createServiceClient, type ServiceClient } from './requests/client.ts';
import { OPENAI } from './requests/service.ts';

let fake: FakeGroq | undefined;
afterEach(() => fake?.close());

async function serve(options: FakeGroqOptions = {}, path = '/v1', apiKey?: string): Promise<ServiceClient> {
  fake = await startFakeGroq({
    basePath: '/v1',
    apiKey: apiKey ?? null,
    voices: null,
    reply: 'It is noon.',
    ...options,
  });
  return createServiceClient(OPENAI, {
    apiKey: apiKey === undefined ? undefined : new Secret(apiKey),
    baseUrl: `${fake.url}${path}`,
    clock: systemClock,
    random: () => 0,
    firstByteTimeoutMs: 20_000,
  });
}

const { signal } = new AbortController();

async function ask(llm: OpenAiLlm, options: Parameters<OpenAiLlm['reply']>[1] = { signal }): Promise<string> {
  let text = '';
  for await (const delta of llm.reply([{ role: 'user', content: 'hello' }], options)) {
    if (delta.type === 'token') text += delta.text;
  }
  return text;
}

async function hear(stt: OpenAiStt): Promise<string[]> {
  const stream = stt.open({ key: 'device', signal });
  stream.write(new Int16Array(16_000));
  stream.end();
  const texts: string[] = [];
  for await (const { text } of stream.results) texts.push(text);
  return texts;
}

async function say(tts: OpenAiTts): Promise<{ readonly sampleRate: number; readonly samples: number }> {
  let [sampleRate, samples] = [0, 0];
  for await (const chunk of tts.speak(once('hello there'), { voice: 'Charles', signal })) {
    sampleRate = chunk.sampleRate;
    samples += chunk.samples.length;
  }
  return { sampleRate, samples };
}

describe('a server with the API of OpenAI', () => {
  it.each(['/v1', '/v1/', '', '/'])('talks, hears and speaks at an address that ends with "%s"', async (path) => {
    const client = await serve({}, path);
    const llm = new OpenAiLlm({ client, model: 'llama3.2' });
    expect(llm.id).toBe('openai');
    expect(await ask(llm)).toBe('It is noon.');
    expect(await hear(new OpenAiStt({ client, model: 'small' }))).toEqual(['what time is it']);
    const { sampleRate, samples } = await say(new OpenAiTts({ client, model: 'kokoro' }));
    expect(sampleRate).toBe(24_000);
    expect(samples).toBeGreaterThan(1_000);
    expect(fake?.requests.map((request) => request.path)).toEqual([
      '/v1/chat/completions',
      '/v1/audio/transcriptions',
      '/v1/audio/speech',
    ]);
  });

  it('is found at an address without a path by speech first', async () => {
    const client = await serve({}, '');
    expect(await hear(new OpenAiStt({ client, model: 'small' }))).toEqual(['what time is it']);
    expect(fake?.requests).toHaveLength(1);
  });

  it('may have its API behind a path without a version', async () => {
    const client = await serve({ basePath: '/api/openai/v1' }, '/api/openai');
    expect(await ask(new OpenAiLlm({ client, model: 'm' }))).toBe('It is noon.');
  });

  it('may have its API without a version', async () => {
    const client = await serve({ basePath: '' }, '');
    expect(await ask(new OpenAiLlm({ client, model: 'm' }))).toBe('It is noon.');
  });

  it('is sent the key', async () => {
    const client = await serve({}, '/v1', 'sk-secret');
    expect(await ask(new OpenAiLlm({ client, model: 'm' }))).toBe('It is noon.');
  });

  it('is sent no key of the environment', async () => {
    process.env.OPENAI_API_KEY = 'sk-of-the-environment';
    try {
      const client = await serve();
      await ask(new OpenAiLlm({ client, model: 'm' }));
      expect(fake?.requests[0]?.authorized).toBe(true);
    } finally {
      delete process.env.OPENAI_API_KEY;
    }
  });

  it('speaks with the voice that is set, or with that of the book', async () => {
    const client = await serve();
    await say(new OpenAiTts({ client, model: 'm' }));
    await say(new OpenAiTts({ client, model: 'm', voice: 'af_heart' }));
    expect(fake?.requests.map(({ speech }) => speech?.voice)).toEqual(['onyx', 'af_heart']);
  });

  it.each([
    ['audio/pcm', 24_000],
    ['audio/pcm; rate=16000', 16_000],
    ['audio/L16;rate=22050;channels=1', 22_050],
  ])('may speak as raw samples (%s)', async (contentType, rate) => {
    const client = await serve({ rawSpeech: { contentType } });
    const { sampleRate, samples } = await say(new OpenAiTts({ client, model: 'm' }));
    expect(sampleRate).toBe(rate);
    expect(samples).toBeGreaterThan(1_000);
  });

  it('is told of when it speaks MP3', async () => {
    const client = await serve({ rawSpeech: { contentType: 'audio/mpeg' } });
    await expect(say(new OpenAiTts({ client, model: 'm' }))).rejects.toMatchObject({
      code: 'engine_bad_answer',
      message: expect.stringMatching(/audio\/mpeg, where WAV was asked for/),
    });
  });
});

describe('the model of a server', () => {
  it('is the only one that it has', async () => {
    const client = await serve({ models: [{ id: 'llama3.2' }] });
    const llm = new OpenAiLlm({ client });
    await ask(llm);
    await ask(llm);
    expect(fake?.requests.flatMap(({ chat }) => chat?.model ?? [])).toEqual(['llama3.2', 'llama3.2']);
  });

  it('is the one for the work where the server says what each is for', async () => {
    const models = [
      { id: 'whisper', task: 'automatic-speech-recognition' },
      { id: 'kokoro', task: 'text-to-speech' },
    ];
    const client = await serve({ models });
    await hear(new OpenAiStt({ client }));
    await say(new OpenAiTts({ client }));
    expect(fake?.requests.flatMap(({ transcription, speech }) => (transcription ?? speech)?.model ?? [])).toEqual([
      'whisper',
      'kokoro',
    ]);
  });

  it('must be named where it has several, or names none', async () => {
    const several = new OpenAiLlm({
      client: await serve({ models: [{ id: 'a' }, { id: 'b' }] }),
      modelSetting: 'OPENAI_LLM_MODEL',
    });
    await expect(ask(several)).rejects.toMatchObject({
      code: 'engine_misconfigured',
      message: 'The server has several models (a, b): set OPENAI_LLM_MODEL to the one that is meant.',
    });
    await fake?.close();
    const none = new OpenAiStt({ client: await serve({ models: [] }), modelSetting: 'OPENAI_STT_MODEL' });
    await expect(hear(none)).rejects.toMatchObject({ message: expect.stringContaining('set OPENAI_STT_MODEL') });
  });
});

describe('a server that refuses a field', () => {
  const refusal = (message: string) => ({ type: 'status', status: 400, message }) as const;

  it('is asked without functions when its model has none, and the user is answered', async () => {
    const client = await serve();
    const llm = new OpenAiLlm({ client, model: 'gemma' });
    fake?.fail('chat', refusal('registry/library/gemma does not support tools'));
    const tools = [{ name: 'set_volume', description: 'Sets it.', parameters: { type: 'object', properties: {} } }];
    expect(await ask(llm, { signal, tools })).toBe('It is noon.');
    expect(await ask(llm, { signal, tools })).toBe('It is noon.');
    expect(fake?.requests.map(({ chat }) => chat?.tools !== undefined)).toEqual([true, false, false]);
    expect(llm.reply([], { signal }).capabilities.tools).toBe(false);
  });

  it.each([
    ['Unsupported value: temperature does not support 0.5 with this model.', 'temperature'],
    ["Unsupported parameter: 'max_tokens' is not supported. Use 'max_completion_tokens' instead.", 'max_tokens'],
    ['[{"loc":["body","max_completion_tokens"],"msg":"Extra inputs are not permitted"}]', 'max_completion_tokens'],
  ])('is asked without it: %s', async (message, field) => {
    const client = await serve();
    const llm = new OpenAiLlm({ client, model: 'm' });
    fake?.fail('chat', refusal(message));
    expect(await ask(llm, { signal, temperature: 0.5 })).toBe('It is noon.');
    const sent = fake?.requests.map(({ wholeChat }) => field in (wholeChat as object));
    expect(sent).toEqual([true, false]);
    expect(fake?.requests[1]?.wholeChat).toMatchObject(field === 'temperature' ? {} : { model: 'm' });
  });

  it('is not asked again when it refuses something else', async () => {
    const client = await serve();
    fake?.fail('chat', refusal('the model "m" was not found'), Number.POSITIVE_INFINITY);
    await expect(ask(new OpenAiLlm({ client, model: 'm' }))).rejects.toMatchObject({ code: 'engine_misconfigured' });
    expect(fake?.requests).toHaveLength(1);
  });

  it('is asked for plain JSON when it knows no other transcription', async () => {
    const client = await serve();
    const stt = new OpenAiStt({ client, model: 'gpt-4o-transcribe' });
    fake?.fail('transcription', refusal("response_format 'verbose_json' is not compatible with this model"));
    expect(await hear(stt)).toEqual(['what time is it']);
    expect(await hear(stt)).toEqual(['what time is it']);
    expect(fake?.requests).toHaveLength(3);
  });
});

describe('an error', () => {
  it('names the address that was asked, and the settings', async () => {
    const client = await serve();
    fake?.fail('chat', { type: 'status', status: 404, message: 'model not found' });
    await expect(ask(new OpenAiLlm({ client, model: 'm' }))).rejects.toMatchObject({
      engine: 'openai',
      message: expect.stringMatching(
        /^The server refused the request to http:\/\/127\.0\.0\.1:\d+\/v1\/chat\/completions \(404\): model not found; .*OPENAI_\.\.\._MODEL.*OPENAI_BASE_URL\.$/,
      ),
    });
    const url = fake?.url;
    await fake?.close();
    await expect(say(new OpenAiTts({ client, model: 'm' }))).rejects.toMatchObject({
      code: 'engine_unavailable',
      message: `The server cannot be reached at ${url}/v1/audio/speech (ECONNREFUSED): check the network and OPENAI_BASE_URL.`,
    });
  });
});
