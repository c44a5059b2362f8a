import { describe, expect, it } from 'vitest';
import { ConversationRig, type RigOptions, settle, WORD_MS } from '../../test/support/conversation/conversation-rig.ts';

const ANSWER = 'One two three four five six seven eight nine ten eleven twelve.';

/** A conversation in which a long answer is being played, for so long already. */
async function answering(playedMs: number, options: RigOptions = {}, answer = ANSWER): Promise<ConversationRig> {
  const rig = new ConversationRig(options);
  rig.llm.auto = [answer];
  // The line has been up for longer than its warm-up.
  await rig.hear(0, 3_000);
  await rig.ask();
  await rig.hear(0, playedMs);
  rig.stt.auto = undefined;
  rig.session.take();
  return rig;
}

/** The frames that were sent from now on. */
function playing(rig: ConversationRig): number {
  return rig.session.frames.length;
}

describe('speech over an answer', () => {
  it('interrupts it with its first word, and begins the next turn with what was said', async () => {
    const rig = await answering(1_500);
    await rig.hear(500, 200);
    expect(rig.session.sent('reply_interrupted')).toEqual([]);
    rig.session.take();
    rig.stt.utterances[1]?.partial('stop');
    await settle();
    expect(rig.session.take()).toEqual([
      'reply_interrupted',
      'transcript "" 0',
      'transcript "stop" 0',
      'speech_started',
    ]);
    expect(rig.all('turn.ended')).toMatchObject([
      { outcome: 'interrupted', answer: 'One two three four five six seven eight', written: ANSWER },
    ]);
    expect(rig.llm.calls[0]?.signal.aborted).toBe(true);
    rig.llm.auto = ['Fine.'];
    rig.stt.utterances[1]?.partial('stop it');
    await rig.hear(0, 500);
    rig.stt.utterances[1]?.final('stop it');
    await rig.pass(2_000);
    expect(rig.llm.calls.at(-1)?.messages.slice(1)).toEqual([
      { role: 'user', content: 'hello there' },
      { role: 'assistant', content: 'One two three four five six seven eight' },
      { role: 'user', content: 'stop it' },
    ]);
    expect(rig.all('turn.ended').at(-1)).toMatchObject({ outcome: 'answered', heard: 'stop it', answer: 'Fine.' });
  });

  it('holds the answer after 500 ms without words, and lets it go on with the word that was cut', async () => {
    const rig = await answering(1_500);
    await rig.hear(500, 540);
    expect(playing(rig)).toBeGreaterThan(0);
    expect(rig.session.sent('reply_interrupted')).toEqual([]);
    await rig.hear(500, 60);
    expect(rig.session.take()).toContain('reply_interrupted');
    await rig.hear(0, 1_900);
    expect(rig.session.take()).toEqual([]);
    await rig.hear(0, 200);
    const resumed = rig.session.frames;
    expect(rig.session.take().slice(0, 3)).toEqual(['reply_started', 'prepare', 'play']);
    expect(resumed.length).toBeGreaterThan(3);
    await rig.hear(0, 4_000);
    expect(rig.all('turn.ended')).toMatchObject([{ outcome: 'answered', answer: ANSWER, falseInterruption: 'paused' }]);
    expect(rig.llm.calls).toHaveLength(1);
  });

  it('is not held a second time for nothing', async () => {
    const rig = await answering(1_200, {}, ANSWER.replace('.', ANSWER));
    await rig.hear(500, 700);
    await rig.hear(0, 2_200);
    rig.session.take();
    await rig.hear(500, 700);
    expect(rig.session.sent('reply_interrupted')).toEqual([]);
    rig.stt.utterances.at(-1)?.partial('please stop');
    await settle();
    expect(rig.session.sent('reply_interrupted')).toHaveLength(1);
  });

  it('has interrupted it for nothing when its words are taken back', async () => {
    const rig = await answering(1_500);
    await rig.hear(500, 200);
    rig.stt.utterances[1]?.partial('stop');
    await settle();
    await rig.hear(0, 1_000);
    rig.stt.utterances[1]?.final('');
    await settle();
    const ended = rig.all('turn.ended');
    expect(ended).toMatchObject([{ outcome: 'interrupted' }, { outcome: 'no_speech', falseInterruption: 'stopped' }]);
    expect(ended[0]).not.toHaveProperty('falseInterruption');
  });

  it('has not interrupted it for nothing when the answer fails while it is held', async () => {
    const rig = new ConversationRig();
    rig.llm.auto = undefined;
    await rig.hear(0, 3_000);
    await rig.ask();
    rig.llm.calls[0]?.write(...ANSWER.replace('.', '. ').split(/(?= )/), ' And');
    await rig.hear(0, 1_500);
    rig.session.take();
    await rig.hear(500, 800);
    expect(rig.session.take()).toContain('reply_interrupted');
    rig.llm.calls[0]?.out.fail(new Error('gone'));
    await rig.pass(10_000);
    const [ended] = rig.all('turn.ended');
    expect(ended).toMatchObject({ outcome: 'failed' });
    expect(ended).not.toHaveProperty('falseInterruption');
  });

  it('has not interrupted it for nothing when the button stops it', async () => {
    const rig = await answering(1_500);
    await rig.hear(500, 200);
    rig.conversation.event({ type: 'speech_button', pressed: true });
    await rig.hear(0, 1_000);
    rig.stt.utterances[1]?.final('');
    await settle();
    const [answer, next] = rig.all('turn.ended');
    expect([answer, next]).toMatchObject([{ outcome: 'interrupted' }, { outcome: 'no_speech' }]);
    for (const ended of [answer, next]) expect(ended).not.toHaveProperty('falseInterruption');
  });

  it('interrupts a held answer with a word, and flushes it only once', async () => {
    const rig = await answering(1_500);
    await rig.hear(500, 800);
    rig.stt.utterances[1]?.partial('stop');
    await settle();
    expect(rig.session.sent('reply_interrupted')).toHaveLength(1);
    expect(rig.all('turn.ended')).toMatchObject([{ outcome: 'interrupted' }]);
    await rig.pass(3_000);
    expect(rig.session.sent('reply_started')).toEqual([]);
  });

  it.each([
    [300, 'its first second'],
    [2_000 - 300, 'its last second'],
  ])('is a sign of listening, %i ms into it: in %s', async (playedMs) => {
    const rig = await answering(playedMs);
    await rig.hear(500, 200);
    rig.stt.utterances[1]?.partial('mhm');
    await settle();
    expect(rig.session.sent('reply_interrupted')).toEqual([]);
    expect(rig.conversation.activity).toBe('speaking');
  });

  it('is no sign of listening amid it', async () => {
    const rig = await answering(1_100);
    await rig.hear(500, 200);
    rig.stt.utterances[1]?.partial('yes');
    await settle();
    expect(rig.session.sent('reply_interrupted')).toHaveLength(1);
  });

  it('is dropped when it says what we are just saying', async () => {
    const rig = await answering(1_100);
    await rig.hear(500, 300);
    rig.stt.utterances[1]?.partial('six seven');
    await settle();
    expect(rig.session.sent('reply_interrupted')).toEqual([]);
    rig.stt.utterances[1]?.partial('six seven please be quiet');
    await settle();
    expect(rig.session.sent('reply_interrupted')).toHaveLength(1);
  });

  it('goes on behind the answer as a turn', async () => {
    const rig = await answering(12 * WORD_MS - 200);
    await rig.hear(500, 600);
    expect(rig.all('turn.ended')).toMatchObject([{ outcome: 'answered' }]);
    rig.llm.auto = ['Yes.'];
    rig.stt.utterances[1]?.partial('and what now');
    await rig.hear(0, 600);
    rig.stt.utterances[1]?.final('and what now');
    await rig.pass(1_000);
    expect(rig.all('turn.ended').at(-1)).toMatchObject({ heard: 'and what now', outcome: 'answered' });
  });

  it('adds to what was said when it was answered too soon', async () => {
    const rig = new ConversationRig();
    rig.llm.auto = undefined;
    await rig.ask('i want');
    rig.stt.auto = undefined;
    expect(rig.conversation.activity).toBe('thinking');
    await rig.hear(500, 300);
    rig.stt.utterances[1]?.partial('some tea');
    await settle();
    expect(rig.llm.calls[0]?.signal.aborted).toBe(true);
    await rig.hear(0, 600);
    rig.stt.utterances[1]?.final('some tea');
    await settle();
    expect(rig.llm.calls.at(-1)?.messages.slice(1)).toEqual([{ role: 'user', content: 'hello there some tea' }]);
  });

  it('says nothing to a half-duplex device', async () => {
    const rig = await answering(1_000, { entry: { duplex: 'half' } });
    await rig.hear(500, 700);
    expect(rig.stt.utterances).toHaveLength(1);
    expect(rig.session.sent('reply_interrupted')).toEqual([]);
  });

  it('ends with the line', async () => {
    const rig = await answering(1_000);
    await rig.hear(500, 700);
    rig.conversation.detach();
    expect(rig.stt.utterances[1]?.options.signal.aborted).toBe(true);
    await rig.pass(5_000);
    expect(rig.clock.pending).toBe(0);
  });
});

describe('an answer begun on suspicion', () => {
  it('is used when the user has really finished, and speaks only then', async () => {
    const rig = new ConversationRig({ entry: { duplex: 'half' } });
    rig.stt.auto = undefined;
    await rig.hear(500, 400);
    rig.stt.utterances[0]?.partial('what time is it');
    await settle();
    await rig.hear(0, 300);
    expect(rig.llm.calls).toHaveLength(1);
    expect(rig.session.sent('reply_text')).toEqual([]);
    await rig.hear(0, 200);
    rig.stt.utterances[0]?.final('What time is it?');
    await rig.pass(1_000);
    expect(rig.llm.calls).toHaveLength(1);
    expect(rig.all('turn.ended')).toMatchObject([{ outcome: 'answered', answer: 'Fine thanks.' }]);
  });

  it('is thrown away when the user goes on, three times at most', async () => {
    const rig = new ConversationRig({ entry: { duplex: 'half' } });
    rig.stt.auto = undefined;
    for (const text of ['one', 'one two', 'one two three', 'one two three four', 'one two three four five']) {
      await rig.hear(500, 300);
      rig.stt.utterances[0]?.partial(text);
      await settle();
      await rig.hear(0, 300);
    }
    expect(rig.llm.calls.map(({ signal }) => signal.aborted)).toEqual([true, true, true]);
    await rig.hear(0, 2_000);
    rig.stt.utterances[0]?.final('one two three four five');
    await rig.pass(1_000);
    expect(rig.llm.calls).toHaveLength(4);
    expect(rig.llm.calls[3]?.messages.at(-1)).toEqual({ role: 'user', content: 'one two three four five' });
    expect(rig.all('turn.ended')).toMatchObject([{ outcome: 'answered' }]);
  });
});
