import { describe, expect, it } from 'vitest';
import { ConversationRig, FakeSession, QUIET, settle } from '../../test/support/conversation/conversation-rig.ts';
import { ManualClock } from '../core/manual-clock.ts';
import { textOf } from '../engines/chat-content.ts';

const HOUR_MS = 3_600_000;

/** What the user "said" in the last call of the language model. */
function lastUser(rig: ConversationRig): string | undefined {
  const last = rig.llm.calls.at(-1)?.messages.at(-1);
  return last && textOf(last);
}

/** What was said, a line a turn. */
function turns(rig: ConversationRig): string[] {
  return rig.all('turn.ended').map(({ kind, outcome, heard, answer }) => `${kind} ${outcome}: ${heard}: ${answer}`);
}

/** The session of a device that its user has woken. */
function wokenByUser(clock: ManualClock): FakeSession {
  return Object.assign(new FakeSession(clock), { openedByUser: true });
}

/** How often the device was told that the conversation is over. */
function overs({ session }: ConversationRig): number {
  return [...session.rare, ...session.sent('conversation_over')].filter(({ type }) => type === 'conversation_over')
    .length;
}

describe('a greeting', () => {
  it('is said once the line has settled, not again within the hour, and again after it', async () => {
    const rig = new ConversationRig({ entry: { greeting: true } });
    rig.llm.auto = ['Hello', ' you.'];
    await rig.hear(0, 2_000);
    expect(turns(rig)).toEqual(['greeting answered: : Hello you.']);
    expect(lastUser(rig)).toBe('Hello!');
    rig.conversation.detach();
    rig.reattach();
    await rig.hear(0, 2_000);
    expect(turns(rig)).toHaveLength(1);
    rig.conversation.detach();
    rig.clock.advance(HOUR_MS);
    rig.reattach();
    await rig.hear(0, 2_000);
    expect(turns(rig)).toHaveLength(2);
  });

  it('is said as it is when it is a text, and is remembered', async () => {
    const rig = new ConversationRig({ entry: { greeting: 'Good morning, crew.' } });
    await rig.hear(0, 2_000);
    expect(rig.llm.calls).toEqual([]);
    expect(rig.tts.said.map(({ text }) => text)).toEqual(['Good morning, crew.']);
    await rig.ask();
    expect(rig.llm.calls[0]?.messages.map(({ content }) => content)).toContain('Good morning, crew.');
  });

  it.each([
    ['said half an hour ago', -HOUR_MS / 2, 0],
    ['said two hours ago', -2 * HOUR_MS, 1],
    // The clock was wrong when that was written.
    ['that is two hours ahead', 2 * HOUR_MS, 1],
    ['that is 14 days ahead', 14 * 24 * HOUR_MS, 1],
    ['that is a second ahead, since the clock was corrected', 1_000, 0],
  ])('after a history with something %s: %i ms, %i greetings', async (_what, ms, greetings) => {
    const at = new ManualClock().wallNow() + ms;
    const store = { load: () => [{ role: 'assistant', content: 'Bye!', at }] as const, save: () => undefined };
    const rig = new ConversationRig({
      entry: { greeting: true },
      history: { store, maxTokens: 3_000, maxMessages: 40 },
    });
    await rig.hear(0, 2_000);
    expect(turns(rig)).toHaveLength(greetings);
  });

  it('gives way to who speaks first', async () => {
    const rig = new ConversationRig({ entry: { greeting: true } });
    await rig.hear(500, 600);
    await rig.ask();
    await rig.hear(0, 2_000);
    expect(turns(rig)).toEqual(['user answered: hello there: Fine thanks.']);
  });
});

describe('a long silence', () => {
  it('is broken twice, then there is a goodbye, then the conversation rests', async () => {
    const rig = new ConversationRig({ entry: { long_silence: 5 } });
    await rig.hear(0, 20_000);
    expect(turns(rig)).toEqual([]);
    await rig.ask();
    rig.llm.auto = ['Still there?'];
    await rig.hear(0, 60_000);
    expect(turns(rig)).toEqual([
      'user answered: hello there: Fine thanks.',
      'long_silence answered: : Still there?',
      'long_silence answered: : Still there?',
      'goodbye answered: : Still there?',
    ]);
    expect(lastUser(rig)).toBe('...');
    expect(rig.clock.pending).toBe(0);
    // Who speaks again begins anew.
    rig.llm.auto = ['Yes.'];
    await rig.ask();
    await rig.hear(0, 8_000);
    expect(turns(rig).slice(-2)).toEqual(['user answered: hello there: Yes.', 'long_silence answered: : Yes.']);
  });

  it('runs on wall-clock time: a device that sends nothing is spoken to as well', async () => {
    const rig = new ConversationRig({ entry: { long_silence: 5, goodbye: false } });
    await rig.ask();
    await rig.pass(60_000);
    expect(turns(rig).map((line) => line.split(' ')[0])).toEqual(['user', 'long_silence', 'long_silence']);
  });

  it('is left alone behind a goodbye', async () => {
    const rig = new ConversationRig({ entry: { long_silence: 5, idle_timeout: 60 } });
    rig.llm.auto = ['See you. Bye!'];
    await rig.ask();
    await rig.hear(0, 120_000);
    expect(turns(rig)).toHaveLength(1);
  });
});

describe('an idle conversation', () => {
  it('ends with a goodbye after its time, or without a word', async () => {
    for (const goodbye of [true, false]) {
      const rig = new ConversationRig({ entry: { idle_timeout: 30, goodbye } });
      await rig.ask();
      await rig.hear(0, 29_000);
      expect(turns(rig)).toHaveLength(1);
      await rig.hear(0, 60_000);
      expect(turns(rig)).toHaveLength(goodbye ? 2 : 1);
      expect(rig.clock.pending).toBe(0);
    }
  });
});

describe('a device that comes back after the time of its conversation', () => {
  const entry = { idle_timeout: 30, long_silence: 5 };

  it('hears no goodbye that was meant for earlier', async () => {
    const rig = new ConversationRig({ entry: { ...entry, long_silence: false } });
    await rig.ask();
    rig.conversation.detach();
    await rig.pass(31_000);
    rig.reattach();
    await rig.pass(60_000);
    expect(turns(rig)).toHaveLength(1);
    expect(overs(rig)).toBe(0);
    expect(rig.clock.pending).toBe(0);
  });

  it('is heard by the user who has woken it, and is not told that it is over', async () => {
    for (const awayMs of [1_000, 31_000]) {
      const rig = new ConversationRig({ entry, session: wokenByUser });
      await rig.ask();
      rig.conversation.detach();
      await rig.pass(awayMs);
      rig.reattach();
      await rig.pass(4_000);
      expect(overs(rig)).toBe(0);
      await rig.ask();
      await rig.hear(0, 2_000);
      expect(turns(rig).map((line) => line.split(' ')[0])).toEqual(['user', 'user']);
    }
  });
});

describe('a user who has woken the device and says nothing', () => {
  it('is not spoken to, and the device is let go in time', async () => {
    const rig = new ConversationRig({ entry: { idle_timeout: 30, long_silence: 5 }, session: wokenByUser });
    await rig.hear(0, 29_900);
    expect(overs(rig)).toBe(0);
    await rig.hear(0, 200);
    expect(overs(rig)).toBe(1);
    expect(turns(rig)).toEqual([]);
    expect(rig.clock.pending).toBe(0);
  });

  it('is let go also when a client has let the device speak meanwhile', async () => {
    const rig = new ConversationRig({ entry: { idle_timeout: 30, goodbye: false }, session: wokenByUser });
    const said = rig.conversation.say({ text: 'Dinner is ready.', interrupt: false, listenAfter: false });
    await rig.hear(0, 29_000);
    expect(await said).toMatchObject({ outcome: 'played' });
    expect(overs(rig)).toBe(0);
    await rig.hear(0, 2_000);
    expect(overs(rig)).toBe(1);
  });
});

describe('a request to speak', () => {
  const say = { text: 'Dinner is ready.', interrupt: false, listenAfter: false };

  it('is said at once when nothing else is, and tells what was heard', async () => {
    const rig = new ConversationRig();
    const result = rig.conversation.say({ ...say, voice: 'Gertrude' });
    await rig.hear(0, 2_000);
    expect(await result).toEqual({ outcome: 'played', heard: 'Dinner is ready.', spokenMs: 720 });
    expect(rig.tts.said).toEqual([{ text: 'Dinner is ready.', voice: 'Gertrude', language: 'en' }]);
    expect(rig.llm.calls).toEqual([]);
    expect(turns(rig)).toEqual(['say answered: : Dinner is ready.']);
  });

  it('waits for the turn in progress, or cuts the answer short', async () => {
    for (const interrupt of [false, true]) {
      const rig = new ConversationRig();
      rig.llm.auto = ['One two three four five six.'];
      await rig.ask();
      await rig.hear(0, 420);
      const result = rig.conversation.say({ ...say, interrupt });
      await rig.hear(0, 4_000);
      expect(await result).toMatchObject({ outcome: 'played' });
      expect(turns(rig)).toEqual([
        interrupt
          ? 'user interrupted: hello there: One two'
          : 'user answered: hello there: One two three four five six.',
        'say answered: : Dinner is ready.',
      ]);
    }
  });

  it('never cuts short who is speaking', async () => {
    const rig = new ConversationRig();
    await rig.hear(500, 400);
    const result = rig.conversation.say({ ...say, interrupt: true });
    await rig.hear(500, 400);
    expect(turns(rig)).toEqual([]);
    await rig.ask();
    await rig.hear(0, 4_000);
    await result;
    expect(turns(rig).map((line) => line.split(' ')[0])).toEqual(['user', 'say']);
  });

  it('is refused without a line, and when too many wait; ends with the line', async () => {
    const rig = new ConversationRig();
    const results = Array.from({ length: 9 }, () => rig.conversation.say(say));
    expect(results.every((result) => typeof result === 'object')).toBe(true);
    expect(rig.conversation.say(say)).toBe('busy');
    await rig.pass(100);
    rig.conversation.detach();
    expect(rig.conversation.say(say)).toBe('not_connected');
    const outcomes = (await Promise.all(results)).map((result) =>
      typeof result === 'object' ? result.outcome : result,
    );
    expect(new Set(outcomes)).toEqual(new Set(['disconnected']));
  });

  it('tells what was heard of it when the user interrupts', async () => {
    const rig = new ConversationRig();
    await rig.hear(0, 3_000);
    const result = rig.conversation.say({ ...say, text: 'One two three four five six seven eight.' });
    await rig.hear(0, 1_200);
    rig.stt.auto = undefined;
    await rig.hear(500, 200);
    rig.stt.utterances[0]?.partial('quiet please');
    await settle();
    expect(await result).toMatchObject({ outcome: 'interrupted', heard: 'One two three four five six' });
  });

  it('fails as the voice fails', async () => {
    const rig = new ConversationRig();
    rig.tts.script.push(() => {
      throw new Error('no voice');
    });
    const result = rig.conversation.say(say);
    await rig.pass(3_000);
    expect(await result).toMatchObject({ outcome: 'failed', error: { code: 'internal' } });
  });
});

describe('a question over REST', () => {
  const question = { text: 'Tea or coffee?', timeoutMs: 5_000 };

  it('gives what the user says to it, which is not replied to', async () => {
    const rig = new ConversationRig();
    rig.stt.auto = 'tea please';
    const result = rig.conversation.ask(question);
    await rig.hear(0, 1_500);
    await rig.ask('tea please');
    expect(await result).toMatchObject({ outcome: 'answered', answer: 'tea please', heard: 'Tea or coffee?' });
    expect(rig.llm.calls).toEqual([]);
    expect(turns(rig)).toEqual(['ask answered: : Tea or coffee?', 'answer answered: tea please: ']);
    rig.stt.auto = 'hello there';
    await rig.ask();
    expect(rig.llm.calls[0]?.messages.slice(1).map(({ content }) => content)).toEqual([
      'Hello.',
      'Tea or coffee?',
      'tea please hello there',
    ]);
  });

  it('is not answered by silence, and what is said later is a turn again', async () => {
    const rig = new ConversationRig();
    const result = rig.conversation.ask(question);
    await rig.hear(0, 7_000);
    expect(await result).toMatchObject({ outcome: 'no_answer', answer: '', heard: 'Tea or coffee?' });
    await rig.ask();
    await rig.hear(0, 1_000);
    expect(turns(rig).at(-1)).toBe('user answered: hello there: Fine thanks.');
  });

  it('is left alone by the words to a silent user', async () => {
    const rig = new ConversationRig({ entry: { ...QUIET, long_silence: 3 } });
    await rig.ask();
    await rig.hear(0, 1_500);
    const result = rig.conversation.ask({ ...question, timeoutMs: 20_000 });
    await rig.hear(0, 8_000);
    rig.stt.auto = 'tea please';
    await rig.ask('tea please');
    await rig.hear(0, 1_000);
    expect(await result).toMatchObject({ outcome: 'answered', answer: 'tea please' });
    expect(turns(rig).map((turn) => turn.split(' ')[0])).toEqual(['user', 'ask', 'answer']);
    // Then its silence counts again.
    await rig.hear(0, 6_000);
    expect(turns(rig).at(-1)).toContain('long_silence');
  });

  it('is not answered when its time is up while something else is being said', async () => {
    const rig = new ConversationRig();
    const result = rig.conversation.ask(question);
    await rig.hear(0, 1_500);
    // What begins before and lasts longer than the question waits has no words in the end.
    rig.stt.auto = '';
    await rig.hear(500, 6_000);
    await rig.hear(0, 3_000);
    expect(await result).toMatchObject({ outcome: 'no_answer' });
    const later = rig.conversation.say({ text: 'Next.', interrupt: false, listenAfter: false });
    await rig.hear(0, 3_000);
    expect(await later).toMatchObject({ outcome: 'played' });
  });

  it('is over when it is stopped over REST, and what is said then is a turn', async () => {
    const rig = new ConversationRig();
    const result = rig.conversation.ask({ ...question, text: 'Shall I tell you the whole story of the king?' });
    await rig.hear(0, 700);
    expect(rig.conversation.interrupt()).toBe('accepted');
    expect(await result).toMatchObject({ outcome: 'interrupted', answer: '' });
    await rig.ask();
    await rig.hear(0, 1_500);
    expect(turns(rig).at(-1)).toBe('user answered: hello there: Fine thanks.');
  });

  it('ends with the line', async () => {
    const rig = new ConversationRig();
    const result = rig.conversation.ask(question);
    await rig.hear(0, 2_000);
    rig.conversation.detach();
    expect(await result).toMatchObject({ outcome: 'disconnected' });
    await rig.pass(10_000);
    expect(rig.clock.pending).toBe(0);
  });
});

describe('a conversation that is forgotten', () => {
  it('while an answer is being spoken does not come back with it', async () => {
    const rig = new ConversationRig();
    rig.llm.auto = ['Your secret number', ' is forty two.'];
    await rig.ask();
    await rig.hear(0, 900);
    rig.conversation.forget();
    await rig.hear(0, 4_000);
    expect(turns(rig)).toHaveLength(1);
    await rig.ask();
    expect(
      rig.llm.calls
        .at(-1)
        ?.messages.slice(1)
        .map(({ content }) => content),
    ).toEqual(['hello there']);
  });
});

describe('who is heard', () => {
  it('with push to talk, is who has pressed the button', async () => {
    const rig = new ConversationRig({ entry: { protocol: 'pcm', activation: 'push_to_talk' } });
    await rig.hear(500, 1_000);
    expect(rig.stt.utterances).toEqual([]);
    rig.conversation.event({ type: 'speech_button', pressed: true });
    expect(rig.session.sent('listening').at(-1)).toEqual({ type: 'listening', on: true });
    await rig.ask();
    await rig.hear(0, 2_000);
    expect(turns(rig)).toEqual(['user answered: hello there: Fine thanks.']);
    expect(rig.session.sent('listening').at(-1)).toEqual({ type: 'listening', on: false });
    await rig.hear(500, 1_000);
    expect(rig.stt.utterances).toHaveLength(1);
  });

  it('with push to talk, is also who was told to speak over REST', async () => {
    const rig = new ConversationRig({ entry: { protocol: 'pcm', activation: 'push_to_talk' } });
    expect(rig.conversation.listen()).toBe('accepted');
    await rig.ask();
    await rig.hear(0, 2_000);
    expect(turns(rig)).toHaveLength(1);
    await rig.hear(0, 10_000);
    expect(rig.session.sent('listening').at(-1)).toEqual({ type: 'listening', on: false });
  });

  it('with a wake word, is who says it: nothing is shown or answered before', async () => {
    const rig = new ConversationRig({ entry: { activation: 'wake_word', wake_words: ['Hello Computer'] } });
    rig.session.take();
    rig.stt.auto = 'what time is it';
    await rig.ask('what time is it');
    await rig.hear(0, 2_000);
    expect(rig.session.take()).toEqual([]);
    expect(rig.llm.calls).toEqual([]);
    expect(rig.all('turn.heard')).toEqual([]);

    rig.stt.auto = 'hello computer what time is it';
    await rig.ask('hello computer what');
    await rig.hear(0, 2_000);
    expect(rig.session.take().slice(0, 2)).toEqual(['play_tone "wake"', 'transcript "" 0.34']);
    expect(lastUser(rig)).toBe('what time is it');

    // For a while the user need not say the wake word again.
    rig.stt.auto = 'and the date';
    await rig.ask('and the date');
    await rig.hear(0, 2_000);
    expect(lastUser(rig)).toBe('and the date');
    await rig.hear(0, 10_000);
    rig.stt.auto = 'nothing for you';
    await rig.ask('nothing for you');
    await rig.hear(0, 2_000);
    expect(rig.llm.calls).toHaveLength(2);
  });

  it('with a wake word alone, wakes it, and says the rest a moment later', async () => {
    const rig = new ConversationRig({ entry: { activation: 'wake_word', wake_words: ['computer'] } });
    rig.stt.auto = 'computer';
    await rig.ask('computer');
    await rig.hear(0, 1_000);
    expect(rig.session.sent('play_tone')).toHaveLength(1);
    expect(turns(rig)).toEqual(['user no_speech: : ']);
    rig.stt.auto = 'what time is it';
    await rig.ask('what time is it');
    await rig.hear(0, 2_000);
    expect(turns(rig).at(-1)).toBe('user answered: what time is it: Fine thanks.');
  });
});
