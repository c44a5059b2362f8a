import { describe, expect, it } from 'vitest';
import { FakeLlm, FakeStt, FakeTts } from '../../../test/support/conversation/conversation-rig.ts';
import { DialtoneError } from '../../core/errors.ts';
import { ManualClock } from '../../core/manual-clock.ts';
import { once } from '../../core/once.ts';
import { type CallReport, watchCalls } from './engine-calls.ts';

function setUp() {
  const clock = new ManualClock();
  const reports: CallReport[] = [];
  const own = { stt: new FakeStt(), llm: new FakeLlm(), tts: new FakeTts() };
  const engines = watchCalls(own, { clock, begun: () => (report) => reports.push(report) });
  return { clock, reports, own, engines, signal: new AbortController().signal };
}

async function allOf<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

describe('a call of an engine', () => {
  it('of speech begins with its first audio and tells when the first text came', async () => {
    const { clock, reports, own, engines, signal } = setUp();
    const stream = engines.stt.open({ key: 'kitchen', signal });
    stream.write(new Int16Array(320).fill(7));
    const results = allOf(stream.results);
    clock.advance(200);
    own.stt.utterances[0]?.partial('hello');
    await Promise.resolve();
    await new Promise(setImmediate);
    clock.advance(300);
    stream.end();
    expect(await results).toHaveLength(2);
    expect(own.stt.utterances[0]?.written).toEqual([7]);
    expect([stream.engine, stream.capabilities]).toEqual(['fake-stt', { partials: true, wordTimings: false }]);
    expect(reports).toEqual([
      { kind: 'stt', engine: 'fake-stt', startedAtMs: 0, firstAtMs: 200, endedAtMs: 500, outcome: 'ok', audioMs: 20 },
    ]);
  });

  it('of a model or a voice begins when its first item is asked for', async () => {
    const { clock, reports, engines, signal } = setUp();
    const reply = engines.llm.reply([], { signal });
    const speech = engines.tts.speak(once('Hello.'), { voice: 'Charles', signal });
    clock.advance(1_000);
    expect(reports).toEqual([]);
    expect(await allOf(reply)).toHaveLength(2);
    clock.advance(50);
    expect(await allOf(speech)).toHaveLength(1);
    expect([reply.engine, reply.capabilities]).toEqual(['fake-llm', { images: false, tools: true }]);
    expect([speech.engine, speech.capabilities]).toEqual(['fake-tts', { streamingText: false, wordTimings: true }]);
    expect(reports).toEqual([
      { kind: 'llm', engine: 'fake-llm', startedAtMs: 1_000, firstAtMs: 1_000, endedAtMs: 1_000, outcome: 'ok' },
      {
        kind: 'tts',
        engine: 'fake-tts',
        startedAtMs: 1_050,
        firstAtMs: 1_050,
        endedAtMs: 1_050,
        outcome: 'ok',
        audioMs: expect.any(Number),
        characters: 6,
      },
    ]);
  });

  it('of a model that has a name tells it', async () => {
    const { reports, own, signal } = setUp();
    const llm = { ...own.llm, reply: () => Object.assign(own.llm.reply([], { signal }), { model: 'llama' }) };
    const watched = watchCalls(
      { ...own, llm: llm as unknown as typeof own.llm },
      { clock: new ManualClock(), begun: () => (report) => reports.push(report) },
    );
    const reply = watched.llm.reply([], { signal });
    await allOf(reply);
    expect(reply.model).toBe('llama');
    expect(reports).toMatchObject([{ kind: 'llm', model: 'llama' }]);
  });

  it('that fails says with which code, and fails for its reader as before', async () => {
    const { reports, own, engines, signal } = setUp();
    own.llm.auto = undefined;
    const reply = allOf(engines.llm.reply([], { signal }));
    await new Promise(setImmediate);
    own.llm.calls[0]?.out.fail(new DialtoneError('engine_rate_limited', 'too many'));
    await expect(reply).rejects.toMatchObject({ code: 'engine_rate_limited' });
    expect(reports).toEqual([
      { kind: 'llm', engine: 'fake-llm', startedAtMs: 0, endedAtMs: 0, outcome: 'failed', code: 'engine_rate_limited' },
    ]);
  });

  it.each(['aborted', 'left'])('that is %s by its reader is cancelled', async (how) => {
    const { reports, own, engines, signal } = setUp();
    own.llm.auto = undefined;
    const reply = engines.llm.reply([], { signal })[Symbol.asyncIterator]();
    const first = reply.next();
    own.llm.calls[0]?.write('Well');
    await first;
    if (how === 'aborted') own.llm.calls[0]?.out.fail(new DOMException('stopped', 'AbortError'));
    if (how === 'aborted') await expect(reply.next()).rejects.toThrow();
    else await reply.return?.();
    expect(reports).toMatchObject([{ kind: 'llm', firstAtMs: 0, outcome: 'cancelled' }]);
    expect(reports).toHaveLength(1);
  });
});
