import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { listOf } from '../../../test/support/engines/fallback-list.ts';
import { deaf, fail, give, hang, PlayedTts, type Step, take } from '../../../test/support/engines/played-engines.ts';
import { pass, settle } from '../../../test/support/time/settle.ts';
import { AsyncQueue } from '../../core/async-queue.ts';
import { DialtoneError } from '../../core/errors.ts';
import { ManualClock } from '../../core/manual-clock.ts';
import type { Tts, TtsStream } from '../tts.ts';
import { FallbackTts } from './fallback-tts.ts';

/** One voice for each list of steps, named a, b, c …; a takes single words. */
function ttsOf(...parts: readonly (readonly Step[])[]) {
  const clock = new ManualClock();
  const engines = parts.map((steps, index) => new PlayedTts('abcd'.charAt(index), clock, steps));
  const { list, said } = listOf<Tts>('tts', clock, engines);
  const tts = new FallbackTts(list);
  const speak = (text: AsyncIterable<string>, signal = new AbortController().signal) =>
    read(tts.speak(text, { voice: 'Charles', signal }));
  return { clock, engines, list, said, tts, speak };
}

function textOf(...pieces: string[]): AsyncQueue<string> {
  const text = new AsyncQueue<string>();
  for (const piece of pieces) text.push(piece);
  text.end();
  return text;
}

/** By whom each chunk was spoken, and what was thrown. */
async function read(stream: TtsStream): Promise<{ by: string; engine: string; error?: unknown }> {
  let by = '';
  try {
    for await (const { sampleRate } of stream) by += String.fromCharCode(sampleRate / 100);
    return { by, engine: stream.engine };
  } catch (error) {
    return { by, engine: stream.engine, error };
  }
}

const SAY_ALL = [take, give, take, give, take];

describe('FallbackTts', () => {
  it('gives the next engine all of the text when one fails before its first sound', async () => {
    const { clock, engines, speak, said } = ttsOf([take, take, fail()], SAY_ALL);
    expect(await settle(clock, speak(textOf('How', 'are you?', 'Well.')))).toEqual({ by: 'bb', engine: 'b' });
    expect(engines[0]?.calls[0]?.text).toEqual(['How', 'are you?']);
    // What was cut for a voice that takes single words is one piece for another.
    expect(engines[1]?.calls[0]?.text).toEqual(['How are you?', 'Well.']);
    expect(said()).toEqual(['engine.error a engine_unavailable']);
  });

  it('keeps sentences apart that were cut for a voice that speaks sentences', async () => {
    const { clock, engines, speak } = ttsOf([fail()], [take, take, fail()], [take, give, take, give, take, give, take]);
    await settle(clock, speak(textOf('One.', 'Two.', 'Three.')));
    expect(engines[2]?.calls[0]?.text.join(' ')).toBe('One. Two. Three.');
  });

  it('passes an error on once anything was heard', async () => {
    const { clock, engines, speak } = ttsOf([take, give, fail()], SAY_ALL);
    const outcome = await settle(clock, speak(textOf('One.')));
    expect(outcome).toMatchObject({ by: 'a', error: { code: 'engine_unavailable', engine: 'a' } });
    expect(engines[1]?.calls).toEqual([]);
  });

  it('does not count the time that the text takes', async () => {
    const { clock, speak } = ttsOf([take, give, take], SAY_ALL);
    const text = new AsyncQueue<string>();
    const speaking = speak(text);
    await pass(clock, 60_000);
    text.push('One.');
    text.end();
    expect(await settle(clock, speaking)).toEqual({ by: 'a', engine: 'a' });
  });

  it('counts the time from the piece on that the engine works on', async () => {
    const { clock, speak, said } = ttsOf([take, hang], SAY_ALL);
    const text = new AsyncQueue<string>();
    const speaking = speak(text);
    await pass(clock, 60_000);
    text.push('One.');
    text.end();
    await pass(clock, 999);
    expect(said()).toEqual([]);
    await pass(clock, 1);
    expect(await settle(clock, speaking)).toEqual({ by: 'bb', engine: 'b' });
    expect(said()).toEqual(['engine.error a engine_timeout']);
  });

  it('counts the time of an engine that does not even ask for the text', async () => {
    const { clock, speak } = ttsOf([hang], SAY_ALL);
    expect(await settle(clock, speak(textOf('One.')))).toEqual({ by: 'bb', engine: 'b' });
  });

  it('throws what the text throws, and blames no engine', async () => {
    const { clock, engines, list, speak, said } = ttsOf([take, take, give], SAY_ALL);
    const error = new DialtoneError('engine_timeout', 'the model is slow', { engine: 'llm' });
    const text = new AsyncQueue<string>();
    text.push('One.');
    text.fail(error);
    expect((await settle(clock, speak(text))).error).toBe(error);
    expect(engines[1]?.calls).toEqual([]);
    expect([said(), list.status[0]?.lastError]).toEqual([[], undefined]);
  });

  it.each<[string, Step[]]>([
    ['while it waits for text', [take, take, give]],
    ['while it works', [take, hang]],
    ['while it is dead', [take, deaf]],
    ['while it speaks', [take, give, hang]],
  ])('ends with an AbortError when aborted %s, and lets the text go', async (_, steps) => {
    const { clock, engines, speak, said } = ttsOf(steps, SAY_ALL);
    let isLetGo = false;
    const text: AsyncIterable<string> = {
      [Symbol.asyncIterator]: () => {
        let taken = 0;
        return {
          next: () => (taken++ === 0 ? Promise.resolve({ done: false, value: 'One.' }) : new Promise(() => {})),
          return: async () => {
            isLetGo = true;
            return { done: true, value: undefined };
          },
        };
      },
    };
    const controller = new AbortController();
    const speaking = speak(text, controller.signal);
    await pass(clock, 500);
    controller.abort();
    expect(await settle(clock, speaking)).toMatchObject({ engine: 'a', error: { name: 'AbortError' } });
    expect(engines[0]?.calls[0]?.signal.aborted).toBe(true);
    expect(engines[1]?.calls).toEqual([]);
    expect([isLetGo, said(), clock.pending]).toEqual([true, [], 0]);
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });

  it('chooses a voice by the engine that would speak now', async () => {
    const { clock, engines, tts, speak } = ttsOf([take, fail('engine_auth')], SAY_ALL, SAY_ALL);
    const [a, b] = engines;
    if (a) a.voiceFor = (voice, language) => (language === 'en' ? voice : undefined);
    expect([tts.voiceFor('Charles', 'en'), tts.voiceFor('Charles', 'fr')]).toEqual(['Charles', undefined]);
    await settle(clock, speak(textOf('One.')));
    // This one does not know the languages of its voices.
    expect(tts.voiceFor('Charles', 'fr')).toBe('Charles');
    if (b) b.voiceFor = () => 'Fabieng';
    expect(tts.voiceFor('Charles', 'fr')).toBe('Fabieng');
  });
});
