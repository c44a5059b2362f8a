import { describe, expect, it } from 'vitest';
import { ConversationRig, settle } from '../../test/support/conversation/conversation-rig.ts';
import { DialtoneError } from '../core/errors.ts';

const ANSWER = 'One two three four five six seven eight nine ten eleven twelve.';
const broken = () => new DialtoneError('engine_rate_limited', 'too many requests', { retryable: true });

/** What was said, a line a turn. */
function turns(rig: ConversationRig): string[] {
  return rig.all('turn.ended').map(({ kind, outcome, heard }) => `${kind} ${outcome}: ${heard}`);
}

describe('a conversation goes on', () => {
  it('when words over the very first answer arrive before any frame of the microphone', async () => {
    const rig = new ConversationRig();
    rig.llm.auto = undefined;
    await rig.ask();
    // The user speaks on while the language model thinks; then the microphone stalls.
    rig.stt.auto = undefined;
    await rig.hear(500, 100);
    rig.llm.calls.at(-1)?.write(ANSWER);
    rig.llm.calls.at(-1)?.out.end();
    await rig.pass(300);
    expect(rig.session.frames.length).toBeGreaterThan(0);
    rig.stt.utterances.at(-1)?.partial('stop');
    await settle();
    expect(turns(rig)).toEqual(['user interrupted: hello there']);
  });

  it('when the recogniser fails at words over an answer that has ended meanwhile', async () => {
    const rig = new ConversationRig();
    await rig.hear(0, 3_000);
    rig.llm.auto = [ANSWER];
    await rig.ask();
    await rig.hear(0, 1_100);
    rig.stt.auto = undefined;
    // Said over the answer, and over before it: its text is still to come when the answer has been played.
    await rig.hear(500, 100);
    await rig.hear(0, 3_000);
    expect(rig.stt.utterances.at(-1)?.ended).toBe(true);
    rig.llm.auto = ['Fine.'];
    expect(turns(rig)).toEqual(['user answered: hello there']);
    rig.stt.utterances.at(-1)?.results.fail(broken());
    await rig.hear(0, 5_000);
    expect(turns(rig)[1]).toBe('user failed: ');
    rig.stt.auto = 'and now';
    await rig.ask('and now');
    await rig.hear(0, 2_000);
    expect(turns(rig).at(-1)).toBe('user answered: and now');
  });

  it('when an engine hangs while the answer is held', async () => {
    const rig = new ConversationRig();
    rig.llm.auto = [ANSWER];
    await rig.ask();
    await rig.hear(0, 5_000);
    rig.llm.auto = undefined;
    await rig.ask();
    rig.stt.auto = undefined;
    await rig.hear(0, 29_000);
    // A noise just when the patience with the language model ends.
    await rig.hear(500, 1_500);
    expect(rig.session.sent('reply_interrupted')).toHaveLength(1);
    await rig.hear(0, 70_000);
    expect(turns(rig)[1]).toBe('user failed: hello there');
  });

  it('when an early start has failed: the language model is asked again', async () => {
    const rig = new ConversationRig();
    rig.llm.auto = undefined;
    await rig.hear(500, 400);
    rig.stt.utterances.at(-1)?.partial('hello there');
    await settle();
    await rig.hear(0, 300);
    rig.llm.calls[0]?.out.fail(broken());
    await settle();
    rig.llm.auto = ['Fine.'];
    await rig.hear(0, 2_000);
    expect(rig.llm.calls).toHaveLength(2);
    expect(turns(rig)).toEqual(['user answered: hello there']);
  });
});

describe('a line that goes down', () => {
  it('begins nothing new with what is being said over the answer', async () => {
    const rig = new ConversationRig();
    await rig.hear(0, 3_000);
    rig.llm.auto = [ANSWER];
    await rig.ask();
    await rig.hear(0, 1_000);
    rig.stt.auto = undefined;
    await rig.hear(500, 200);
    let done = false;
    rig.conversation.finish(() => {
      done = true;
    });
    rig.stt.utterances.at(-1)?.partial('stop');
    await rig.pass(5_000);
    expect(done).toBe(true);
    expect(rig.all('turn.started')).toHaveLength(1);
  });
});

describe('a recogniser without partial results', () => {
  it('hears out who speaks over an answer for long', async () => {
    const rig = new ConversationRig({ hasPartials: false });
    await rig.hear(0, 3_000);
    rig.llm.auto = [ANSWER];
    await rig.hear(500, 400);
    await rig.hear(0, 2_000);
    rig.stt.auto = 'a long story that changes everything';
    await rig.hear(500, 5_000);
    expect(rig.stt.utterances).toHaveLength(2);
    expect(rig.stt.utterances[1]?.options.signal.aborted).toBe(false);
    rig.llm.auto = ['I see.'];
    await rig.hear(0, 3_000);
    expect(turns(rig)).toEqual([
      'user interrupted: hello there',
      'user answered: a long story that changes everything',
    ]);
  });

  /** The user has spoken over the answer, which is held until there are words. */
  async function held(): Promise<ConversationRig> {
    const rig = new ConversationRig({ hasPartials: false });
    await rig.hear(0, 3_000);
    rig.llm.auto = [ANSWER];
    await rig.hear(500, 400);
    await rig.hear(0, 2_000);
    rig.stt.auto = undefined;
    await rig.hear(500, 700);
    await rig.hear(0, 1_000);
    expect(rig.session.sent('reply_interrupted')).toHaveLength(1);
    expect(rig.stt.utterances.at(-1)?.ended).toBe(true);
    return rig;
  }

  it('that fails at words over an answer is reported, and the answer goes on', async () => {
    const rig = await held();
    rig.stt.utterances.at(-1)?.results.fail(broken());
    await rig.hear(0, 5_000);
    expect(rig.all('engine.error')).toMatchObject([{ kind: 'stt', code: 'engine_rate_limited' }]);
    expect(turns(rig)).toEqual(['user answered: hello there']);
  });

  it('that never says what was said over an answer does not hold it for ever', async () => {
    const rig = await held();
    await rig.hear(0, 20_000);
    expect(turns(rig)).toEqual(['user answered: hello there']);
  });

  it('does not keep an answer held for a noise', async () => {
    const rig = new ConversationRig({ hasPartials: false });
    await rig.hear(0, 3_000);
    rig.llm.auto = [ANSWER];
    await rig.hear(500, 400);
    await rig.hear(0, 2_000);
    rig.stt.auto = '';
    await rig.hear(500, 700);
    await rig.hear(0, 6_000);
    expect(turns(rig)).toEqual(['user answered: hello there']);
  });
});

describe('the button', () => {
  const entry = { protocol: 'pcm', activation: 'push_to_talk' };
  const press = (rig: ConversationRig, pressed: boolean) => rig.conversation.event({ type: 'speech_button', pressed });

  it('leaves time to begin', async () => {
    const rig = new ConversationRig({ entry });
    press(rig, true);
    await rig.hear(0, 3_000);
    expect(turns(rig)).toEqual([]);
    await rig.ask();
    await rig.hear(0, 2_000);
    expect(turns(rig)).toEqual(['user answered: hello there']);
  });

  it('does not leave the microphone open for ever', async () => {
    const rig = new ConversationRig({ entry });
    rig.stt.auto = '';
    press(rig, true);
    await rig.hear(0, 9_000);
    expect(turns(rig)).toEqual(['user no_speech: ']);
  });

  it('held, keeps a pause from ending the turn', async () => {
    const rig = new ConversationRig({ entry });
    press(rig, true);
    await rig.hear(500, 600);
    press(rig, false);
    await rig.hear(0, 2_000);
    expect(turns(rig)).toHaveLength(1);
    // By now it is known that this device tells of a release.
    press(rig, true);
    await rig.hear(500, 400);
    rig.stt.utterances.at(-1)?.partial('hello.');
    await rig.hear(0, 6_000);
    expect(turns(rig)).toHaveLength(1);
    await rig.hear(500, 400);
    press(rig, false);
    await rig.hear(0, 2_000);
    expect(turns(rig)).toHaveLength(2);
  });
});

describe('a device that waits for its wake word', () => {
  it('says nothing when the recogniser fails at what was not meant for it', async () => {
    const rig = new ConversationRig({ entry: { activation: 'wake_word', wake_words: ['computer'] } });
    rig.stt.auto = undefined;
    await rig.hear(500, 400);
    rig.stt.utterances.at(-1)?.results.fail(broken());
    await rig.hear(0, 3_000);
    expect(rig.all('engine.error')).toHaveLength(1);
    expect(rig.session.frames).toEqual([]);
    expect(rig.session.sent('notice')).toEqual([]);
    expect(turns(rig)).toEqual(['user no_speech: ']);
    rig.stt.auto = 'computer hello';
    await rig.ask('computer hello');
    await rig.hear(0, 2_000);
    expect(turns(rig).at(-1)).toBe('user answered: hello');
  });
});
