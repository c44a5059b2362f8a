import { afterEach, describe, expect, it } from 'vitest';
import { type FakeGroq, type FakeGroqOptions, startFakeGroq } from '../../../test/fakes/fake-groq.ts';
import type { FakeChatReply } from '../../../test/fakes/fake-groq-chat.ts';
import { VirtualTime } from '../../../test/support/time/virtual-time.ts';
import { type Clock, systemClock } from '../../core/clock.ts';
import { Secret } from '../../core/secret.ts';
import type { LlmDelta, ToolSpec } from '../llm.ts';
import { OpenAiLlm } from './openai-llm.ts';
import type { CallLimits } from './requests/call.ts';
import { createServiceClient } from './requests/client.ts';
import { GROQ } from './requests/service.ts';

const TOOLS: readonly ToolSpec[] = [
  { name: 'set_volume', description: 'Sets the volume.', parameters: { type: 'object', properties: {} } },
];
const QUESTION = 'Tell me about the blue kettle.';

let fake: FakeGroq;
afterEach(() => fake.close());

async function serve(
  reply: FakeChatReply | readonly FakeChatReply[],
  { clock = systemClock, ...more }: FakeGroqOptions & Partial<CallLimits> & { readonly clock?: Clock } = {},
): Promise<OpenAiLlm> {
  const replies = 'at' in reply ? [...reply] : [reply];
  fake = await startFakeGroq({ ...more, reply: () => (replies.length > 1 ? replies.shift() : replies[0]) ?? '' });
  const client = createServiceClient(GROQ, {
    ...more,
    apiKey: new Secret(fake.apiKey),
    baseUrl: fake.url,
    clock,
    random: () => 0,
  });
  return new OpenAiLlm({ client, model: 'some-model' });
}

async function read(llm: OpenAiLlm): Promise<{ text: string; calls: string[]; deltas: LlmDelta[]; error?: unknown }> {
  const deltas: LlmDelta[] = [];
  const seen = () => ({
    text: deltas.map((delta) => (delta.type === 'token' ? delta.text : '')).join(''),
    calls: deltas.flatMap((delta) =>
      delta.type === 'tool_call' ? [`${delta.call.name}(${delta.call.arguments})`] : [],
    ),
    deltas,
  });
  try {
    const { signal } = new AbortController();
    for await (const delta of llm.reply([{ role: 'user', content: QUESTION }], { signal, tools: TOOLS })) {
      deltas.push(delta);
    }
  } catch (error) {
    return { ...seen(), error };
  }
  return seen();
}

/** Pieces as they stand on the wire. */
const events = (...values: readonly unknown[]): string[] =>
  values.map((value) => `data: ${typeof value === 'string' ? value : JSON.stringify(value)}\n\n`);
const delta = (fields: object, finish: string | null = null) => ({
  object: 'chat.completion.chunk',
  choices: [{ index: 0, delta: fields, finish_reason: finish }],
});
const says = (content: string) => delta({ content });
const STOP = delta({}, 'stop');
const DONE = '[DONE]';

describe('a reply is whole', () => {
  it.each<{ what: string; raw: readonly string[] }>([
    { what: 'that ends with [DONE] and says no reason', raw: events(says('It'), says(' is.'), DONE) },
    { what: 'that just ends', raw: events(says('It'), says(' is.')) },
    { what: 'that ends without a blank line', raw: ['data: {"choices":[{"delta":{"content":"It is."}}]}'] },
    { what: 'with null for a piece', raw: events(says('It'), null, says(' is.'), STOP, DONE) },
    { what: 'with null for a choice', raw: events({ choices: [null] }, says('It is.'), STOP) },
    { what: 'with null for all choices', raw: events({ choices: null }, says('It is.'), STOP) },
    { what: 'with null for a delta', raw: events({ choices: [{ delta: null }] }, says('It is.'), STOP) },
    { what: 'with null for words', raw: events(delta({ content: null }), says('It is.'), STOP) },
    { what: 'with a number for words', raw: events(delta({ content: 7 }), says('It is.'), STOP) },
    { what: 'with a list of pieces', raw: events([says('It is.')], [], STOP) },
    { what: 'with words as parts', raw: events(delta({ content: [{ type: 'text', text: 'It is.' }, null] }), STOP) },
    { what: 'with a refusal for words', raw: events(delta({ content: null, refusal: 'It is.' }), STOP) },
    { what: 'with half of a usage', raw: events(says('It is.'), { choices: [], usage: { total_tokens: 12 } }, STOP) },
    { what: 'with a usage of words', raw: events({ ...says('It is.'), usage: { prompt_tokens: 'x' } }, STOP) },
    { what: 'with nothing but words', raw: events({ choices: [{ delta: { content: 'It is.' } }] }, DONE) },
    {
      what: 'with an empty reason at every piece',
      raw: events(delta({ content: 'It' }, ''), delta({ content: ' is.' }, ''), DONE),
    },
    { what: 'with "null" as reason', raw: events(delta({ content: 'It' }, 'null'), says(' is.'), DONE) },
    {
      what: 'with the reason at every piece',
      raw: events(delta({ content: 'It' }, 'stop'), delta({ content: ' is.' }, 'stop'), DONE),
    },
    { what: 'with no error', raw: events({ ...says('It is.'), error: null }, { ...STOP, error: '' }, DONE) },
    { what: 'with an error behind its end', raw: events(says('It is.'), STOP, { error: { message: 'no usage' } }) },
    { what: 'with words behind [DONE]', raw: events(says('It is.'), DONE, says(' Not.')) },
    {
      what: 'with signs of life',
      raw: [': ping\n\n', ...events(says('It'), '', 'ping'), ':\n', ...events(says(' is.'), DONE)],
    },
    { what: 'with CRLF', raw: events(says('It is.'), STOP).map((text) => text.replaceAll('\n', '\r\n')) },
    { what: 'without spaces', raw: events(says('It is.'), STOP).map((text) => text.replace('data: ', 'data:')) },
    {
      what: 'without blank lines',
      raw: events(says('It'), says(' is.'), DONE).map((text) => text.replace('\n\n', '\n')),
    },
    { what: 'as bare lines of JSON', raw: [says('It'), says(' is.')].map((value) => `${JSON.stringify(value)}\n`) },
    { what: 'with a broken piece amid it', raw: ['data: {"choices": [{\n\n', ...events(says('It is.'), DONE)] },
    {
      what: 'in the older form',
      raw: events({ choices: [{ text: 'It' }] }, { choices: [{ text: ' is.', finish_reason: 'stop' }] }),
    },
  ])('$what', async ({ raw }) => {
    const { text, error } = await read(await serve({ raw }));
    expect(error).toBeUndefined();
    expect(text).toBe('It is.');
    expect(fake.requests).toHaveLength(1);
  });

  it('that is not streamed', async () => {
    const whole = {
      choices: [{ message: { role: 'assistant', content: 'It is.' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 5, completion_tokens: 3 },
    };
    const { text, deltas } = await read(
      await serve({ raw: [JSON.stringify(whole, null, 2)], contentType: 'application/json' }),
    );
    expect(text).toBe('It is.');
    expect(deltas.at(-1)).toEqual({ type: 'usage', inputTokens: 5, outputTokens: 3 });
  });

  it('at once behind [DONE], although the server keeps the connection', async () => {
    const time = new VirtualTime();
    const llm = await serve({ raw: events(says('It is.'), DONE, '') }, { clock: time.clock });
    fake.fail('chat', { type: 'stall', afterPieces: 2 });
    const before = time.clock.now();
    expect((await read(llm)).text).toBe('It is.');
    expect(time.clock.now()).toBe(before);
    await time.until(() => fake.requests[0]?.closedEarly);
  });

  it('two seconds behind its last word, although the server never says that it is over', async () => {
    const time = new VirtualTime();
    const llm = await serve({ raw: events(says('It is.'), STOP, DONE) }, { clock: time.clock });
    fake.fail('chat', { type: 'stall', afterPieces: 2 });
    const before = time.clock.now();
    expect(await time.during(read(llm))).toMatchObject({ text: 'It is.' });
    expect(time.clock.now() - before).toBeGreaterThanOrEqual(2_000);
  });
});

describe('a reply that the limit of tokens has cut', () => {
  it.each(['length', 'max_tokens', 'MAX_TOKENS', 'model_length', 'max_output_tokens'])(
    'says so: %s',
    async (finish) => {
      const { text, deltas } = await read(await serve({ text: 'And then the', finish }));
      expect(text).toBe('And then the');
      expect(deltas.filter(({ type }) => type === 'finish')).toEqual([{ type: 'finish', reason: 'length' }]);
    },
  );

  it.each(['stop', 'tool_calls', 'eos', 'content_filter'])('is not one that ends by itself: %s', async (finish) => {
    expect((await read(await serve({ text: 'It is.', finish }))).deltas.map(({ type }) => type)).not.toContain(
      'finish',
    );
  });

  it('says so once', async () => {
    const raw = events(delta({ content: 'And' }, 'length'), delta({}, 'length'), DONE);
    expect((await read(await serve({ raw }))).deltas.map(({ type }) => type)).toEqual(['token', 'finish']);
  });
});

describe('calls', () => {
  const part = (fields: object) => delta({ tool_calls: [fields] });
  const ARGUMENTS = '{"percent":50}';
  const whole = { function: { name: 'set_volume', arguments: ARGUMENTS } };

  it.each<{ what: string; raw: readonly string[] }>([
    { what: 'without a reason at the end', raw: events(part({ index: 0, id: 'a', ...whole })) },
    { what: 'with [DONE] for a reason', raw: events(part({ index: 0, id: 'a', ...whole }), DONE) },
    { what: 'with neither index nor id', raw: events(part(whole), DONE) },
    {
      what: 'with null for all that may be missing',
      raw: events(part({ index: null, id: null, type: null, ...whole }), DONE),
    },
    { what: 'with null among them', raw: events(delta({ tool_calls: [null, whole] }), STOP) },
    {
      what: 'with arguments as an object',
      raw: events(part({ function: { name: 'set_volume', arguments: { percent: 50 } } }), STOP),
    },
    { what: 'with a number for an id', raw: events(part({ index: 0, id: 7, ...whole }), STOP) },
    { what: 'in the older form', raw: events(delta({ function_call: whole.function }), delta({}, 'function_call')) },
    { what: 'behind the reason', raw: events(STOP, part({ index: 0, ...whole }), DONE) },
    {
      what: 'with another id in each piece',
      raw: events(
        part({ index: 0, id: 'a', function: { name: 'set_volume', arguments: '{"perc' } }),
        part({ index: 0, id: 'b', function: { arguments: 'ent":' } }),
        part({ index: 0, id: 'c', function: { name: '', arguments: '50}' } }),
        DONE,
      ),
    },
  ])('are put together $what', async ({ raw }) => {
    const { calls, error } = await read(await serve({ raw }));
    expect(error).toBeUndefined();
    expect(calls).toEqual([`set_volume(${ARGUMENTS})`]);
  });
});

describe('an error of the server amid the answer', () => {
  it.each<{ what: string; raw: readonly string[]; code: string; says?: string }>([
    {
      what: 'an object',
      raw: events(says('It'), { error: { message: 'model overloaded', type: 'server_error' } }),
      code: 'engine_unavailable',
    },
    { what: 'words', raw: events({ error: 'model overloaded' }), code: 'engine_unavailable' },
    {
      what: 'an object with a number',
      raw: events({ error: { code: 503, message: 'model overloaded' } }, DONE),
      code: 'engine_overloaded',
    },
    {
      what: 'a number as text',
      raw: events({ error: { code: '429', message: 'model overloaded' } }),
      code: 'engine_rate_limited',
    },
    {
      what: 'beside a choice',
      raw: events({ ...delta({ content: '' }, 'error'), error: { code: 502, message: 'model overloaded' } }),
      code: 'engine_unavailable',
    },
    {
      what: 'in a choice',
      raw: events({ choices: [{ error: { message: 'model overloaded' } }] }),
      code: 'engine_unavailable',
    },
    {
      what: 'as an event',
      raw: ['event: error\n', ...events({ message: 'model overloaded' })],
      code: 'engine_unavailable',
    },
    {
      what: 'as an event with an object',
      raw: ['event: error\n', ...events({ error: { message: 'model overloaded' } })],
      code: 'engine_unavailable',
    },
    {
      what: 'as an event with words',
      raw: ['event: error\n', ...events('model overloaded')],
      code: 'engine_unavailable',
    },
    {
      what: 'as an event with a text of JSON',
      raw: ['event: error\n', ...events('"model overloaded"')],
      code: 'engine_unavailable',
    },
    { what: 'as a field', raw: ['error: {"code":500,"message":"model overloaded"}\n\n'], code: 'engine_unavailable' },
    {
      what: 'as vLLM says it',
      raw: events({ object: 'error', message: 'model overloaded', code: 400 }),
      code: 'engine_misconfigured',
    },
    { what: 'as FastAPI says it', raw: events({ detail: 'model overloaded' }), code: 'engine_unavailable' },
    { what: 'for the whole body', raw: ['{"error": {"message": "model overloaded"}}'], code: 'engine_unavailable' },
    {
      what: 'named by Groq',
      raw: events(says('It'), { x_groq: { error: 'model overloaded' } }),
      code: 'engine_unavailable',
    },
    {
      what: 'a limit',
      raw: events({ error: { type: 'rate_limit_error', message: 'model overloaded' } }),
      code: 'engine_rate_limited',
    },
    {
      what: 'a wrong request',
      raw: events({ error: { type: 'invalid_request_error', message: 'model overloaded' } }),
      code: 'engine_misconfigured',
    },
  ])('has its own words: $what', async ({ raw, code }) => {
    const { error } = await read(await serve({ raw }));
    expect(error).toMatchObject({ code, engine: 'groq', message: expect.stringContaining('model overloaded') });
    expect((error as Error).message).not.toContain('broke off');
    expect(fake.requests).toHaveLength(1);
  });

  it('has its own words where the request is refused, too', async () => {
    const llm = await serve({ raw: [] });
    fake.fail('chat', { type: 'status', status: 404 });
    const { error } = await read(llm);
    expect(error).toMatchObject({ code: 'engine_misconfigured', message: expect.stringContaining('Scripted fault') });
  });

  it('is short, on one line, and tells neither a key nor what was said', async () => {
    const words = `No:\nBearer gsk_CANARY12345678 sk-CANARYcanary123456 gsk_test ${'long '.repeat(200)}`;
    const { error } = await read(await serve({ raw: events({ error: { message: words } }) }));
    const { message } = error as Error;
    expect(message).toMatch(/No: \[redacted\] \[redacted\] \[redacted\] long/);
    expect(message).not.toContain('CANARY');
    expect(message.length).toBeLessThan(280);
    const repeats = await read(
      await serve({ raw: events({ error: `cannot tell me about  the BLUE kettle. tell me about the blue kettle.` }) }),
    );
    expect((repeats.error as Error).message).not.toMatch(/kettle/i);
  });

  it('is told without words where there are none', async () => {
    const { error } = await read(await serve({ raw: events(delta({}, 'error')) }));
    expect(error).toMatchObject({ code: 'engine_unavailable', message: 'Groq ended its answer with an error.' });
  });
});

describe('a reply that is not whole', () => {
  it('was cut: by a reset', async () => {
    const llm = await serve({ raw: events(says('It'), says(' is.'), DONE) });
    fake.fail('chat', { type: 'cut', afterPieces: 2, clean: false });
    expect((await read(llm)).error).toMatchObject({ message: expect.stringContaining('broke off') });
  });

  it('was cut: amid a piece', async () => {
    const { error } = await read(await serve({ raw: [...events(says('It')), 'data: {"choices":[{"del'] }));
    expect(error).toMatchObject({ code: 'engine_bad_answer', message: expect.stringContaining('broke off') });
  });

  it('is a web page', async () => {
    const { error } = await read(await serve({ raw: ['<html>\n502 Bad Gateway\n</html>'], contentType: 'text/html' }));
    expect(error).toMatchObject({ code: 'engine_bad_answer', message: expect.stringContaining('no chat completion') });
  });

  it('of which nothing has come is asked for once more', async () => {
    expect(await read(await serve([{ raw: [] }, { text: 'It is.' }]))).toMatchObject({ text: 'It is.' });
    expect(fake.requests).toHaveLength(2);
    const { error } = await read(await serve({ raw: [...events(delta({ role: 'assistant', reasoning: 'Hm.' }))] }));
    expect(error).toMatchObject({ code: 'engine_bad_answer', retryable: true });
    expect(fake.requests).toHaveLength(2);
  });

  it('does not come in time, however many signs of life there are', async () => {
    const time = new VirtualTime();
    const raw = [...events(delta({ role: 'assistant' })), ...Array.from({ length: 400 }, () => ': ping\n\n')];
    const llm = await serve({ raw }, { clock: time.clock, firstByteTimeoutMs: 300, pieceDelayMs: 5 });
    expect((await time.during(read(llm))).error).toMatchObject({ code: 'engine_timeout' });
    await expect.poll(() => fake.requests[0]?.closedEarly).toBe(true);
  });
});
