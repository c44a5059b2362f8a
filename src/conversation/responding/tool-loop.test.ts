import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ManualClock } from '../../core/manual-clock.ts';
import { engineCall } from '../../engines/engine-call.ts';
import type { ChatMessage, Llm, LlmDelta, LlmOptions, ToolCall } from '../../engines/llm.ts';
import type { ToolBox } from '../ports.ts';
import { defineTool } from '../tools/tool.ts';
import { createToolBox } from '../tools/tool-box.ts';
import { replyWithTools, type ToolLoopOptions } from './tool-loop.ts';

type Step = readonly (string | ToolCall)[];
type Ask = { readonly messages: readonly ChatMessage[]; readonly options: LlmOptions };

const CAPABILITIES = { images: false, tools: true };
const MESSAGES: readonly ChatMessage[] = [{ role: 'user', content: 'hello' }];
const call = (name: string, args = '{}', id = `id-${name}`): ToolCall => ({ id, name, arguments: args });

async function* deltasOf(step: Step): AsyncGenerator<LlmDelta> {
  for (const part of step)
    yield typeof part === 'string' ? { type: 'token', text: part } : { type: 'tool_call', call: part };
  yield { type: 'usage', inputTokens: 1, outputTokens: 2 };
}

/** A model that says one step after the other, the last one again and again; and what it was asked. */
function model(...steps: readonly Step[]): Llm & { readonly asked: Ask[] } {
  const asked: Ask[] = [];
  return {
    id: 'fake',
    asked,
    reply: (messages, options) => {
      asked.push({ messages, options });
      return engineCall(deltasOf(steps[Math.min(asked.length, steps.length) - 1] ?? []), 'fake', CAPABILITIES);
    },
    close: async () => {},
  };
}

const clock = new ManualClock();

function makeBox(
  run: (name: string, signal: AbortSignal) => string | Promise<string> = (name) => `${name} ran`,
): ToolBox {
  return createToolBox({
    clock,
    device: 'kitchen',
    session: { abilities: { playTone: false, setVolume: false }, send: () => {} },
    reported: () => null,
    endConversation: () => {},
    more: ['one', 'two', 'three'].map((name) =>
      defineTool({
        name,
        description: name,
        parameters: z.object({ x: z.number().optional() }),
        run: (_, signal) => run(name, signal),
      }),
    ),
  });
}

function begin(llm: Llm, tools: ToolBox | undefined, more: Partial<ToolLoopOptions> = {}) {
  return replyWithTools({ llm, clock, messages: MESSAGES, tools, signal: new AbortController().signal, ...more });
}

async function textOf(reply: AsyncIterable<LlmDelta>): Promise<string> {
  let text = '';
  for await (const delta of reply) {
    expect(delta.type).not.toBe('tool_call');
    if (delta.type === 'token') text += delta.text;
  }
  return text;
}

const resultsIn = (ask: Ask | undefined) =>
  ask?.messages.filter(({ role }) => role === 'tool').map(({ content }) => content);

/** A model whose replies the limit of tokens has cut, so many of them. */
function cutModel(cut: number, ...steps: readonly Step[]): Llm {
  const inner = model(...steps);
  let asked = 0;
  const reply: Llm['reply'] = (messages, options) => {
    const { engine, capabilities } = inner.reply(messages, options);
    async function* deltas(isCut: boolean): AsyncGenerator<LlmDelta> {
      yield* deltasOf(steps[Math.min(inner.asked.length, steps.length) - 1] ?? []);
      if (isCut) yield { type: 'finish', reason: 'length' };
    }
    return engineCall(deltas(asked++ < cut), engine, capabilities);
  };
  return { ...inner, reply };
}

async function typesOf(reply: AsyncIterable<LlmDelta>): Promise<string[]> {
  const types: string[] = [];
  for await (const { type } of reply) types.push(type);
  return types;
}

describe('a reply that the limit of tokens has cut', () => {
  it('says so last', async () => {
    const said = await typesOf(begin(cutModel(1, ['And then the']), makeBox()));
    expect(said).toEqual(['token', 'usage', 'finish']);
  });

  it('is none when only a step before it was', async () => {
    const said = await typesOf(begin(cutModel(1, ['Let me see', call('one')], ['It is done.']), makeBox()));
    expect(said).not.toContain('finish');
  });

  it('is asked for once more when it holds nothing; when that holds something, all is well', async () => {
    expect(await typesOf(begin(cutModel(1, [], ['It is done.']), undefined))).toEqual(['usage', 'token', 'usage']);
    expect(await typesOf(begin(cutModel(2, []), undefined))).toEqual(['usage', 'usage', 'finish']);
  });
});

describe('replyWithTools', () => {
  it('runs the calls behind the text and replies again with the results', async () => {
    const calls = [call('two', '{"x":1}'), call('one')];
    const llm = model(['Let me', ' see.', ...calls], ['It is', ' done.']);
    const box = makeBox();
    const told: unknown[] = [];
    const reply = begin(llm, box, {
      temperature: 0.3,
      onTool: ({ tool, startedAtMs, endedAtMs, ok }) => told.push([tool, endedAtMs - startedAtMs, ok]),
    });
    expect(await textOf(reply)).toBe('Let me see.\nIt is done.');
    expect(told).toEqual([
      ['two', 0, true],
      ['one', 0, true],
    ]);
    expect(llm.asked.map(({ options }) => [options.temperature, options.tools])).toEqual([
      [0.3, box.specs],
      [0.3, box.specs],
    ]);
    expect(llm.asked[1]?.messages).toEqual([
      ...MESSAGES,
      { role: 'assistant', content: 'Let me see.', toolCalls: calls },
      { role: 'tool', content: 'two ran', toolCallId: 'id-two' },
      { role: 'tool', content: 'one ran', toolCallId: 'id-one' },
    ]);
    expect(MESSAGES).toHaveLength(1);
  });

  it('hands on the usage of every step', async () => {
    const usages: LlmDelta[] = [];
    for await (const delta of begin(model([call('one')], ['Hm.']), makeBox()))
      if (delta.type === 'usage') usages.push(delta);
    expect(usages).toHaveLength(2);
  });

  it('neither asks nor runs anything before it is read', async () => {
    let runs = 0;
    const box = makeBox(() => `run ${++runs}`);
    const llm = model(['Wait. ', call('one')], ['Good.']);
    const reply = begin(llm, box);
    await Promise.resolve();
    expect(llm.asked).toHaveLength(0);
    expect(await reply.next()).toMatchObject({ value: { text: 'Wait. ' } });
    await Promise.resolve();
    expect(runs).toBe(0);
    await reply.return(undefined);
    expect(runs).toBe(0);
  });

  it('takes a stream that has begun for the first step, and closes it when the reader leaves', async () => {
    const llm = model(['Done.']);
    expect(await textOf(begin(llm, makeBox(), { first: deltasOf(['Well. ', call('one')]) }))).toBe('Well. \nDone.');
    expect(llm.asked).toHaveLength(1);
    expect(resultsIn(llm.asked[0])).toEqual(['one ran']);

    let closed = false;
    const first = (async function* (): AsyncGenerator<LlmDelta> {
      try {
        for (;;) yield { type: 'token', text: 'a' };
      } finally {
        closed = true;
      }
    })();
    for await (const _ of begin(llm, makeBox(), { first })) break;
    expect(closed).toBe(true);
  });

  it('makes a model that calls for ever answer in words behind three steps', async () => {
    let runs = 0;
    const llm = model([call('one')], [call('one')], [call('one')], ['Enough.', call('one')]);
    expect(
      await textOf(
        begin(
          llm,
          makeBox(() => `run ${++runs}`),
        ),
      ),
    ).toBe('Enough.');
    expect(runs).toBe(3);
    expect(llm.asked.map(({ options }) => options.tools !== undefined)).toEqual([true, true, true, false]);
    expect(resultsIn(llm.asked[3])).toEqual(['run 1', 'run 2', 'run 3']);
  });

  it('ends with a model that has nothing but calls', async () => {
    const llm = model([call('one')]);
    expect(await textOf(begin(llm, makeBox()))).toBe('');
    expect(llm.asked).toHaveLength(4);
  });

  it('runs five calls of a step, and tells the model so', async () => {
    const llm = model(
      [0, 1, 2, 3, 4, 5, 6].map((id) => call('one', '{}', `c${id}`)),
      ['Good.'],
    );
    const told: boolean[] = [];
    await textOf(begin(llm, makeBox(), { onTool: ({ ok }) => told.push(ok) }));
    const results = llm.asked[1]?.messages.filter(({ role }) => role === 'tool') ?? [];
    expect(results.map((message) => (message.role === 'tool' ? message.toolCallId : ''))).toEqual(
      [0, 1, 2, 3, 4, 5, 6].map((id) => `c${id}`),
    );
    expect(results.slice(5).every(({ content }) => String(content).startsWith('Error: not run'))).toBe(true);
    expect(told.filter((ok) => ok)).toHaveLength(5);
    expect(told).toHaveLength(7);
  });

  it.each([
    { what: 'an unknown function', calls: [call('four')], says: /^Error: there is no such function.*one, two/ },
    { what: 'a name of Object.prototype', calls: [call('constructor')], says: /^Error: there is no such function/ },
    {
      what: 'arguments that are no JSON',
      calls: [call('one', '{"x":')],
      says: /^Error: the arguments are not a JSON object/,
    },
    {
      what: 'arguments that are a list',
      calls: [call('one', '[1]')],
      says: /^Error: the arguments are not a JSON object/,
    },
    {
      what: 'arguments that are wrong',
      calls: [call('one', '{"x":"y"}')],
      says: /^Error: the arguments are not right: x: /,
    },
  ])('tells the model of $what', async ({ calls, says }) => {
    const llm = model(calls, ['Sorry.']);
    const told: boolean[] = [];
    expect(await textOf(begin(llm, makeBox(), { onTool: ({ ok }) => told.push(ok) }))).toBe('Sorry.');
    expect(resultsIn(llm.asked[1])?.[0]).toMatch(says);
    expect(told).toEqual([false]);
  });

  it('goes on without a function that never ends, and measures it', async () => {
    let stopped = false;
    const box = makeBox((name, signal) => {
      if (name === 'one') return 'quick';
      signal.addEventListener('abort', () => {
        stopped = true;
      });
      return new Promise(() => {});
    });
    const llm = model([call('one'), call('two')], ['Never mind.']);
    const told: unknown[] = [];
    const text = textOf(
      begin(llm, box, {
        onTool: ({ tool, startedAtMs, endedAtMs, ok }) => told.push([tool, endedAtMs - startedAtMs, ok]),
      }),
    );
    await expect.poll(() => told.length).toBe(1);
    clock.advance(9_999);
    await new Promise((resolve) => setImmediate(resolve));
    expect(llm.asked).toHaveLength(1);
    clock.advance(1);
    expect(await text).toBe('Never mind.');
    expect(resultsIn(llm.asked[1])).toEqual(['quick', 'Error: no result within 10 s.']);
    expect(told).toEqual([
      ['one', 0, true],
      ['two', 10_000, false],
    ]);
    expect(stopped).toBe(true);
    expect(clock.pending).toBe(0);
  });

  it('ends at once with an AbortError when aborted amid a function, even one that is deaf', async () => {
    const controller = new AbortController();
    const llm = model([call('one')], ['Never said.']);
    let running = false;
    const deaf: ToolBox = {
      specs: makeBox().specs,
      run: () => {
        running = true;
        return new Promise(() => {});
      },
    };
    const told: unknown[] = [];
    const text = textOf(
      begin(llm, deaf, {
        signal: controller.signal,
        onTool: ({ tool, startedAtMs, endedAtMs, ok }) => told.push([tool, endedAtMs - startedAtMs, ok]),
      }),
    );
    await expect.poll(() => running).toBe(true);
    controller.abort();
    await expect(text).rejects.toMatchObject({ name: 'AbortError' });
    expect(llm.asked).toHaveLength(1);
    expect(told).toEqual([]);
  });

  it('runs nothing when it is aborted behind the text, and leaves no timer', async () => {
    const controller = new AbortController();
    let runs = 0;
    const llm = model(['Oh. ', call('one')], ['Never said.']);
    const reply = begin(
      llm,
      makeBox(() => `run ${++runs}`),
      { signal: controller.signal },
    );
    await reply.next();
    controller.abort();
    await expect(textOf(reply)).rejects.toMatchObject({ name: 'AbortError' });
    expect(runs).toBe(0);
    expect(clock.pending).toBe(0);
  });

  it('throws what the model throws', async () => {
    async function* broken(): AsyncGenerator<LlmDelta> {
      yield { type: 'token', text: 'a' };
      throw new Error('broken');
    }
    const failing: Llm = { ...model(), reply: () => engineCall(broken(), 'fake', CAPABILITIES) };
    await expect(textOf(begin(failing, makeBox()))).rejects.toThrow('broken');
  });

  it.each([undefined, { specs: [], run: async () => 'x' }])(
    'offers and runs nothing without tools (%#)',
    async (tools) => {
      const llm = model(['Hello.', call('one')]);
      expect(await textOf(begin(llm, tools))).toBe('Hello.');
      expect(llm.asked).toHaveLength(1);
      expect(llm.asked[0]?.options).not.toHaveProperty('tools');
    },
  );

  it('asks for no second goodbye', async () => {
    const goodbye = call('end_conversation');
    const said = model(['Goodbye, Tom!', goodbye], ['Goodbye!']);
    expect(await textOf(begin(said, makeBox()))).toBe('Goodbye, Tom!');
    expect(said.asked).toHaveLength(1);
    const silent = model([goodbye], ['Goodbye!']);
    expect(await textOf(begin(silent, makeBox()))).toBe('Goodbye!');
    const more = model(['Moment.', goodbye, call('one')], ['Goodbye!']);
    expect(await textOf(begin(more, makeBox()))).toBe('Moment.\nGoodbye!');
  });
});

describe('what a model writes into its text', () => {
  const done = 'It is done.';

  it('reasoning is neither given nor shown to the model again', async () => {
    const llm = model(['<thi', 'nk>I need ', 'one.</think>', 'Let me see.', call('one')], ['<think>ok</think>', done]);
    expect(await textOf(begin(llm, makeBox()))).toBe(`Let me see.\n${done}`);
    expect(llm.asked[1]?.messages[1]).toMatchObject({ role: 'assistant', content: 'Let me see.' });
  });

  it('calls of functions that are offered are run', async () => {
    const llm = model(['Sure. <tool_call>{"name": "one", "argu', 'ments": {"x": 5}}</tool_call>'], [done]);
    const runs: string[] = [];
    const box = makeBox((name) => {
      runs.push(name);
      return 'ok';
    });
    expect(await textOf(begin(llm, box))).toBe(`Sure. \n${done}`);
    expect(runs).toEqual(['one']);
    expect(llm.asked[1]?.messages.slice(1)).toEqual([
      { role: 'assistant', content: 'Sure.', toolCalls: [{ id: 'call_0_0', name: 'one', arguments: '{"x":5}' }] },
      { role: 'tool', content: 'ok', toolCallId: 'call_0_0' },
    ]);
  });

  it('calls of other functions are dropped, and words around them are given', async () => {
    const llm = model(['Hello. <function=launch>{}</function> Bye.']);
    expect(await textOf(begin(llm, makeBox()))).toBe('Hello.  Bye.');
    expect(llm.asked).toHaveLength(1);
    expect(await textOf(begin(model(['Hello. {"name": "one", "parameters": {}}']), undefined))).toBe('Hello. ');
  });

  it.each([
    ['nothing', []],
    ['white space', [' \n']],
    ['reasoning only', ['<think>hm</think>']],
    ['reasoning that never ends', ['<think>hm. It is noon.']],
    ['a call that nothing offers', ['<tool_call>{"name": "launch", "arguments": {}}</tool_call>']],
  ] as const)('a reply of %s is asked for once more', async (_, reply) => {
    const llm = model(reply, [done]);
    expect(await textOf(begin(llm, makeBox()))).toBe(done);
    expect(llm.asked).toHaveLength(2);
    const silent = model(reply);
    expect((await textOf(begin(silent, makeBox()))).trim()).toBe('');
    expect(silent.asked).toHaveLength(2);
  });

  it('a model that begins inside its reasoning is waited for from its second reply on', async () => {
    const style = { startsInside: false };
    expect(await textOf(begin(model(['Hm, ', 'noon.</think>', done]), undefined, { style }))).toContain(done);
    expect(await textOf(begin(model(['Hm, ', 'one.</think>', done]), undefined, { style }))).toBe(done);
  });
});
