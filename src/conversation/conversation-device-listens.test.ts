import { describe, expect, it } from 'vitest';
import { ConversationRig } from '../../test/support/conversation/conversation-rig.ts';

/** What the device was told of its microphone so far: wanted or not. */
const wanted = (rig: ConversationRig) =>
  rig.session.rare.flatMap((command) => (command.type === 'listen' ? [command.on] : []));

describe('a device that opens its microphone itself', () => {
  it('is heard until it closes it, however long its user is silent', async () => {
    const rig = new ConversationRig();
    rig.conversation.event({ type: 'listen', state: 'start', mode: 'manual' });
    await rig.hear(0, 1_000);
    await rig.hear(500, 400);
    rig.stt.utterances.at(-1)?.partial('hello');
    await rig.hear(0, 5_000);
    expect(rig.all('turn.heard')).toHaveLength(0);
    rig.conversation.event({ type: 'listen', state: 'stop' });
    await rig.pass(100);
    expect(rig.all('turn.heard')).toMatchObject([{ text: 'hello there' }]);
  });

  it('that says nothing until it closes it gets no answer', async () => {
    const rig = new ConversationRig();
    rig.stt.auto = '';
    rig.conversation.event({ type: 'listen', state: 'start', mode: 'manual' });
    await rig.hear(0, 300);
    rig.conversation.event({ type: 'listen', state: 'stop' });
    await rig.pass(100);
    expect(rig.all('turn.ended')).toMatchObject([{ outcome: 'no_speech' }]);
  });

  it('by hand interrupts an answer with it', async () => {
    const rig = new ConversationRig();
    rig.llm.auto = ['One two three four five six seven eight.'];
    await rig.ask();
    await rig.pass(500);
    rig.conversation.event({ type: 'listen', state: 'start', mode: 'manual' });
    expect(rig.all('turn.ended')).toMatchObject([{ outcome: 'interrupted' }]);
    expect(rig.conversation.listeningMode).toBe('hearing');
  });

  it('closes it amid what is said: that ends it, in other modes too', async () => {
    const rig = new ConversationRig();
    rig.conversation.event({ type: 'listen', state: 'start', mode: 'auto' });
    await rig.hear(500, 400);
    expect(rig.conversation.listeningMode).toBe('hearing');
    rig.conversation.event({ type: 'listen', state: 'stop' });
    await rig.pass(100);
    expect(rig.all('turn.heard')).toHaveLength(1);
  });

  it.each([
    ['auto', 'closed'],
    ['realtime', 'over'],
  ] as const)('in mode %s is, over an answer, %s', async (mode, over) => {
    const rig = new ConversationRig({ entry: { protocol: 'pcm', duplex: 'half' } });
    rig.conversation.event({ type: 'listen', state: 'start', mode });
    await rig.ask();
    await rig.pass(200);
    expect(rig.conversation.activity).toBe('speaking');
    expect(rig.conversation.listeningMode).toBe(over);
    // What a device said of itself ends with its session.
    rig.conversation.detach();
    rig.reattach();
    await rig.ask();
    await rig.pass(200);
    expect(rig.conversation.listeningMode).toBe('closed');
  });

  it('makes a device with push_to_talk listen', async () => {
    const rig = new ConversationRig({ entry: { protocol: 'pcm', activation: 'push_to_talk' } });
    expect(rig.conversation.listeningMode).toBe('closed');
    rig.conversation.event({ type: 'listen', state: 'start', mode: 'auto' });
    expect(rig.conversation.listeningMode).toBe('waiting');
  });
});

describe('the wake word that a device has heard', () => {
  it.each([
    ['jarvis what time is it', 'what time is it'],
    ['what time is it', 'what time is it'],
  ])('is no part of the question: %s', async (said, heard) => {
    const rig = new ConversationRig();
    rig.stt.auto = said;
    rig.conversation.event({ type: 'wake', word: 'Jarvis' });
    await rig.ask(said);
    await rig.pass(500);
    expect(rig.all('turn.heard')).toMatchObject([{ text: heard }]);
  });

  it('alone is not answered', async () => {
    const rig = new ConversationRig();
    rig.stt.auto = 'jarvis';
    rig.conversation.event({ type: 'wake', word: 'Jarvis' });
    await rig.ask('jarvis');
    await rig.pass(500);
    expect(rig.all('turn.ended')).toMatchObject([{ outcome: 'no_speech' }]);
    expect(rig.llm.calls).toHaveLength(0);
  });

  it('is one in the next question only', async () => {
    const rig = new ConversationRig();
    rig.conversation.event({ type: 'wake', word: 'Jarvis' });
    await rig.ask('jarvis hello');
    await rig.pass(3_000);
    rig.stt.auto = 'jarvis is a name';
    await rig.ask('jarvis is a name');
    await rig.pass(500);
    expect(rig.all('turn.heard').at(-1)).toMatchObject({ text: 'jarvis is a name' });
  });
});

describe('a microphone that is ours to open', () => {
  it('is wanted while a client asks for it, and until what was said is over', async () => {
    const rig = new ConversationRig();
    expect(rig.conversation.listen()).toBe('accepted');
    await rig.pass(4_000);
    await rig.ask();
    await rig.pass(3_000);
    expect(wanted(rig)).toEqual([true, false]);
  });

  it('is wanted no longer when nothing is said', async () => {
    const rig = new ConversationRig();
    rig.conversation.listen();
    await rig.pass(7_900);
    expect(wanted(rig)).toEqual([true]);
    await rig.pass(200);
    expect(wanted(rig)).toEqual([true, false]);
  });

  it('is wanted for the answer to a question', async () => {
    const rig = new ConversationRig();
    void rig.conversation.ask({ text: 'Tea?', timeoutMs: 5_000 });
    await rig.pass(3_000);
    expect(wanted(rig)).toEqual([true]);
    await rig.ask('yes');
    await rig.pass(500);
    expect(wanted(rig)).toEqual([true, false]);
  });
});

it('each sentence is told before its first audio, and a conversation that rests is told to be over', async () => {
  const rig = new ConversationRig({ entry: { idle_timeout: 5 } });
  rig.llm.auto = ['One two three. ', 'Four five six.'];
  await rig.ask();
  await rig.pass(300);
  expect(rig.session.rare).toEqual([{ type: 'reply_sentence', text: 'One two three.' }]);
  await rig.pass(2_000);
  expect(rig.session.rare.at(-1)).toEqual({ type: 'reply_sentence', text: 'Four five six.' });
  await rig.pass(10_000);
  expect(rig.session.rare.at(-1)).toEqual({ type: 'conversation_over' });
});

it('a device that its user has connected does not greet', async () => {
  for (const openedByUser of [true, false]) {
    const rig = new ConversationRig({ entry: { greeting: true } });
    rig.conversation.detach();
    rig.conversation.attach(Object.assign(rig.session, { openedByUser }));
    await rig.pass(3_000);
    expect(rig.all('turn.ended').map(({ kind }) => kind)).toEqual(openedByUser ? [] : ['greeting']);
  }
});
