import { describe, expect, it } from 'vitest';
import { ConversationRig, settle, WORD_MS } from '../../test/support/conversation/conversation-rig.ts';

const question = { text: 'Tea or coffee?', timeoutMs: 15_000 };
const say = { text: 'Dinner is ready.', interrupt: false, listenAfter: false };
const STORY = 'One two three four five six seven eight nine ten eleven twelve thirteen fourteen.';

/** What was said, a line a turn. */
function turns(rig: ConversationRig): string[] {
  return rig.all('turn.ended').map(({ kind, outcome, heard, answer }) => `${kind} ${outcome}: ${heard}: ${answer}`);
}

/** What the language model was shown in its last call, behind the prompt. */
function shown(rig: ConversationRig): string[] {
  return (rig.llm.calls.at(-1)?.messages ?? []).slice(1).map(({ role, content }) => `${role}: ${content}`);
}

/** Asks over REST and tells what has come of it by now: nothing, while it is waited for. */
function asked(rig: ConversationRig, request = question) {
  const state: { result?: Awaited<Exclude<ReturnType<typeof rig.conversation.ask>, string>> } = {};
  const result = rig.conversation.ask(request);
  if (typeof result === 'string') throw new Error(`refused: ${result}`);
  void result.then((value) => {
    state.result = value;
  });
  return state;
}

/** Listens over REST and tells what has come of it by now. */
function listenedTo(rig: ConversationRig, timeoutMs = 15_000) {
  const state: { result?: Awaited<Exclude<ReturnType<typeof rig.conversation.hear>, string>> } = {};
  const result = rig.conversation.hear({ timeoutMs });
  if (typeof result === 'string') throw new Error(`refused: ${result}`);
  void result.then((value) => {
    state.result = value;
  });
  return state;
}

/** A long answer is spoken over: noticed, without a word yet. @param text undefined: nothing ever comes of it */
async function speakOver(rig: ConversationRig, text: string | undefined): Promise<void> {
  rig.llm.auto = [STORY];
  await rig.ask('tell me a story');
  await rig.hear(0, 1_500);
  rig.stt.auto = text;
  rig.llm.auto = ['Fine', ' thanks.'];
  await rig.hear(500, 300);
}

describe('a question that waits for its answer', () => {
  it('is not broken into by a word to the silent user', async () => {
    const rig = new ConversationRig({ entry: { long_silence: 7, idle_timeout: 10 } });
    await rig.ask();
    await rig.hear(0, 1_500);
    const ask = asked(rig);
    await rig.hear(0, 12_000);
    rig.stt.auto = 'tea please';
    await rig.ask('tea please');
    expect(ask.result).toMatchObject({ outcome: 'answered', answer: 'tea please' });
    expect(turns(rig).map((line) => line.split(' ')[0])).toEqual(['user', 'ask', 'answer']);
    // From then on the user is spoken to again.
    rig.llm.auto = ['Still there?'];
    await rig.hear(0, 9_000);
    expect(turns(rig).at(-1)).toBe('long_silence answered: : Still there?');
  });

  it('leaves a user who does not answer to the usual words', async () => {
    const rig = new ConversationRig({ entry: { long_silence: 7 } });
    await rig.ask();
    const ask = asked(rig);
    await rig.hear(0, 18_000);
    expect(ask.result).toMatchObject({ outcome: 'no_answer' });
    await rig.hear(0, 8_000);
    expect(turns(rig).map((line) => line.split(' ')[0])).toEqual(['user', 'ask', 'long_silence']);
  });

  it('is not greeted over', async () => {
    const rig = new ConversationRig({ entry: { greeting: true } });
    rig.conversation.detach();
    rig.reattach();
    const ask = asked(rig, { text: 'Tea?', timeoutMs: 3_000 });
    await rig.hear(0, 5_000);
    expect(ask.result).toMatchObject({ outcome: 'no_answer' });
    expect(turns(rig)).toHaveLength(1);
  });

  it('lets who speaks when the time is over finish, and no longer than that', async () => {
    const rig = new ConversationRig();
    const ask = asked(rig, { ...question, timeoutMs: 3_000 });
    await rig.hear(0, 3_000);
    rig.stt.auto = 'tea please';
    await rig.hear(500, 2_000);
    expect(ask.result).toBeUndefined();
    await rig.ask('tea please');
    expect(ask.result).toMatchObject({ outcome: 'answered', answer: 'tea please' });
  });

  it('is given up amid endless noise', async () => {
    const rig = new ConversationRig({ entry: { duplex: 'full' } });
    const ask = asked(rig, { ...question, timeoutMs: 3_000 });
    rig.stt.auto = undefined;
    await rig.hear(0, 2_000);
    // Nothing is recognised in it, and before that is known it goes on.
    for (let heardMs = 0; heardMs < 70_000; heardMs += 500) {
      await rig.hear(500, 500);
      const over = rig.stt.utterances.filter(({ ended }) => ended);
      for (const utterance of over) if (heardMs % 1_000 === 0) utterance.final('');
    }
    expect(rig.all('turn.ended').map(({ outcome }) => outcome)).toContain('no_speech');
    expect(rig.conversation.activity).not.toBe('idle');
    expect(ask.result).toMatchObject({ outcome: 'no_answer' });
  });

  it('is not given up by words that were no answer to it', async () => {
    const rig = new ConversationRig();
    const ask = asked(rig);
    rig.stt.auto = '';
    await rig.hear(0, 2_000);
    await rig.hear(500, 400);
    await rig.hear(0, 2_000);
    expect(turns(rig).at(-1)).toBe('answer no_speech: : ');
    rig.stt.auto = 'tea please';
    await rig.ask('tea please');
    expect(ask.result).toMatchObject({ outcome: 'answered', answer: 'tea please' });
  });

  it('fails with the recogniser, and says why', async () => {
    for (const pressed of [false, true]) {
      const rig = new ConversationRig();
      const ask = asked(rig);
      await rig.hear(0, 2_000);
      await rig.hear(500, 400);
      rig.stt.utterances.at(-1)?.results.fail(new Error('broken'));
      await rig.hear(0, 1_300);
      // The user may press amid the sound of the failure.
      if (pressed) rig.conversation.event({ type: 'speech_button', pressed: true });
      await rig.hear(0, 3_000);
      expect(ask.result).toMatchObject({ outcome: 'failed', answer: '', error: { code: 'internal' } });
    }
  });

  it('opens the microphone of a device that waits for its button, as long as it waits and no longer', async () => {
    for (const answers of [false, true]) {
      const rig = new ConversationRig({ entry: { protocol: 'pcm', activation: 'push_to_talk' } });
      const ask = asked(rig, { ...question, timeoutMs: 10_000 });
      rig.stt.auto = 'tea please';
      await rig.hear(0, 2_000);
      expect(rig.session.sent('listening').at(-1)).toEqual({ type: 'listening', on: true });
      if (answers) await rig.ask('tea please');
      else await rig.hear(0, 10_000);
      expect(ask.result?.outcome).toBe(answers ? 'answered' : 'no_answer');
      expect(rig.session.sent('listening').at(-1)).toEqual({ type: 'listening', on: false });
      const before = rig.stt.utterances.length;
      await rig.hear(500, 1_000);
      expect(rig.stt.utterances).toHaveLength(before);
    }
  });

  it('is no goodbye, whatever its words', async () => {
    const rig = new ConversationRig({ entry: { long_silence: 7 } });
    await rig.ask();
    await rig.hear(0, 1_500);
    const ask = asked(rig, { text: 'Do you want to say goodbye?', timeoutMs: 3_000 });
    await rig.hear(0, 13_000);
    expect(ask.result).toMatchObject({ outcome: 'no_answer' });
    expect(turns(rig).map((line) => line.split(' ')[0])).toEqual(['user', 'ask', 'long_silence']);
  });
});

describe('a question that is cut short', () => {
  it('by a request or by the device is answered as interrupted', async () => {
    for (const how of ['rest', 'device', 'say']) {
      const rig = new ConversationRig({ entry: { duplex: 'full' } });
      const ask = asked(rig, { ...question, text: STORY });
      await rig.hear(0, 1_000);
      if (how === 'rest') expect(rig.conversation.interrupt()).toBe('accepted');
      else if (how === 'device') rig.conversation.event({ type: 'interrupt' });
      else void rig.conversation.say({ ...say, interrupt: true });
      await settle();
      expect(ask.result, how).toMatchObject({ outcome: 'interrupted', answer: '' });
      expect(ask.result?.heard).toMatch(/^One two/);
      // What is said then is a turn like any other.
      await rig.hear(0, 2_000);
      await rig.ask();
      await rig.hear(0, 1_500);
      expect(turns(rig).at(-1)).toBe('user answered: hello there: Fine thanks.');
    }
  });

  it('by the user is answered all the same', async () => {
    for (const how of ['words', 'button']) {
      const rig = new ConversationRig({ entry: { duplex: 'full' } });
      const ask = asked(rig, { ...question, text: STORY });
      await rig.hear(0, 1_500);
      rig.stt.auto = 'tea please';
      if (how === 'button') rig.conversation.event({ type: 'speech_button', pressed: true });
      await rig.ask('tea please');
      expect(ask.result, how).toMatchObject({ outcome: 'answered', answer: 'tea please' });
    }
  });

  it('by the button amid the sound of its failure has failed', async () => {
    const rig = new ConversationRig({ entry: { duplex: 'full' } });
    rig.tts.script.push(() => {
      throw new Error('no voice');
    });
    const ask = asked(rig);
    await rig.hear(0, 200);
    rig.conversation.event({ type: 'speech_button', pressed: true });
    await settle();
    expect(ask.result).toMatchObject({ outcome: 'failed', error: { code: 'internal' } });
    await rig.ask();
    await rig.hear(0, 1_500);
    expect(turns(rig).at(-1)).toBe('user answered: hello there: Fine thanks.');
  });
});

describe('who speaks over an answer that a request cuts short', () => {
  it('is heard out: the answer stops, the words are the next turn, and what is to be said waits', async () => {
    for (const how of ['say', 'rest', 'device']) {
      const rig = new ConversationRig({ entry: { duplex: 'full' } });
      await speakOver(rig, 'what about dinner');
      if (how === 'say') void rig.conversation.say({ ...say, interrupt: true });
      else if (how === 'rest') expect(rig.conversation.interrupt()).toBe('accepted');
      else rig.conversation.event({ type: 'interrupt' });
      expect(rig.session.sent('reply_interrupted'), how).toHaveLength(1);
      await rig.ask('what about dinner');
      await rig.hear(0, 4_000);
      expect(turns(rig).slice(1), how).toEqual([
        'user answered: what about dinner: Fine thanks.',
        ...(how === 'say' ? ['say answered: : Dinner is ready.'] : []),
      ]);
      expect(rig.stt.utterances, how).toHaveLength(2);
    }
  });

  it('is heard out too when the answer is held', async () => {
    const rig = new ConversationRig({ entry: { duplex: 'full' } });
    await rig.hear(0, 4_000);
    await speakOver(rig, 'what about dinner');
    await rig.hear(500, 400);
    expect(rig.session.sent('reply_interrupted')).toHaveLength(1);
    void rig.conversation.say({ ...say, interrupt: true });
    expect(rig.session.sent('reply_interrupted')).toHaveLength(1);
    await rig.ask('what about dinner');
    await rig.hear(0, 4_000);
    expect(turns(rig).slice(1)).toEqual([
      'user answered: what about dinner: Fine thanks.',
      'say answered: : Dinner is ready.',
    ]);
  });

  it('may have said only "mhm": that is nothing, and what waits is said', async () => {
    const rig = new ConversationRig({ entry: { duplex: 'full' } });
    await speakOver(rig, 'mhm');
    void rig.conversation.say({ ...say, interrupt: true });
    await rig.ask('mhm');
    await rig.hear(0, 4_000);
    expect(turns(rig).slice(1)).toEqual(['user no_speech: : ', 'say answered: : Dinner is ready.']);
  });
});

describe('a request that waits', () => {
  it('is told after a minute that it is too late, also while another user still speaks', async () => {
    const rig = new ConversationRig();
    rig.llm.auto = [`${'word '.repeat(70_000 / WORD_MS).trim()}.`];
    await rig.ask();
    await rig.hear(0, 1_000);
    const ask = asked(rig);
    const said = rig.conversation.say(say);
    await rig.hear(0, 58_000);
    expect(ask.result).toBeUndefined();
    await rig.hear(0, 3_000);
    expect(rig.conversation.activity).toBe('speaking');
    expect(ask.result).toMatchObject({ outcome: 'expired', answer: '' });
    expect(await said).toMatchObject({ outcome: 'expired' });
  });

  it('is not blocked by an engine that hangs while the answer is held', async () => {
    const rig = new ConversationRig({ entry: { duplex: 'full' } });
    rig.llm.auto = [STORY];
    await rig.ask();
    await rig.hear(0, 4_000);
    rig.llm.auto = undefined;
    await rig.ask('tell me a story');
    await rig.hear(0, 29_000);
    rig.stt.auto = undefined;
    // Held at the moment in which the engine's time is over.
    await rig.hear(500, 800);
    expect(rig.session.sent('reply_interrupted')).toHaveLength(1);
    await rig.hear(0, 29_000);
    const result = rig.conversation.say(say);
    await rig.hear(0, 15_000);
    expect(turns(rig).map((line) => line.split(':')[0])).toEqual(['user answered', 'user failed', 'say answered']);
    expect(await result).toMatchObject({ outcome: 'played' });
  });

  it('is not blocked by a recogniser that hangs with words that were taken over when they had ended', async () => {
    const rig = new ConversationRig({ entry: { duplex: 'full' }, hasPartials: false });
    await rig.hear(0, 4_000);
    await speakOver(rig, undefined);
    // The words over the answer have ended, and nothing comes of them.
    await rig.hear(0, 14_000);
    expect(rig.conversation.activity).not.toBe('speaking');
    expect(rig.session.sent('notice')).toMatchObject([{ code: 'engine_timeout' }]);
    const result = rig.conversation.say(say);
    await rig.hear(0, 3_000);
    expect(await result).toMatchObject({ outcome: 'played' });
  });

  it('is not blocked by a fault of ours, which costs the line', async () => {
    const rig = new ConversationRig();
    const { open } = rig.stt;
    rig.stt.open = () => {
      throw new Error('our fault');
    };
    await expect(rig.hear(500, 400)).rejects.toThrow('our fault');
    rig.stt.open = open;
    const result = rig.conversation.say(say);
    rig.conversation.detach();
    expect(await result).toMatchObject({ outcome: 'disconnected' });
    rig.reattach();
    await rig.nextTurn();
  });

  it('opens the microphone behind it also when its last word is a goodbye', async () => {
    const rig = new ConversationRig({ entry: { protocol: 'pcm', activation: 'push_to_talk' } });
    void rig.conversation.say({ ...say, text: 'Say hello or goodbye.', listenAfter: true });
    await rig.hear(0, 2_000);
    expect(rig.session.sent('listening').at(-1)).toEqual({ type: 'listening', on: true });
  });
});

describe('a history that is forgotten amid a turn', () => {
  it('stays forgotten when the answer ends', async () => {
    const rig = new ConversationRig();
    rig.llm.auto = ['The secret is 42.'];
    await rig.ask('tell me a secret');
    await rig.hear(0, 400);
    expect(rig.conversation.activity).toBe('speaking');
    rig.conversation.forget();
    await rig.hear(0, 2_000);
    await rig.ask();
    expect(shown(rig)).toEqual(['user: hello there']);
    await rig.hear(0, 2_000);
    await rig.ask();
    expect(shown(rig)).toEqual(['user: hello there', 'assistant: The secret is 42.', 'user: hello there']);
  });

  it('by the device stays forgotten, and the answer ends', async () => {
    const rig = new ConversationRig();
    rig.llm.auto = ['The secret is 42.'];
    await rig.ask('tell me a secret');
    await rig.hear(0, 400);
    rig.conversation.event({ type: 'forget' });
    expect(rig.conversation.activity).toBe('idle');
    expect(turns(rig)).toEqual([expect.stringMatching(/^user interrupted: .*The secret/)]);
    await rig.ask();
    expect(shown(rig)).toEqual(['user: hello there']);
  });

  it('stays forgotten when the user is speaking, or answers a question', async () => {
    for (const kind of ['user', 'answer']) {
      const rig = new ConversationRig();
      if (kind === 'answer') asked(rig);
      await rig.hear(0, 2_000);
      rig.stt.auto = 'my secret';
      await rig.hear(500, 400);
      rig.conversation.forget();
      await rig.ask('my secret');
      await rig.hear(0, 2_000);
      expect(turns(rig).at(-1)).toMatch(`${kind} answered: my secret`);
      rig.stt.auto = 'hello there';
      await rig.ask();
      expect(shown(rig), kind).toEqual(['user: hello there']);
    }
  });

  it('is not shown to the language model that has begun on suspicion', async () => {
    const rig = new ConversationRig();
    await rig.ask('my secret');
    await rig.hear(0, 2_000);
    await rig.hear(500, 400);
    rig.stt.utterances.at(-1)?.partial('hello there');
    await settle();
    await rig.hear(0, 300);
    expect(shown(rig)).toContain('assistant: Fine thanks.');
    rig.conversation.forget();
    await rig.hear(0, 1_000);
    expect(shown(rig)).toEqual(['user: hello there']);
  });
});

describe('listening without a question', () => {
  it('tells what the user says next, and nothing is replied', async () => {
    const rig = new ConversationRig({ entry: { protocol: 'pcm', activation: 'push_to_talk' } });
    const listened = listenedTo(rig);
    expect(rig.conversation.listeningMode).toBe('waiting');
    rig.stt.auto = 'buy some milk';
    await rig.ask('buy some milk');
    expect(listened.result).toMatchObject({ outcome: 'answered', answer: 'buy some milk', heard: '', spokenMs: 0 });
    expect(turns(rig)).toEqual(['answer answered: buy some milk: ']);
    expect(rig.llm.calls).toHaveLength(0);
    expect(rig.conversation.listeningMode).toBe('closed');
  });

  it('gives up on a user who says nothing', async () => {
    const rig = new ConversationRig({ entry: { protocol: 'pcm', activation: 'push_to_talk' } });
    const listened = listenedTo(rig, 5_000);
    await rig.hear(0, 4_900);
    expect(listened.result).toBe(undefined);
    await rig.hear(0, 200);
    expect(listened.result).toMatchObject({ outcome: 'no_answer', answer: '' });
    expect(rig.conversation.listeningMode).toBe('closed');
  });

  it('waits for what is being said, and for what waits before it', async () => {
    const rig = new ConversationRig();
    const said = rig.conversation.say(say);
    const listened = listenedTo(rig);
    await rig.hear(0, 4_000);
    expect(await said).toMatchObject({ outcome: 'played' });
    rig.stt.auto = 'thank you';
    await rig.ask('thank you');
    expect(listened.result).toMatchObject({ outcome: 'answered', answer: 'thank you' });
    expect(turns(rig).map((line) => line.split(' ')[0])).toEqual(['say', 'answer']);
  });

  it('ends with the line', async () => {
    const rig = new ConversationRig();
    const listened = listenedTo(rig);
    rig.conversation.detach();
    await settle();
    expect(listened.result).toMatchObject({ outcome: 'disconnected' });
    expect(rig.conversation.hear({ timeoutMs: 1_000 })).toBe('not_connected');
  });
});
