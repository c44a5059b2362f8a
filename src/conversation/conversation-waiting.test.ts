import { describe, expect, it } from 'vitest';
import { ConversationRig, type RigOptions } from '../../test/support/conversation/conversation-rig.ts';
import type { TtsOptions } from '../engines/tts.ts';

/** The user has asked something, and the language model writes nothing. */
async function asked(options: RigOptions = {}): Promise<ConversationRig> {
  const rig = new ConversationRig(options);
  await rig.hear(0, 3_000);
  rig.llm.auto = undefined;
  await rig.ask();
  return rig;
}

const said = (rig: ConversationRig) => rig.tts.said.map(({ text }) => text);

async function answer(rig: ConversationRig, text: string): Promise<void> {
  rig.llm.calls.at(-1)?.write(text);
  rig.llm.calls.at(-1)?.out.end();
  await rig.hear(0, 3_000);
}

describe('a user who waits for an answer', () => {
  it('is told so once, between four and five seconds after the question', async () => {
    const rig = await asked();
    await rig.hear(0, 3_300);
    expect(said(rig)).toEqual([]);
    await rig.hear(0, 1_000);
    expect(said(rig)).toEqual(['One moment.']);
    await rig.hear(0, 20_000);
    expect(said(rig)).toEqual(['One moment.']);
    expect(rig.conversation.activity).toBe('thinking');
    await answer(rig, 'It is noon.');
    expect(rig.all('turn.ended')).toMatchObject([
      { outcome: 'answered', answer: 'It is noon.', written: 'It is noon.' },
    ]);
  });

  it('is answered with a stage of its own: what is said before is no part of the times', async () => {
    const rig = await asked();
    await rig.hear(0, 8_000);
    expect(rig.all('turn.speaking')).toEqual([]);
    await answer(rig, 'It is noon.');
    expect(rig.all('turn.speaking')).toHaveLength(1);
    expect(rig.all('turn.ended')[0]?.stages.total).toBeGreaterThan(8_000);
  });

  it('sees the words, and the answer behind them', async () => {
    const rig = await asked();
    await rig.hear(0, 6_000);
    await answer(rig, 'It is noon.');
    expect(rig.session.sent('reply_word').map(({ word }) => word)).toEqual(['One', 'moment.', 'It', 'is', 'noon.']);
    expect(rig.session.sent('reply_text_done')).toEqual([{ type: 'reply_text_done', text: 'It is noon.' }]);
  });

  it('is not told so while they speak on', async () => {
    const rig = await asked();
    rig.stt.auto = undefined;
    await rig.hear(0, 3_000);
    await rig.hear(500, 300);
    expect(rig.stt.utterances).toHaveLength(2);
    await rig.hear(0, 400);
    expect(said(rig)).toEqual([]);
    rig.stt.utterances.at(-1)?.final('');
    await rig.hear(0, 1_000);
    expect(said(rig)).toEqual(['One moment.']);
  });

  it('hears the answer, not the words that came too late for it', async () => {
    const rig = await asked();
    // A voice that takes a second.
    rig.tts.script.push(async function* (text, { signal }: TtsOptions) {
      await new Promise((resolve) => rig.clock.setTimer(() => resolve(undefined), 1_000));
      signal.throwIfAborted();
      yield* rig.tts.words(text);
    });
    await rig.hear(0, 4_000);
    expect(said(rig)).toEqual(['One moment.']);
    await answer(rig, 'It is noon.');
    expect(rig.session.sent('reply_word').map(({ word }) => word)).toEqual(['It', 'is', 'noon.']);
  });

  it('hears the answer when the voice fails at the words before it', async () => {
    const rig = await asked();
    rig.tts.script.push(async function* () {
      yield rig.tts.silentAboutWords(100);
      throw new Error('no voice');
    });
    await rig.hear(0, 6_000);
    await answer(rig, 'It is noon.');
    expect(rig.all('turn.ended')).toMatchObject([{ outcome: 'answered', answer: 'It is noon.' }]);
  });

  it('has heard nothing of the answer when the line goes', async () => {
    const rig = await asked();
    await rig.hear(0, 5_500);
    rig.conversation.detach();
    expect(rig.all('turn.ended')).toMatchObject([{ outcome: 'disconnected', answer: '' }]);
  });

  it('may be left: the line goes down at once', async () => {
    const rig = await asked();
    await rig.hear(0, 4_200);
    let isLeft = false;
    rig.conversation.finish(() => {
      isLeft = true;
    });
    expect(isLeft).toBe(true);
    expect(rig.all('turn.ended')).toMatchObject([{ outcome: 'disconnected', answer: '' }]);
  });

  it.each([
    [{}, 'One moment.'],
    [{ instructions: { type: 'smalltalk', language: 'fr' } }, 'Un instant.'],
    [{ instructions: { type: 'smalltalk', language: 'en/fr' } }, 'One moment.'],
    [{ filler: true }, 'One moment.'],
    [{ filler: 'Just a **second**' }, 'Just a second'],
    [{ filler: false }, undefined],
    [{ filler: '' }, undefined],
    [{ filler: ' ' }, undefined],
  ])('is told in the words of the device: %j', async (entry, words) => {
    const rig = await asked({ entry });
    await rig.hear(0, 6_000);
    expect(said(rig)).toEqual(words === undefined ? [] : [words]);
  });

  it('is told of the failure when the language model never writes', async () => {
    const rig = await asked({ patience: { answerMs: 8_000 } });
    await rig.hear(0, 10_000);
    expect(said(rig)).toEqual(['One moment.']);
    expect(rig.session.sent('notice')).toMatchObject([{ code: 'engine_timeout' }]);
    expect(rig.all('turn.ended')).toMatchObject([{ outcome: 'failed', answer: '' }]);
  });

  it('is asked on with a request that knows nothing of the words', async () => {
    const rig = await asked();
    await rig.hear(0, 6_000);
    await answer(rig, 'It is noon.');
    await rig.ask();
    expect(JSON.stringify(rig.llm.calls.at(-1)?.messages)).toContain('It is noon.');
    expect(JSON.stringify(rig.llm.calls.at(-1)?.messages)).not.toContain('One moment');
  });

  it('is one who has asked: a request over REST waits in silence', async () => {
    const rig = new ConversationRig();
    rig.tts.script.push(async function* (text) {
      await new Promise((resolve) => rig.clock.setTimer(() => resolve(undefined), 8_000));
      yield* rig.tts.words(text);
    });
    const result = rig.conversation.say({ text: 'Dinner is ready.', interrupt: false, listenAfter: false });
    await rig.pass(14_000);
    expect(await result).toMatchObject({ outcome: 'played' });
    expect(said(rig)).toEqual(['Dinner is ready.']);
  });
});

describe('patience', () => {
  it('with the language model is what the settings say', async () => {
    const rig = await asked({ patience: { answerMs: 70_000 } });
    await rig.hear(0, 60_000);
    expect(rig.session.sent('notice')).toEqual([]);
    await answer(rig, 'It is noon.');
    expect(rig.all('turn.ended')).toMatchObject([{ outcome: 'answered' }]);
    const impatient = await asked({ patience: { answerMs: 8_000 } });
    await impatient.hear(0, 9_000);
    expect(impatient.session.sent('notice')).toMatchObject([{ code: 'engine_timeout' }]);
  });

  it('begins anew with every piece that is written', async () => {
    const rig = await asked();
    for (let word = 0; word < 4; word++) {
      await rig.hear(0, 20_000);
      rig.llm.calls.at(-1)?.write(` word${word}`);
    }
    await answer(rig, '.');
    expect(rig.all('turn.ended')).toMatchObject([{ outcome: 'answered', written: 'word0 word1 word2 word3.' }]);
  });

  it('with the recogniser is what the settings say', async () => {
    const rig = new ConversationRig({ patience: { transcriptMs: 15_000 } });
    rig.stt.auto = undefined;
    await rig.ask();
    await rig.pass(14_000);
    expect(rig.session.sent('notice')).toEqual([]);
    await rig.pass(1_000);
    expect(rig.session.sent('notice')).toMatchObject([{ code: 'engine_timeout' }]);
  });
});
