import { afterEach, describe, expect, it } from 'vitest';
import { type FakeGroq, startFakeGroq } from '../../../test/fakes/fake-groq.ts';
import { type FakeChatReply, type FakeToolPart, streamedCall, wholeCall } from '../../../test/fakes/fake-groq-chat.ts';
import { systemClock } from '../../core/clock.ts';
import { Secret } from '../../core/secret.ts';
import type { ChatMessage, LlmDelta, LlmOptions, ToolSpec } from '../llm.ts';
import { OpenAiLlm } from './openai-llm.ts';
import { createServiceClient } from './requests/client.ts';
import { GROQ } from './requests/service.ts';

const TOOLS: readonly ToolSpec[] = [
  {
    name: 'set_volume',
    description: 'Sets the volume.',
    parameters: { type: 'object', properties: { percent: { type: 'integer' } } },
  },
];
const MESSAGES: readonly ChatMessage[] = [
  { role: 'system', content: 'Be brief.' },
  { role: 'user', content: 'Volume to fifty, please.' },
];
const ARGUMENTS = '{"percent": 50, "why": "ü"}';

let fake: FakeGroq;
afterEach(() => fake.close());

async function serve(reply: string | FakeChatReply): Promise<OpenAiLlm> {
  fake = await startFakeGroq({ reply: () => reply });
  const client = createServiceClient(GROQ, {
    apiKey: new Secret(fake.apiKey),
    baseUrl: fake.url,
    clock: systemClock,
    random: () => 0,
  });
  return new OpenAiLlm({ client, model: 'some-model' });
}

async function read(llm: OpenAiLlm, messages = MESSAGES, options: Partial<LlmOptions> = { tools: TOOLS }) {
  const deltas: LlmDelta[] = [];
  for await (const delta of llm.reply(messages, { signal: new AbortController().signal, ...options })) {
    deltas.push(delta);
  }
  const text = deltas.map((delta) => (delta.type === 'token' ? delta.text : '')).join('');
  return { text, calls: deltas.flatMap((delta) => (delta.type === 'tool_call' ? [delta.call] : [])), deltas };
}

const call = (id: string, name = 'set_volume', args = ARGUMENTS) => ({ id, name, arguments: args });
const part = (fields: object, name?: string, args?: string): FakeToolPart => ({
  ...fields,
  function: { ...(name === undefined ? {} : { name }), ...(args === undefined ? {} : { arguments: args }) },
});

describe('OpenAiLlm with tools', () => {
  it('offers them in the format of OpenAI', async () => {
    await read(await serve('Fine.'));
    expect(fake.requests[0]?.chat?.tools).toEqual([{ type: 'function', function: TOOLS[0] }]);
  });

  it('offers none where there are none', async () => {
    const llm = await serve('Fine.');
    await read(llm, MESSAGES, { tools: [] });
    await read(llm, MESSAGES, {});
    for (const request of fake.requests) expect(request.chat).not.toHaveProperty('tools');
  });

  it.each<{ wire: string; reply: FakeChatReply; calls: object[] }>([
    {
      wire: 'a whole call in one chunk',
      reply: { calls: wholeCall(0, 'a', 'set_volume', ARGUMENTS) },
      calls: [call('a')],
    },
    {
      wire: 'arguments in pieces',
      reply: { calls: streamedCall(0, 'a', 'set_volume', ARGUMENTS) },
      calls: [call('a')],
    },
    {
      wire: 'two calls in pieces that alternate',
      reply: {
        calls: [
          [part({ index: 0, id: 'a' }, 'set_volume', ''), part({ index: 1, id: 'b' }, 'play_tone', '')],
          [part({ index: 1 }, undefined, '{"tone":')],
          [part({ index: 0 }, undefined, '{"percent"'), part({ index: 1 }, undefined, '"done"}')],
          [part({ index: 0 }, undefined, ':5}')],
        ],
      },
      calls: [call('a', 'set_volume', '{"percent":5}'), call('b', 'play_tone', '{"tone":"done"}')],
    },
    {
      wire: 'no index, whole calls',
      reply: { calls: [[part({ id: 'a' }, 'one', '{}')], [part({ id: 'b' }, 'one', '{"x":1}')]] },
      calls: [call('a', 'one', '{}'), call('b', 'one', '{"x":1}')],
    },
    {
      wire: 'no index, in pieces',
      reply: {
        calls: [[part({ id: 'a' }, 'one', '{"x"')], [part({}, undefined, ':1}')], [part({ id: 'b' }, 'two', '')]],
      },
      calls: [call('a', 'one', '{"x":1}'), call('b', 'two', '')],
    },
    {
      wire: 'neither index nor id',
      reply: { calls: [[part({}, 'one', '{'), part({}, undefined, '}')], [part({}, 'one', '{}')]] },
      calls: [call('call_2_0', 'one', '{}'), call('call_2_1', 'one', '{}')],
    },
    {
      wire: 'every call with index 0',
      reply: { calls: [[part({ index: 0, id: 'a' }, 'one', '{}')], [part({ index: 0, id: 'b' }, 'one', '{"x":1}')]] },
      calls: [call('a', 'one', '{}'), call('b', 'one', '{"x":1}')],
    },
    {
      wire: 'id and name in every piece',
      reply: { calls: [[part({ index: 0, id: 'a' }, 'one', '{"x"')], [part({ index: 0, id: 'a' }, 'one', ':1}')]] },
      calls: [call('a', 'one', '{"x":1}')],
    },
    {
      wire: 'an id that comes late, and nulls',
      reply: {
        calls: [
          [{ index: 0, id: null, function: { name: 'one', arguments: null } }],
          [{ index: 0, id: 'a', function: null }],
        ],
      },
      calls: [call('a', 'one', '')],
    },
    {
      wire: 'fragments in the chunk that ends it',
      reply: { calls: wholeCall(0, 'a', 'one', '{}'), endsWithCalls: true },
      calls: [call('a', 'one', '{}')],
    },
    { wire: 'a call without a name', reply: { calls: [[part({ index: 0, id: 'a' })]] }, calls: [] },
  ])('puts calls together: $wire', async ({ reply, calls }) => {
    const result = await read(await serve(reply));
    expect(result.calls).toEqual(calls);
    expect(result.deltas.at(-1)).toMatchObject({ type: 'usage' });
  });

  it('hands on text that comes before a call', async () => {
    const { text, calls } = await read(await serve({ text: 'One moment.', calls: wholeCall(0, 'a', 'one', '{}') }));
    expect(text).toBe('One moment.');
    expect(calls).toHaveLength(1);
  });

  it('bounds what a server that never ends sends', async () => {
    const calls = Array.from({ length: 100 }, (_, index) => [
      part({ index, id: `c${index}` }, 'one', 'x'.repeat(30_000)),
    ]);
    const result = await read(await serve({ calls }));
    expect(result.calls).toHaveLength(32);
    expect(result.calls[0]?.arguments).toHaveLength(20_000);
  });

  it('makes no call of fragments that broke off', async () => {
    const llm = await serve({ calls: streamedCall(0, 'a', 'set_volume', ARGUMENTS) });
    fake.fail('chat', { type: 'cut', afterPieces: 4, clean: true });
    const deltas: LlmDelta[] = [];
    const reading = (async () => {
      for await (const delta of llm.reply(MESSAGES, { signal: new AbortController().signal, tools: TOOLS })) {
        deltas.push(delta);
      }
    })();
    await expect(reading).rejects.toMatchObject({ code: 'engine_bad_answer' });
    expect(deltas).toEqual([]);
  });

  it('hands calls and results over, with arguments that a server can read', async () => {
    const llm = await serve('It is set.');
    const toolCalls = [call('a'), call('b', 'play_tone', 'not json')];
    await read(llm, [
      ...MESSAGES,
      { role: 'assistant', content: '', toolCalls },
      { role: 'tool', toolCallId: 'a', content: 'Done.' },
      { role: 'tool', toolCallId: 'b', content: 'Error: no.' },
    ]);
    expect(fake.requests[0]?.chat?.messages.slice(2)).toEqual([
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          { id: 'a', type: 'function', function: { name: 'set_volume', arguments: ARGUMENTS } },
          { id: 'b', type: 'function', function: { name: 'play_tone', arguments: '{}' } },
        ],
      },
      { role: 'tool', tool_call_id: 'a', content: 'Done.' },
      { role: 'tool', tool_call_id: 'b', content: 'Error: no.' },
    ]);
  });
});

describe('tool_use_failed', () => {
  const refused = { type: 'status', status: 400, code: 'tool_use_failed' } as const;

  it('asks once more without tools, and says that nothing was done', async () => {
    const llm = await serve('I cannot do that now.');
    fake.fail('chat', refused);
    expect((await read(llm)).text).toBe('I cannot do that now.');
    const [first, second] = fake.requests;
    expect(fake.requests).toHaveLength(2);
    expect(first?.chat?.tools).toHaveLength(1);
    expect(second?.chat).not.toHaveProperty('tools');
    expect(second?.chat?.messages.at(-1)).toMatchObject({
      role: 'system',
      content: expect.stringContaining('was not done'),
    });
  });

  it('keeps results that are there, as text', async () => {
    const llm = await serve('The volume is fifty.');
    fake.fail('chat', refused);
    await read(llm, [
      ...MESSAGES,
      { role: 'assistant', content: 'Let me see.', toolCalls: [call('a')] },
      { role: 'tool', toolCallId: 'a', content: 'It is 50.' },
    ]);
    expect(fake.requests[1]?.chat?.messages.slice(2, -1)).toEqual([
      { role: 'assistant', content: 'Let me see.' },
      { role: 'system', content: 'Result of set_volume: It is 50.' },
    ]);
  });

  it('does so too when it comes inside the stream, before any word', async () => {
    const llm = await serve('Fine.');
    fake.fail('chat', { type: 'stream_error', afterPieces: 1, status: 400, code: 'tool_use_failed' });
    expect((await read(llm)).text).toBe('Fine.');
    expect(fake.requests).toHaveLength(2);
  });

  it('fails when words were said already, or when it goes on', async () => {
    const llm = await serve('It is all fine.');
    fake.fail('chat', { type: 'stream_error', afterPieces: 3, status: 400, code: 'tool_use_failed' });
    const failure = { code: 'engine_bad_answer', message: expect.stringContaining('LLM_TOOLS') };
    await expect(read(llm)).rejects.toMatchObject(failure);
    expect(fake.requests).toHaveLength(1);
    fake.fail('chat', refused, 2);
    await expect(read(llm)).rejects.toMatchObject(failure);
    expect(fake.requests).toHaveLength(3);
  });

  it('leaves other refusals alone', async () => {
    const llm = await serve('Fine.');
    fake.fail('chat', { type: 'status', status: 400, code: 'invalid_request_error' });
    await expect(read(llm)).rejects.toMatchObject({ code: 'engine_misconfigured' });
    expect(fake.requests).toHaveLength(1);
  });
});
