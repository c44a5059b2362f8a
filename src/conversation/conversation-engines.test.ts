import { describe, expect, it } from 'vitest';
import { ConversationRig, FakeLlm, FakeStt, FakeTts } from '../../test/support/conversation/conversation-rig.ts';

/** A second set of engines, and how often each was asked. */
function second() {
  const set = { stt: new FakeStt(), llm: new FakeLlm(), tts: new FakeTts() };
  const asked = () => [set.stt.utterances.length, set.llm.calls.length, set.tts.said.length];
  return { set, asked };
}

function first(rig: ConversationRig): readonly number[] {
  return [rig.stt.utterances.length, rig.llm.calls.length, rig.tts.said.length];
}

describe('engines that change', () => {
  it('are used from the next turn on, and not before', async () => {
    const rig = new ConversationRig({ preemptive: false });
    rig.llm.auto = undefined;
    const { set, asked } = second();
    await rig.hear(500, 200);
    // Amid the words of the user: this turn is the old engines' to its end.
    rig.engines = set;
    await rig.ask();
    rig.llm.calls[0]?.write('One moment. ');
    await rig.pass(500);
    rig.llm.calls[0]?.write('Here it is. ');
    rig.llm.calls[0]?.out.end();
    await rig.pass(3_000);
    expect(rig.all('turn.ended')).toMatchObject([{ outcome: 'answered', answer: 'One moment. Here it is.' }]);
    expect(first(rig)).toEqual([1, 1, 2]);
    expect(asked()).toEqual([0, 0, 0]);

    await rig.ask();
    await rig.pass(3_000);
    expect(rig.all('turn.ended')).toHaveLength(2);
    expect(first(rig)).toEqual([1, 1, 2]);
    expect(asked()).toEqual([1, 1, 1]);
  });

  it('leave to the old recogniser what the user began to say over the old answer', async () => {
    const rig = new ConversationRig();
    const { set, asked } = second();
    rig.llm.auto = ['One two three four five six seven eight nine ten eleven twelve.'];
    await rig.hear(0, 3_000);
    await rig.ask();
    await rig.hear(0, 1_500);
    rig.stt.auto = 'stop it';
    rig.engines = set;
    await rig.hear(500, 200);
    rig.stt.utterances[1]?.partial('stop it');
    await rig.hear(0, 500);
    expect(rig.all('turn.ended')).toMatchObject([{ outcome: 'interrupted' }]);
    await rig.pass(3_000);
    expect(rig.all('turn.ended')).toMatchObject([{ outcome: 'interrupted' }, { outcome: 'answered' }]);
    expect(rig.stt.utterances).toHaveLength(2);
    expect(asked()).toEqual([0, 1, 1]);
  });

  it('are warmed as soon as the user speaks, before anything is asked of them', async () => {
    const rig = new ConversationRig({ preemptive: false });
    const { set, asked } = second();
    const warmed: string[] = [];
    const warm = (what: string) => () => void warmed.push(`${what} ${asked().slice(1)}`);
    rig.engines = {
      ...set,
      llm: Object.assign(set.llm, { warm: warm('llm') }),
      tts: Object.assign(set.tts, { warm: warm('tts') }),
    };
    await rig.hear(500, 200);
    expect(warmed).toEqual(['llm 0,0', 'tts 0,0']);
    await rig.ask();
    await rig.pass(3_000);
    expect(warmed).toHaveLength(2);
    expect(asked()).toEqual([1, 1, 1]);
  });

  it('bring what the recogniser of each utterance can do', async () => {
    const rig = new ConversationRig();
    const { set } = second();
    set.stt.hasPartials = false;
    // Speech and a pause, and no word yet: who gets partial results waits for words, who gets none goes by the pause alone.
    const speakWithoutWords = async () => {
      await rig.hear(500, 400);
      await rig.hear(0, 800);
    };
    await speakWithoutWords();
    expect(rig.stt.utterances[0]?.ended).toBe(false);
    rig.engines = set;
    await rig.hear(0, 500);
    await rig.pass(3_000);
    await speakWithoutWords();
    expect(set.stt.utterances[0]?.ended).toBe(true);
  });

  it('are released with the conversation', () => {
    let released = 0;
    const rig = new ConversationRig({ onReleased: () => released++ });
    expect(released).toBe(0);
    rig.conversation.close();
    expect(released).toBe(1);
  });
});

describe('functions that the model calls', () => {
  it('are events of their own, with their times and whether they could be run', async () => {
    const rig = new ConversationRig({ preemptive: false });
    rig.llm.auto = undefined;
    await rig.ask();
    const call = (id: string, name: string) => ({ type: 'tool_call', call: { id, name, arguments: '{}' } }) as const;
    rig.llm.calls[0]?.out.push(call('1', 'current_time'));
    rig.llm.calls[0]?.out.push(call('2', 'open_the_door'));
    rig.llm.calls[0]?.out.end();
    await rig.pass(100);
    rig.llm.calls[1]?.write('It is noon.');
    rig.llm.calls[1]?.out.end();
    await rig.pass(3_000);
    // Each is told when it ends: the one that cannot be run first.
    const times = { startedAtMs: 920, endedAtMs: 920 };
    expect(rig.all('tool.call')).toEqual([
      { type: 'tool.call', device: 'kitchen', turn: 1, tool: 'open_the_door', ok: false, ...times },
      { type: 'tool.call', device: 'kitchen', turn: 1, tool: 'current_time', ok: true, ...times },
    ]);
  });
});
