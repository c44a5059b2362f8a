import { describe, expect, it } from 'vitest';
import { ConversationRig, settle } from '../../test/support/conversation/conversation-rig.ts';

describe('when the line is lost', () => {
  const states = {
    listening: async (rig: ConversationRig) => {
      await rig.hear(500, 400);
    },
    'thinking, of the last words': async (rig: ConversationRig) => {
      rig.stt.auto = undefined;
      await rig.ask();
    },
    'thinking, of an answer': async (rig: ConversationRig) => {
      rig.llm.auto = undefined;
      await rig.ask();
    },
    speaking: async (rig: ConversationRig) => {
      await rig.ask();
      await rig.pass(100);
    },
  };

  it.each(Object.entries(states))(
    'while %s, the turn ends, its work stops, and the next line begins afresh',
    async (name, reach) => {
      const rig = new ConversationRig({ entry: { duplex: 'half' } });
      await reach(rig);
      expect(rig.conversation.activity).toBe(name.split(',')[0]);
      const { session } = rig;
      rig.conversation.detach();
      expect(rig.conversation.activity).toBe('idle');
      expect(rig.all('turn.ended')).toMatchObject([{ outcome: 'disconnected' }]);
      expect(rig.stt.utterances[0]?.options.signal.aborted).toBe(true);
      expect(rig.clock.pending).toBeLessThanOrEqual(1);
      session.take();
      await rig.pass(40_000);
      expect(session.take()).toEqual([]);
      expect(rig.clock.pending).toBe(0);

      rig.reattach();
      rig.stt.auto = 'hello again';
      rig.llm.auto = ['Welcome back.'];
      await rig.ask();
      await rig.pass(3_000);
      expect(session.take()).toEqual([]);
      expect(rig.session.take().at(0)).toBe('listening true');
      expect(rig.all('turn.ended').map(({ outcome }) => outcome)).toEqual(['disconnected', 'answered']);
    },
  );

  it('in silence, nothing is to be ended', async () => {
    const rig = new ConversationRig({ entry: { duplex: 'half' } });
    rig.conversation.detach();
    await rig.pass(1_000);
    expect(rig.events).toEqual([]);
  });

  it('what was said before is remembered, of an answer only the part that was heard', async () => {
    const rig = new ConversationRig({ entry: { duplex: 'half' } });
    rig.llm.auto = ['One two three four five six seven eight.'];
    await rig.ask();
    await rig.pass(500);
    rig.conversation.detach();
    rig.reattach();
    const history = await rig.nextTurn();
    // Four words were sent by then, and two of them heard.
    expect(history).toEqual(['user: hello there', 'assistant: One two', 'user: and now']);
  });

  it('no speech from before the loss is added to what comes after', async () => {
    const rig = new ConversationRig({ entry: { duplex: 'half' } });
    await rig.hear(3, 40);
    rig.conversation.audio(new Int16Array(100).fill(3), rig.clock.now());
    rig.conversation.detach();
    rig.reattach();
    expect(rig.vad.resets).toBe(2);
    await rig.hear(5, 60);
    expect(rig.stt.utterances[0]?.written).toEqual([5, 5, 5]);
  });
});

describe('when the user interrupts', () => {
  it('an answer, nothing more of it is sent, and only what was heard is remembered', async () => {
    const rig = new ConversationRig({ entry: { duplex: 'half' } });
    rig.llm.auto = ['One two three four five six seven eight.'];
    await rig.ask();
    await rig.pass(500);
    rig.session.take();
    rig.conversation.event({ type: 'interrupt' });
    expect(rig.session.take()).toEqual(['reply_interrupted', 'listening true']);
    expect(rig.llm.calls[0]?.signal.aborted).toBe(true);
    await rig.pass(5_000);
    expect(rig.session.take()).toEqual([]);
    expect(rig.all('turn.ended')).toMatchObject([{ outcome: 'interrupted', answer: 'One two', spokenMs: 800 }]);
    expect(rig.events.filter(({ type }) => type === 'engine.error')).toEqual([]);
    expect(await rig.nextTurn()).toEqual(['user: hello there', 'assistant: One two', 'user: and now']);
  });

  it('the making of an answer, it is never sent', async () => {
    const rig = new ConversationRig({ entry: { duplex: 'half' } });
    rig.llm.auto = undefined;
    await rig.ask();
    rig.session.take();
    rig.conversation.event({ type: 'interrupt' });
    rig.llm.calls[0]?.write('Too late. ');
    await rig.pass(2_000);
    expect(rig.session.take()).toEqual(['reply_interrupted', 'listening true']);
  });

  it('nothing, nothing happens', async () => {
    const rig = new ConversationRig({ entry: { duplex: 'half' } });
    rig.conversation.event({ type: 'interrupt' });
    await rig.hear(500, 400);
    rig.conversation.event({ type: 'interrupt' });
    expect(rig.session.take()).toEqual(['listening true']);
    expect(rig.conversation.activity).toBe('listening');
  });
});

describe('a late result of an old turn changes nothing', () => {
  it('of the language model and the voice, though they go on when told to stop', async () => {
    const rig = new ConversationRig({ entry: { duplex: 'half' } });
    rig.llm.auto = undefined;
    rig.llm.stubborn = true;
    let speakLate = () => {};
    rig.tts.script.push(async function* () {
      yield rig.tts.silentAboutWords(2_400);
      await new Promise<void>((resolve) => {
        speakLate = resolve;
      });
      yield rig.tts.silentAboutWords(24_000);
    });
    await rig.ask();
    rig.llm.calls[0]?.write('The old one. ');
    await rig.pass(20);
    rig.conversation.event({ type: 'interrupt' });
    await rig.pass(1_000);
    rig.session.take();
    speakLate();
    rig.llm.calls[0]?.write('Still the old one. ');
    await rig.pass(100);
    rig.llm.calls[0]?.out.end();
    await rig.pass(2_000);
    expect(rig.session.take()).toEqual([]);
    expect(rig.tts.said).toHaveLength(1);

    rig.llm.stubborn = false;
    expect((await rig.nextTurn()).join()).not.toContain('Still');
  });

  it('of the language model, while the next answer is made', async () => {
    const rig = new ConversationRig({ entry: { duplex: 'half' } });
    rig.llm.auto = undefined;
    rig.llm.stubborn = true;
    await rig.ask();
    rig.conversation.event({ type: 'interrupt' });
    await rig.pass(300);
    await rig.ask();
    rig.session.take();
    rig.llm.calls[0]?.write('Old. ', 'Older. ');
    rig.llm.calls[0]?.out.end();
    rig.llm.calls[1]?.write('New. ');
    rig.llm.calls[1]?.out.end();
    await rig.pass(3_000);
    expect(rig.session.sent('reply_text')).toEqual([{ type: 'reply_text', delta: 'New. ' }]);
    expect(rig.session.sent('reply_text_done')).toHaveLength(1);
    expect(rig.tts.said.map(({ text }) => text)).toEqual(['New.']);
  });

  it('of the language model, when it was given up and the chime is playing', async () => {
    const rig = new ConversationRig({ entry: { duplex: 'half', filler: false } });
    rig.llm.auto = undefined;
    rig.llm.stubborn = true;
    await rig.ask();
    await rig.pass(30_000);
    rig.session.take();
    rig.llm.calls[0]?.write('Sorry, I am late. ');
    rig.llm.calls[0]?.out.end();
    await rig.pass(2_000);
    expect(rig.session.take()).toEqual(['listening true']);
    expect(rig.tts.said).toEqual([]);
  });

  it('of the recogniser, whether the chime plays or the next turn is on', async () => {
    for (const waitMs of [100, 3_000]) {
      const rig = new ConversationRig({ entry: { duplex: 'half' }, preemptive: false });
      rig.stt.auto = undefined;
      rig.stt.stubborn = true;
      await rig.ask('hello');
      await rig.pass(10_000);
      await rig.pass(waitMs);
      if (waitMs > 1_000) await rig.hear(500, 400);
      rig.session.take();
      rig.stt.utterances[0]?.final('hello you are late');
      await settle();
      expect(rig.session.take()).toEqual([]);
      expect(rig.all('turn.heard')).toEqual([]);
      expect(rig.llm.calls).toEqual([]);
    }
  });
});

it('when it is closed, the turn ends and everything is given back', async () => {
  const rig = new ConversationRig({ entry: { duplex: 'half' } });
  rig.llm.auto = undefined;
  await rig.ask();
  rig.conversation.close();
  expect(rig.vad.freed).toBe(1);
  expect(rig.llm.calls[0]?.signal.aborted).toBe(true);
  expect(rig.all('turn.ended')).toMatchObject([{ outcome: 'disconnected' }]);
  await rig.pass(1_000);
  expect(rig.clock.pending).toBe(0);
});
