import { expect, it } from 'vitest';
import { ConversationRig, FakeLlm, FakeStt, FakeTts } from '../../test/support/conversation/conversation-rig.ts';
import { LIMIT_MS, listOf } from '../../test/support/engines/fallback-list.ts';
import { DialtoneError } from '../core/errors.ts';
import { FallbackLlm } from '../engines/fallback/fallback-llm.ts';
import { FallbackStt } from '../engines/fallback/fallback-stt.ts';
import { FallbackTts } from '../engines/fallback/fallback-tts.ts';
import type { Llm } from '../engines/llm.ts';
import type { Stt } from '../engines/stt.ts';
import type { Tts } from '../engines/tts.ts';

// The first engine of a list fails amid a conversation.

const BROKEN = new DialtoneError('engine_unavailable', 'it is broken', { retryable: true });

/** The rig's own engines come first; others stand behind them. */
function rigWithOthers() {
  const rig = new ConversationRig();
  const others = { stt: named(new FakeStt()), llm: named(new FakeLlm()), tts: named(new FakeTts()) };
  others.llm.auto = ['The other one speaks.'];
  others.stt.auto = 'heard by the other';
  const lists = {
    stt: listOf<Stt>('stt', rig.clock, [rig.stt, others.stt]),
    llm: listOf<Llm>('llm', rig.clock, [rig.llm, others.llm]),
    tts: listOf<Tts>('tts', rig.clock, [rig.tts, others.tts]),
  };
  rig.engines = {
    stt: new FallbackStt(lists.stt.list),
    llm: new FallbackLlm(lists.llm.list),
    tts: new FallbackTts(lists.tts.list),
  };
  return { rig, others, lists };
}

/** Fakes have fixed names: the second ones need another. */
function named<E extends { readonly id: string }>(engine: E): E {
  return Object.assign(engine, { id: `other-${engine.id}` });
}

function turns(rig: ConversationRig): string[] {
  return rig.all('turn.ended').map(({ outcome, heard, answer }) => `${outcome}: ${heard}: ${answer}`);
}

it('the language model dies amid the conversation: the next answer comes from another one', async () => {
  const { rig, lists } = rigWithOthers();
  rig.llm.auto = ['Fine.'];
  await rig.ask();
  await rig.pass(2_000);
  rig.llm.auto = undefined;
  await rig.ask();
  rig.llm.calls.at(-1)?.out.fail(BROKEN);
  await rig.pass(3_000);
  expect(turns(rig)).toEqual(['answered: hello there: Fine.', 'answered: hello there: The other one speaks.']);
  expect(lists.llm.said()).toEqual(['engine.error fake-llm engine_unavailable']);
  expect(rig.all('engine.error')).toEqual([]);
});

it('the language model hangs: another one answers within the time-out', async () => {
  const { rig, lists } = rigWithOthers();
  rig.llm.auto = undefined;
  await rig.ask();
  await rig.pass(LIMIT_MS + 3_000);
  expect(turns(rig)).toEqual(['answered: hello there: The other one speaks.']);
  expect(rig.llm.calls.every(({ signal }) => signal.aborted)).toBe(true);
  expect(lists.llm.said()).toContain('engine.error fake-llm engine_timeout');
});

it('the recogniser dies amid the utterance: another one hears all of it', async () => {
  const { rig, others, lists } = rigWithOthers();
  rig.stt.auto = undefined;
  await rig.hear(500, 400);
  const [first] = rig.stt.utterances;
  first?.partial('hello');
  await rig.hear(500, 200);
  first?.results.fail(BROKEN);
  await rig.hear(500, 200);
  await rig.hear(0, 3_000);
  expect(turns(rig)).toEqual(['answered: heard by the other: Fine thanks.']);
  const heard = others.stt.utterances[0]?.written ?? [];
  expect(heard.filter((sample) => sample === 500).length).toBeGreaterThan(0);
  expect(lists.stt.said()).toEqual(['engine.error fake-stt engine_unavailable']);
});

it('the voice fails before its first sound: another one says the sentence', async () => {
  const { rig, others } = rigWithOthers();
  rig.llm.auto = ['One sentence is here. ', 'Another one follows it.'];
  rig.tts.script.push(async function* () {
    yield* [];
    throw BROKEN;
  });
  await rig.ask();
  await rig.pass(5_000);
  expect(turns(rig)).toEqual(['answered: hello there: One sentence is here. Another one follows it.']);
  expect(others.tts.said.map(({ text }) => text)).toEqual(['One sentence is here.']);
  expect(rig.tts.said.map(({ text }) => text)).toEqual(['One sentence is here.', 'Another one follows it.']);
});

it('all of them fail: the user is told, and the error names the first choice', async () => {
  const { rig, others } = rigWithOthers();
  rig.llm.auto = undefined;
  others.llm.auto = undefined;
  await rig.ask();
  rig.llm.calls.at(-1)?.out.fail(BROKEN);
  await rig.pass(100);
  others.llm.calls.at(-1)?.out.fail(BROKEN);
  await rig.pass(3_000);
  expect(turns(rig)).toEqual(['failed: hello there: ']);
  expect(rig.all('engine.error')).toMatchObject([{ kind: 'llm', engine: 'fake-llm', code: 'engine_unavailable' }]);
});
