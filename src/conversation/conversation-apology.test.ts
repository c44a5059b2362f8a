import { describe, expect, it } from 'vitest';
import { ConversationRig, type RigOptions, WORD_MS } from '../../test/support/conversation/conversation-rig.ts';
import { AsyncQueue } from '../core/async-queue.ts';
import { DialtoneError } from '../core/errors.ts';
import type { PcmChunk } from '../engines/tts.ts';

const FULL = new DialtoneError('engine_overloaded', 'no free channel', { retryable: true });
const WORDS = 'Too many people are talking to me. Please try again in a moment.';
const WORDS_MS = WORDS.split(' ').length * WORD_MS;

/** The chime: two tones of 160 ms. */
const CHIME_MS = 320;

/** The language model has been asked, and has written nothing yet. */
async function asked(options: RigOptions = {}): Promise<ConversationRig> {
  const rig = new ConversationRig(options);
  rig.llm.auto = undefined;
  await rig.ask();
  return rig;
}

function turns(rig: ConversationRig): string[] {
  return rig.all('turn.ended').map(({ kind, outcome, answer }) => `${kind} ${outcome}: ${answer}`);
}

const said = (rig: ConversationRig) => rig.tts.said.map(({ text }) => text);

describe('when an engine has no room', () => {
  it('the user is told so before the sound, and the words are no part of the conversation', async () => {
    const rig = await asked({ entry: { duplex: 'half' } });
    rig.session.take();
    rig.llm.calls[0]?.out.fail(FULL);
    await rig.pass(6_000);
    expect(said(rig)).toEqual([WORDS]);
    expect(rig.session.sent('notice')).toMatchObject([{ code: 'engine_overloaded' }]);
    expect(rig.session.sent('reply_done')).toHaveLength(1);
    const [ended] = rig.all('turn.ended');
    expect(ended).toMatchObject({ outcome: 'failed', answer: '', written: '' });
    expect(ended?.spokenMs).toBeGreaterThanOrEqual(WORDS_MS + CHIME_MS);
    expect(await rig.nextTurn()).toEqual(['user: hello there and now']);
  });

  it('the recogniser, too', async () => {
    const rig = new ConversationRig();
    rig.stt.auto = undefined;
    await rig.ask();
    rig.stt.utterances[0]?.results.fail(FULL);
    await rig.pass(6_000);
    expect([said(rig), turns(rig)]).toEqual([[WORDS], ['user failed: ']]);
  });

  it('in the language of the device', async () => {
    const rig = await asked({ entry: { instructions: { type: 'constant', text: 'Sei nett.', language: 'de' } } });
    rig.llm.calls[0]?.out.fail(FULL);
    await rig.pass(6_000);
    expect(rig.tts.said).toMatchObject([{ text: expect.stringContaining('gleich noch einmal'), language: 'de' }]);
  });

  it('but not behind a part of the answer, whose end the sound is', async () => {
    const rig = await asked();
    rig.llm.calls[0]?.write('Here is one. ');
    rig.llm.calls[0]?.out.fail(FULL);
    await rig.pass(6_000);
    expect([said(rig), turns(rig)]).toEqual([['Here is one.'], ['user failed: Here is one.']]);
  });

  it('but not by a voice that has none itself', async () => {
    const rig = await asked();
    rig.tts.script.push(() => {
      const chunks = new AsyncQueue<PcmChunk>();
      chunks.fail(FULL);
      return chunks;
    });
    rig.llm.calls[0]?.write('Fine. ');
    rig.llm.calls[0]?.out.end();
    await rig.pass(6_000);
    expect(said(rig)).toEqual(['Fine.']);
    expect(turns(rig)).toEqual(['user failed: ']);
  });

  it('but not a user who did not ask', async () => {
    const rig = new ConversationRig({ entry: { greeting: true } });
    rig.llm.auto = undefined;
    await rig.hear(0, 3_000);
    rig.llm.calls[0]?.out.fail(FULL);
    await rig.pass(6_000);
    expect([said(rig), turns(rig)]).toEqual([[], ['greeting failed: ']]);
  });
});

describe('an apology', () => {
  it('that cannot be spoken is left out', async () => {
    const rig = await asked();
    rig.tts.script.push(() => {
      const chunks = new AsyncQueue<PcmChunk>();
      chunks.fail(new DialtoneError('engine_unavailable', 'it is broken'));
      return chunks;
    });
    rig.llm.calls[0]?.out.fail(FULL);
    await rig.pass(2_000);
    expect(turns(rig)).toEqual(['user failed: ']);
    expect(rig.session.sent('notice')).toHaveLength(1);
    expect(rig.all('turn.ended')[0]?.spokenMs).toBe(CHIME_MS);
    // The failure that the user is told of is the one reported.
    expect(rig.all('engine.error')).toMatchObject([{ kind: 'llm', code: 'engine_overloaded' }]);
  });

  it('that does not come is not waited for', async () => {
    const rig = await asked();
    rig.tts.script.push((_text, { signal }) => {
      const chunks = new AsyncQueue<PcmChunk>();
      signal.addEventListener('abort', () => chunks.fail(signal.reason));
      return chunks;
    });
    rig.llm.calls[0]?.out.fail(FULL);
    await rig.pass(2_900);
    expect(turns(rig)).toEqual([]);
    await rig.pass(1_000);
    expect(turns(rig)).toEqual(['user failed: ']);
  });

  it('is over at once when the user talks over it', async () => {
    const rig = await asked();
    await rig.hear(0, 3_000);
    const signals: AbortSignal[] = [];
    rig.tts.script.push(async function* (text, { signal }) {
      signals.push(signal);
      yield* rig.tts.words(text);
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      throw signal.reason;
    });
    rig.llm.calls[0]?.out.fail(FULL);
    await rig.hear(0, 500);
    rig.llm.auto = ['Fine.'];
    await rig.ask('are you there');
    await rig.hear(0, 3_000);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    expect(turns(rig)).toEqual(['user interrupted: ', 'user answered: Fine.']);
  });

  it('is over at once when the line goes down', async () => {
    const rig = await asked();
    const signals: AbortSignal[] = [];
    rig.tts.script.push((_text, { signal }) => {
      signals.push(signal);
      return new AsyncQueue<PcmChunk>();
    });
    rig.llm.calls[0]?.out.fail(FULL);
    await rig.pass(100);
    rig.conversation.detach();
    await rig.pass(100);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  });
});
