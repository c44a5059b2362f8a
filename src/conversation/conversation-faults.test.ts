import { describe, expect, it } from 'vitest';
import { ConversationRig, WORD_MS } from '../../test/support/conversation/conversation-rig.ts';
import { AsyncQueue } from '../core/async-queue.ts';
import { DialtoneError } from '../core/errors.ts';
import type { PcmChunk, TtsOptions } from '../engines/tts.ts';

const BROKEN = new DialtoneError('engine_unavailable', 'it is broken', { retryable: true });

/** The chime: two tones of 160 ms, four frames of 80 ms. */
const CHIME_FRAMES = 4;

function brokenVoice(): AsyncIterable<PcmChunk> {
  const chunks = new AsyncQueue<PcmChunk>();
  chunks.fail(BROKEN);
  return chunks;
}

/** A voice that makes no sound until it is told to stop. */
function silentVoice(_text: string, { signal }: TtsOptions): AsyncIterable<PcmChunk> {
  const chunks = new AsyncQueue<PcmChunk>();
  signal.addEventListener('abort', () => chunks.fail(signal.reason));
  return chunks;
}

describe('the engine that failed', () => {
  it.each(['stt', 'llm', 'tts'] as const)('is named by its error (%s), not by the settings', async (kind) => {
    const rig = new ConversationRig();
    const error = new DialtoneError('engine_timeout', 'too slow', { engine: 'second' });
    if (kind === 'stt') rig.stt.auto = undefined;
    if (kind === 'llm') rig.llm.auto = undefined;
    if (kind === 'tts') {
      rig.tts.script.push(async function* () {
        yield rig.tts.silentAboutWords(100);
        throw error;
      });
    }
    await rig.ask();
    rig.stt.utterances[0]?.results.fail(error);
    rig.llm.calls[0]?.out.fail(error);
    await rig.pass(3_000);
    const named = { kind, engine: 'second', code: 'engine_timeout', message: 'too slow' };
    expect(rig.all('engine.error')).toEqual([{ type: 'engine.error', ...named }]);
    expect(rig.all('turn.ended').map((turn) => turn.error)).toEqual([named]);
  });

  it('is that of the settings when its error does not say', async () => {
    const rig = new ConversationRig();
    rig.tts.script.push(brokenVoice);
    await rig.ask();
    await rig.pass(3_000);
    expect(rig.all('engine.error')).toMatchObject([{ kind: 'tts', engine: 'fake-tts' }]);
    expect(rig.all('turn.ended').map((turn) => turn.error)).toMatchObject([{ kind: 'tts', engine: 'fake-tts' }]);
  });
});

describe('when the language model fails', () => {
  it('before the first sentence, the user is told by sound and message, and the next turn works', async () => {
    const rig = new ConversationRig({ entry: { duplex: 'half' } });
    rig.llm.auto = undefined;
    await rig.ask();
    rig.llm.calls[0]?.write('I wanted to');
    rig.llm.calls[0]?.out.fail(BROKEN);
    rig.session.take();
    await rig.pass(20);
    expect(rig.session.take()).toEqual([
      'reply_text "I wanted to"',
      // What was written is still said, since it was meant.
      'reply_word "I"',
      'play',
      'reply_word "wanted"',
      'play',
      'notice "engine_unavailable" "it is broken"',
      'prepare',
    ]);
    await rig.pass(2_000);
    expect(rig.all('engine.error')).toEqual([
      {
        type: 'engine.error',
        kind: 'llm',
        engine: 'fake-llm',
        code: 'engine_unavailable',
        message: 'it is broken',
      },
    ]);
    expect(rig.all('turn.ended')).toMatchObject([
      { outcome: 'failed', answer: 'I wanted to', error: { kind: 'llm', code: 'engine_unavailable' } },
    ]);
    expect(await rig.nextTurn()).toEqual(['user: hello there', 'assistant: I wanted to', 'user: and now']);
  });

  it('before its first word, there is one reply with the chime in it', async () => {
    const rig = new ConversationRig({ entry: { duplex: 'half' } });
    rig.llm.auto = undefined;
    await rig.ask();
    rig.session.take();
    rig.llm.calls[0]?.out.fail(BROKEN);
    await rig.pass(2_000);
    expect(rig.session.frames).toHaveLength(CHIME_FRAMES);
    expect(rig.session.take()).toEqual([
      'notice "engine_unavailable" "it is broken"',
      'prepare',
      'play',
      'reply_done',
      'listening true',
    ]);
    expect(rig.all('turn.ended')).toMatchObject([{ outcome: 'failed', answer: '', spokenMs: 320 }]);
    expect(await rig.nextTurn()).toEqual(['user: hello there and now']);
  });

  it('after the first sentence, that is said to its end, and the chime comes behind it', async () => {
    const rig = new ConversationRig({ entry: { duplex: 'half' } });
    rig.llm.auto = undefined;
    await rig.ask();
    rig.llm.calls[0]?.write('Here is one. ', 'And two');
    await rig.pass(20);
    rig.llm.calls[0]?.out.fail(BROKEN);
    await rig.pass(5_000);
    const samples = Int16Array.from(rig.session.frames.flatMap(({ frame }) => [...frame]));
    const ms = (value: number) => samples.filter((sample) => sample === value).length / 24;
    expect([ms(1_000), ms(2_000)]).toEqual([3 * WORD_MS, 2 * WORD_MS]);
    // Nothing of the sentences is left behind the beginning of the chime.
    expect(samples.lastIndexOf(2_000)).toBeLessThan(samples.length - 300 * 24);
    expect(rig.all('turn.ended')).toMatchObject([{ outcome: 'failed', answer: 'Here is one. And two' }]);
    expect(rig.session.sent('reply_done')).toHaveLength(1);
  });

  it('time and again, the questions do not pile up', async () => {
    const rig = new ConversationRig({ entry: { duplex: 'half' } });
    rig.llm.auto = undefined;
    const asked: string[] = [];
    for (const text of ['what time is it', 'what time is it', 'hello', 'are you there', 'what time is it']) {
      rig.stt.auto = text;
      await rig.ask(text);
      asked.push(String(rig.llm.calls.at(-1)?.messages.at(-1)?.content));
      rig.llm.calls.at(-1)?.out.fail(BROKEN);
      await rig.pass(3_000);
    }
    expect(asked).toEqual([
      'what time is it',
      'what time is it',
      'what time is it hello',
      'hello are you there',
      'are you there what time is it',
    ]);
    expect(await rig.nextTurn()).toEqual(['user: what time is it and now']);
  });

  it('says nothing at all, that is a failure too', async () => {
    for (const tokens of [[], ['  ', '\n']]) {
      const rig = new ConversationRig({ entry: { duplex: 'half' } });
      rig.llm.auto = tokens;
      await rig.ask();
      await rig.pass(2_000);
      expect(rig.session.sent('notice')).toMatchObject([{ code: 'engine_bad_answer' }]);
      expect(rig.session.frames).toHaveLength(CHIME_FRAMES);
      expect(rig.all('turn.ended')).toMatchObject([{ outcome: 'failed', answer: '' }]);
    }
  });

  it('reaches the limit of tokens before its first word, it says which setting to change', async () => {
    const rig = new ConversationRig({ entry: { duplex: 'half' } });
    rig.llm.auto = undefined;
    await rig.ask();
    for (const at of [0, 1]) {
      rig.llm.calls[at]?.out.push({ type: 'finish', reason: 'length' });
      rig.llm.calls[at]?.out.end();
      await rig.pass(20);
    }
    expect(rig.session.sent('notice')).toMatchObject([
      { code: 'engine_bad_answer', message: expect.stringContaining('LLM_MAX_TOKENS') },
    ]);
  });

  it('never answers, the turn fails after 30 s', async () => {
    const rig = new ConversationRig({ entry: { duplex: 'half' } });
    rig.llm.auto = undefined;
    await rig.ask();
    await rig.pass(29_980);
    expect(rig.session.sent('notice')).toEqual([]);
    await rig.pass(20);
    expect(rig.session.sent('notice')).toMatchObject([{ code: 'engine_timeout' }]);
    expect(rig.llm.calls[0]?.signal.aborted).toBe(true);
    await rig.pass(2_000);
    expect(rig.all('turn.ended')).toMatchObject([{ error: { kind: 'llm', code: 'engine_timeout' } }]);
    expect(rig.conversation.activity).toBe('idle');
  });
});

describe('when the voice fails', () => {
  it('at the first sentence, nothing was said, and nothing is remembered of the answer', async () => {
    const rig = new ConversationRig({ entry: { duplex: 'half' } });
    rig.tts.script.push(brokenVoice);
    await rig.ask();
    await rig.pass(2_000);
    expect(rig.session.frames).toHaveLength(CHIME_FRAMES);
    expect(rig.session.sent('reply_word')).toEqual([]);
    expect(rig.all('turn.ended')).toMatchObject([{ outcome: 'failed', answer: '', error: { kind: 'tts' } }]);
    expect(await rig.nextTurn()).toEqual(['user: hello there and now']);
  });

  it('at a later sentence, only what was said is remembered, and the language model is stopped', async () => {
    const rig = new ConversationRig({ entry: { duplex: 'half' } });
    rig.llm.auto = undefined;
    await rig.ask();
    rig.llm.calls[0]?.write('This was said. ', 'This was never said at all. ', 'Nor was this.');
    rig.tts.script.push((text) => rig.tts.words(text), brokenVoice);
    await rig.pass(5_000);
    expect(rig.llm.calls[0]?.signal.aborted).toBe(true);
    expect(rig.tts.said).toHaveLength(2);
    expect(await rig.nextTurn()).toEqual(['user: hello there', 'assistant: This was said.', 'user: and now']);
  });

  it('never makes a sound, the turn fails after 30 s, and it is the voice that is blamed', async () => {
    const rig = new ConversationRig({ entry: { duplex: 'half' } });
    rig.tts.script.push(silentVoice);
    await rig.ask();
    await rig.pass(32_000);
    expect(rig.all('engine.error')).toMatchObject([{ kind: 'tts', engine: 'fake-tts', code: 'engine_timeout' }]);
    expect(rig.all('turn.ended')).toMatchObject([{ outcome: 'failed', error: { kind: 'tts' } }]);
  });

  it('or the language model stands still amid the answer, the turn fails after 30 s without a sound', async () => {
    for (const [kind, stuck] of [
      ['tts', silentVoice],
      ['llm', undefined],
    ] as const) {
      const rig = new ConversationRig({ entry: { duplex: 'half' } });
      rig.llm.auto = undefined;
      rig.tts.script.push((text) => rig.tts.words(text), ...(stuck ? [stuck] : []));
      await rig.ask();
      rig.llm.calls[0]?.write('A first sentence. ', ...(stuck ? ['And a second one. '] : []));
      if (stuck) rig.llm.calls[0]?.out.end();
      await rig.pass(29_000);
      expect(rig.conversation.activity).toBe('speaking');
      expect(rig.session.sent('notice')).toEqual([]);
      await rig.pass(32_000);
      expect(rig.session.sent('notice')).toMatchObject([{ code: 'engine_timeout' }]);
      expect(rig.all('turn.ended')).toMatchObject([
        { outcome: 'failed', answer: 'A first sentence.', error: { kind } },
      ]);
      await rig.nextTurn();
    }
  });

  it('and the chime cannot be played either, the turn ends all the same', async () => {
    const rig = new ConversationRig({ entry: { duplex: 'half' } });
    rig.session.prepareError = new Error('no encoder');
    await rig.ask();
    await rig.pass(100);
    expect(rig.session.take().slice(-5)).toEqual([
      'prepare',
      'notice "internal" "no encoder"',
      'prepare',
      'reply_interrupted',
      'listening true',
    ]);
    expect(rig.all('turn.ended')).toMatchObject([{ outcome: 'failed' }]);
    rig.session.prepareError = undefined;
    await rig.nextTurn();
  });
});

describe('when the recogniser fails', () => {
  it('amid speech, the user is told when they have finished', async () => {
    const rig = new ConversationRig({ entry: { duplex: 'half' } });
    await rig.hear(500, 400);
    rig.stt.utterances[0]?.results.fail(BROKEN);
    await rig.hear(500, 2_000);
    expect(rig.session.take()).toEqual(['listening true']);
    await rig.hear(0, 1_200);
    expect(rig.session.take()).toEqual([
      'notice "engine_unavailable" "it is broken"',
      'reply_started',
      'prepare',
      'listening false',
      'play',
      'reply_done',
    ]);
    await rig.pass(2_000);
    expect(rig.all('turn.ended')).toMatchObject([{ outcome: 'failed', heard: '', error: { kind: 'stt' } }]);
    expect(await rig.nextTurn()).toEqual(['user: and now']);
  });

  it('never gives its final result, the turn fails after 10 s', async () => {
    const rig = new ConversationRig({ entry: { duplex: 'half' } });
    rig.stt.auto = undefined;
    await rig.ask();
    await rig.pass(9_980);
    expect(rig.session.sent('notice')).toEqual([]);
    await rig.pass(20);
    expect(rig.session.sent('notice')).toMatchObject([{ code: 'engine_timeout' }]);
    expect(rig.stt.utterances[0]?.options.signal.aborted).toBe(true);
    await rig.pass(2_000);
    expect(rig.session.frames).toHaveLength(CHIME_FRAMES);
    expect(rig.all('turn.ended')).toMatchObject([
      { outcome: 'failed', error: { kind: 'stt', code: 'engine_timeout' } },
    ]);
    expect(await rig.nextTurn()).toEqual(['user: and now']);
  });
});
