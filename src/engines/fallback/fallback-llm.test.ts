import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { LIMIT_MS, listOf } from '../../../test/support/engines/fallback-list.ts';
import { deaf, fail, give, hang, PlayedLlm, type Step, wait } from '../../../test/support/engines/played-engines.ts';
import { pass, settle } from '../../../test/support/time/settle.ts';
import { ManualClock } from '../../core/manual-clock.ts';
import type { ChatMessage, Llm, LlmReply } from '../llm.ts';
import { FallbackLlm } from './fallback-llm.ts';

const HELLO: readonly ChatMessage[] = [{ role: 'user', content: 'Hello' }];

/** One model for each list of parts, named a, b, c … */
function llmOf(...parts: readonly (readonly (readonly Step[])[])[]) {
  const clock = new ManualClock();
  const engines = parts.map((own, index) => new PlayedLlm('abcd'.charAt(index), clock, ...own));
  const { list, events, said } = listOf<Llm>('llm', clock, engines);
  const llm = new FallbackLlm(list);
  const ask = async (signal = new AbortController().signal) => read(llm.reply(HELLO, { signal }));
  return { clock, engines, list, events, said, llm, ask };
}

/** What came, and what was thrown. */
async function read(reply: LlmReply): Promise<{ text: string; engine: string; error?: unknown }> {
  let text = '';
  try {
    for await (const delta of reply) text += delta.type === 'token' ? delta.text : '';
    return { text, engine: reply.engine };
  } catch (error) {
    return { text, engine: reply.engine, error };
  }
}

describe('FallbackLlm', () => {
  const network = 'engine.error a engine_unavailable';
  it.each<[string, (readonly Step[])[], { text: string; engine: string }, string[]]>([
    ['has the first choice reply', [[give, give], [give]], { text: 'a1a2', engine: 'a' }, []],
    ['moves on when it fails', [[fail()], [give, give]], { text: 'b1b2', engine: 'b' }, [network]],
    ['moves on when it fails late', [[wait(900), fail()], [give]], { text: 'b1', engine: 'b' }, [network]],
    [
      'moves on twice',
      [[fail()], [fail()], [give]],
      { text: 'c1', engine: 'c' },
      [network, 'engine.error b engine_unavailable'],
    ],
    ['moves on when nothing comes', [[hang], [give]], { text: 'b1', engine: 'b' }, ['engine.error a engine_timeout']],
    ['moves on when it is dead', [[deaf], [give]], { text: 'b1', engine: 'b' }, ['engine.error a engine_timeout']],
    ['waits for the first word', [[wait(999), give, wait(5_000), give], [give]], { text: 'a1a2', engine: 'a' }, []],
    ['takes an empty reply for a reply', [[], [give]], { text: '', engine: 'a' }, []],
    [
      'moves on at once when the key is refused',
      [[fail('engine_auth')], [give]],
      { text: 'b1', engine: 'b' },
      ['engine.state a down', 'engine.error a engine_auth'],
    ],
    [
      'moves on when a request is too long',
      [[fail('engine_bad_request')], [give]],
      { text: 'b1', engine: 'b' },
      ['engine.error a engine_bad_request'],
    ],
    [
      'moves on when there is no room',
      [[fail('engine_overloaded')], [give]],
      { text: 'b1', engine: 'b' },
      ['engine.state a full', 'engine.error a engine_overloaded'],
    ],
  ])('%s', async (_, parts, wanted, reports) => {
    const { clock, ask, said } = llmOf(...parts.map((steps) => [steps]));
    expect(await settle(clock, ask())).toEqual(wanted);
    expect(said()).toEqual(reports);
    expect(clock.nextInMs === undefined || clock.nextInMs > 0).toBe(true);
  });

  it('passes an error on once anything was said', async () => {
    const { clock, engines, ask, said } = llmOf([[give, fail('engine_bad_answer')]], [[give]]);
    const outcome = await settle(clock, ask());
    expect(outcome).toMatchObject({ text: 'a1', engine: 'a', error: { code: 'engine_bad_answer', engine: 'a' } });
    expect(engines[1]?.calls).toEqual([]);
    // The caller reports what it is thrown.
    expect(said()).toEqual([]);
  });

  it('throws the error of the first choice when all fail, with the others in words', async () => {
    const { clock, ask, said } = llmOf([[fail('engine_timeout')]], [[fail('engine_bad_answer')]]);
    const { error, engine } = await settle(clock, ask());
    expect(engine).toBe('a');
    expect(error).toMatchObject({
      code: 'engine_timeout',
      engine: 'a',
      message: 'it fails: engine_timeout (instead of it failed too: b: it fails: engine_bad_answer)',
      details: ['b: it fails: engine_bad_answer'],
    });
    expect(said()).toEqual(['engine.error b engine_bad_answer']);
  });

  it('leaves out an engine that failed three times in a row, and tries it again after a while', async () => {
    const { clock, engines, ask, said } = llmOf([[fail()], [fail()], [fail()], [give]], [[give]]);
    for (let at = 0; at < 5; at++) expect(await settle(clock, ask())).toMatchObject({ text: 'b1' });
    expect(engines[0]?.calls).toHaveLength(3);
    await pass(clock, 5_000);
    expect(await settle(clock, ask())).toMatchObject({ text: 'a1' });
    expect(said().filter((line) => line.startsWith('engine.state'))).toEqual([
      'engine.state a down',
      'engine.state a up',
    ]);
  });

  it('tries an engine that is down when no other is left', async () => {
    const { clock, ask } = llmOf([[fail('engine_auth')], [give]], [[give], [fail()]]);
    expect(await settle(clock, ask())).toMatchObject({ text: 'b1' });
    expect(await settle(clock, ask())).toMatchObject({ text: 'a1', engine: 'a' });
  });

  it.each<[string, Step[]]>([
    ['one that waits', [hang]],
    ['one that is dead', [deaf]],
    ['one that speaks', [give, hang]],
  ])('ends with an AbortError when aborted, and moves nothing: %s', async (_, steps) => {
    const { clock, engines, ask, said, list } = llmOf([steps], [[give]]);
    const controller = new AbortController();
    const asking = ask(controller.signal);
    await pass(clock, 500);
    controller.abort();
    expect(await settle(clock, asking)).toMatchObject({ engine: 'a', error: { name: 'AbortError' } });
    expect(engines[0]?.calls[0]?.signal.aborted).toBe(true);
    expect(engines[1]?.calls).toEqual([]);
    expect([said(), clock.pending, getEventListeners(controller.signal, 'abort')]).toEqual([[], 0, []]);
    expect(list.status[0]?.lastError).toBeUndefined();
  });

  it('asks no engine when it was aborted before', async () => {
    const { clock, engines, ask } = llmOf([[give]], [[give]]);
    expect(await settle(clock, ask(AbortSignal.abort()))).toMatchObject({ error: { name: 'AbortError' } });
    expect(engines.flatMap(({ calls }) => calls)).toEqual([]);
  });

  it('lets go of everything when the reader leaves', async () => {
    const { clock, engines, llm } = llmOf([[give, hang]], [[give]]);
    const { signal } = new AbortController();
    for await (const _ of llm.reply(HELLO, { signal })) break;
    await pass(clock, 0);
    expect(engines[0]?.calls[0]).toMatchObject({ isOver: true, signal: { aborted: true } });
    expect([clock.pending, getEventListeners(signal, 'abort')]).toEqual([0, []]);
  });

  it('says before the reply who would write it now, and while it is written who does', async () => {
    const { clock, llm, list } = llmOf([[wait(500), fail('engine_auth')]], [[wait(500), give]]);
    const { signal } = new AbortController();
    const reply = llm.reply(HELLO, { signal });
    expect([llm.id, reply.engine, reply.capabilities.images]).toEqual(['a', 'a', false]);
    const reading = read(reply);
    await pass(clock, 499);
    expect(reply.engine).toBe('a');
    await pass(clock, 2);
    expect([reply.engine, reply.capabilities.images]).toEqual(['b', true]);
    await settle(clock, reading);
    const next = llm.reply(HELLO, { signal });
    expect([llm.id, next.engine, next.capabilities.images]).toEqual(['b', 'b', true]);
    expect(list.status.map(({ state }) => state)).toEqual(['down', 'up']);
  });

  it('ends what is under way with an AbortError when it is closed, and does nothing after that', async () => {
    const { clock, engines, llm, ask } = llmOf([[hang]], [[give]]);
    const asking = ask();
    await pass(clock, 10);
    await llm.close();
    expect(await settle(clock, asking)).toMatchObject({ error: { name: 'AbortError' } });
    expect(await settle(clock, ask())).toMatchObject({ error: { name: 'AbortError' } });
    expect(engines.map(({ calls }) => calls.length)).toEqual([1, 0]);
  });

  it('takes an AbortError without an abort of the caller for a failure', async () => {
    const stray: Step = { type: 'fail', error: new DOMException('a limit of its own', 'AbortError') };
    const { clock, ask } = llmOf([[stray]], [[give]]);
    expect(await settle(clock, ask())).toMatchObject({ text: 'b1' });
  });

  it('counts the time from the first word on as the caller wants', async () => {
    const { clock, llm } = llmOf([[give, give]], [[give]]);
    const { signal } = new AbortController();
    const items = llm.reply(HELLO, { signal })[Symbol.asyncIterator]();
    await settle(clock, items.next());
    await pass(clock, 10 * LIMIT_MS);
    expect(await settle(clock, items.next())).toMatchObject({ value: { text: 'a2' } });
  });
});

describe('ready', () => {
  const bad = fail('engine_misconfigured');
  const rejects = (step: Step) => async () => {
    if (step.type === 'fail') throw step.error;
  };

  it('resolves when one can be used, and the other is left alone', async () => {
    const { clock, engines, llm, ask, said } = llmOf([[give]], [[give]]);
    if (engines[0]) engines[0].ready = rejects(bad);
    await llm.ready();
    expect(said()).toEqual(['engine.state a down', 'engine.error a engine_misconfigured']);
    expect(await settle(clock, ask())).toMatchObject({ engine: 'b' });
  });

  it('rejects when none can be used', async () => {
    const { engines, llm } = llmOf([[give]], [[give]]);
    for (const engine of engines) engine.ready = rejects(bad);
    await expect(llm.ready()).rejects.toMatchObject({ code: 'engine_misconfigured', engine: 'a' });
  });
});
