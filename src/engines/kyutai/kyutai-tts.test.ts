import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeKyutai, type FakeKyutaiOptions, startFakeKyutai } from '../../../test/fakes/fake-kyutai.ts';
import type { FakeKyutaiFault } from '../../../test/fakes/fake-kyutai-channel.ts';
import { levelOf } from '../../../test/fakes/fake-kyutai-voice.ts';
import { VirtualTime } from '../../../test/support/time/virtual-time.ts';
import { parseVoices } from '../../config/voices/voice-book.ts';
import { AsyncQueue } from '../../core/async-queue.ts';
import { once } from '../../core/once.ts';
import type { PcmChunk } from '../tts.ts';
import { KyutaiTts, type KyutaiTtsOptions } from './kyutai-tts.ts';

let fake: FakeKyutai;
let time: VirtualTime;
let engines: KyutaiTts[];

beforeEach(() => {
  time = new VirtualTime();
  engines = [];
});
afterEach(async () => {
  for (const engine of engines) await engine.close();
  await fake.close();
});

async function start(options: FakeKyutaiOptions = {}, more: Partial<KyutaiTtsOptions> = {}): Promise<KyutaiTts> {
  fake = await startFakeKyutai({ clock: time.clock, ...options });
  const engine = new KyutaiTts({ address: fake.url, clock: time.clock, random: () => 0, ...more });
  engines.push(engine);
  return engine;
}

async function collect(chunks: AsyncIterable<PcmChunk>): Promise<PcmChunk[]> {
  const all: PcmChunk[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return all;
}

function speak(engine: KyutaiTts, text: string, voice = 'Watercooler'): Promise<PcmChunk[]> {
  return time.during(collect(engine.speak(once(text), { voice, signal: new AbortController().signal })));
}

const SENTENCE = 'The kettle is on now.';
/** Three frames of 80 ms for each word. */
const WORD_SAMPLES = 3 * 1_920;

function wordsOf(chunks: readonly PcmChunk[]) {
  return chunks.flatMap(({ words = [] }) => words);
}

describe('speech', () => {
  it('is the audio of the server at 24 kHz', async () => {
    const engine = await start();
    const chunks = await speak(engine, SENTENCE);
    expect(new Set(chunks.map(({ sampleRate }) => sampleRate))).toEqual(new Set([24_000]));
    const samples = chunks.flatMap((chunk) => [...chunk.samples]);
    const wanted = [1, 2, 3, 4, 5].flatMap((word) => new Array<number>(WORD_SAMPLES).fill(levelOf(word) * 32_768));
    expect(samples).toEqual(wanted);
    expect(fake.voices[0]?.texts).toEqual(['The', 'kettle', 'is', 'on', 'now.']);
  });

  it('names every word with its place, in a chunk that reaches it', async () => {
    const engine = await start();
    const chunks = await speak(engine, SENTENCE);
    expect(wordsOf(chunks)).toEqual([
      { text: 'The', atSample: 0 },
      { text: 'kettle', atSample: WORD_SAMPLES },
      { text: 'is', atSample: 2 * WORD_SAMPLES },
      { text: 'on', atSample: 3 * WORD_SAMPLES },
      { text: 'now.', atSample: 4 * WORD_SAMPLES },
    ]);
    let end = 0;
    for (const { samples, words = [] } of chunks) {
      end += samples.length;
      for (const { atSample } of words) expect(atSample).toBeLessThan(end);
    }
  });

  it('begins before the text is complete', async () => {
    const engine = await start({ lookAhead: 2 });
    const text = new AsyncQueue<string>();
    const speech = engine.speak(text, { voice: 'Watercooler', signal: new AbortController().signal });
    expect(speech).toMatchObject({ engine: 'kyutai', capabilities: { streamingText: true, wordTimings: true } });
    const first = speech.next();
    text.push('One');
    text.push('two');
    text.push('three');
    const { value } = await time.during(first);
    expect(value?.samples).toHaveLength(1_920);
    expect(fake.voices[0]).toMatchObject({ texts: ['One', 'two', 'three'], isComplete: false });
    text.push('four.');
    text.end();
    const rest = await time.during(collect(speech));
    expect(wordsOf(rest).map((word) => word.text)).toEqual(['One', 'two', 'three', 'four.']);
  });

  it('waits as long as the text takes', async () => {
    const engine = await start({}, { timeoutMs: 1_000 });
    const text = new AsyncQueue<string>();
    const speech = collect(engine.speak(text, { voice: 'Watercooler', signal: new AbortController().signal }));
    text.push('One');
    await time.until(() => fake.voices[0]?.texts.length === 1);
    await time.pass(5_000);
    text.push('two.');
    text.end();
    expect(wordsOf(await time.during(speech)).map((word) => word.text)).toEqual(['One', 'two.']);
  });

  it('holds no channel before the first text, and none for an empty one', async () => {
    const engine = await start();
    const text = new AsyncQueue<string>();
    const speech = collect(engine.speak(text, { voice: 'Watercooler', signal: new AbortController().signal }));
    await time.pass(500);
    expect(fake.voices).toEqual([]);
    text.push('  ');
    text.end();
    expect(await time.during(speech)).toEqual([]);
    expect(fake.voices).toEqual([]);
  });

  it.each([undefined, 1000])('ends with the close of the server (code %s)', async (closeCode) => {
    const engine = await start(closeCode === undefined ? {} : { closeCode });
    expect(await speak(engine, SENTENCE)).toHaveLength(16);
  });

  it('begins behind the messages of the user who had the channel before', async () => {
    const engine = await start({ strayMessages: 10 });
    expect(wordsOf(await speak(engine, 'One two.')).map(({ text }) => text)).toEqual(['One', 'two.']);
  });

  it('comes in the voice of the voices file', async () => {
    const engine = await start();
    await speak(engine, 'Bonjour.', 'Charles');
    expect(fake.voices[0]?.query).toEqual({
      format: 'PcmMessagePack',
      voice: 'unmute-prod-website/degaulle-2.wav',
      cfg_alpha: '1.5',
    });
  });

  it('comes in a voice of the language where the file names none for this engine', async () => {
    const book = { voices: [{ name: 'Bea', language: 'fr' }] };
    const engine = await start({}, { voices: parseVoices(JSON.stringify(book), 'voices.json') });
    await speak(engine, 'Bonjour.', 'Bea');
    await speak(engine, 'Hello.', 'unknown');
    expect(fake.voices.map(({ query }) => query.voice)).toEqual([
      'unmute-prod-website/developpeuse-3.wav',
      'unmute-prod-website/p329_022.wav',
    ]);
  });
});

describe('a cancelled speech', () => {
  it('closes the link at once, also while it waits for text', async () => {
    const engine = await start();
    const caller = new AbortController();
    const text = new AsyncQueue<string>();
    const failure = collect(engine.speak(text, { voice: 'Watercooler', signal: caller.signal })).catch(
      (error: unknown) => error,
    );
    text.push('One');
    await time.until(() => fake.voices[0]?.texts.length === 1);
    caller.abort();
    expect(await failure).toMatchObject({ name: 'AbortError' });
    await time.until(() => fake.voices[0]?.channel.isClosed);
  });

  it('asks nothing when it was aborted before', async () => {
    const engine = await start();
    const speech = collect(engine.speak(once('One'), { voice: 'Watercooler', signal: AbortSignal.abort() }));
    await expect(speech).rejects.toMatchObject({ name: 'AbortError' });
    expect(fake.voices).toEqual([]);
  });

  it('closes the link when its reader leaves early', async () => {
    const engine = await start({ lookAhead: 0 });
    const text = new AsyncQueue<string>();
    text.push('One');
    const speech = engine.speak(text, { voice: 'Watercooler', signal: new AbortController().signal });
    await time.during(speech.next());
    await speech.return(undefined);
    await time.until(() => fake.voices[0]?.channel.isClosed);
  });

  it('ends with the engine', async () => {
    const engine = await start();
    const text = new AsyncQueue<string>();
    text.push('One');
    const failure = collect(engine.speak(text, { voice: 'Watercooler', signal: new AbortController().signal })).catch(
      (error: unknown) => error,
    );
    await time.until(() => fake.voices[0]?.texts.length === 1);
    await engine.close();
    expect(await failure).toMatchObject({ name: 'AbortError' });
    await time.until(() => fake.voices[0]?.channel.isClosed);
  });
});

describe('a fault', () => {
  it.each<[string, FakeKyutaiFault, object]>([
    ['a cut', { type: 'cut', afterMessages: 4 }, { code: 'engine_bad_answer', retryable: true }],
    ['bytes that are no msgpack', { type: 'malformed', afterMessages: 4 }, { code: 'engine_bad_answer' }],
    ['another shape', { type: 'malformed', afterMessages: 4, as: 'shape' }, { code: 'engine_bad_answer' }],
    ['an error of the server', { type: 'error', afterMessages: 4, message: 'bug' }, { code: 'engine_unavailable' }],
    ['silence', { type: 'silence', afterMessages: 4 }, { code: 'engine_timeout', retryable: true }],
    ['no channel in time', { type: 'never_ready' }, { code: 'engine_timeout', retryable: true }],
    ['no audio', { type: 'cut', afterMessages: 0, clean: true }, { code: 'engine_bad_answer' }],
  ])('%s is an error that names engine and address, and gives the channel back', async (_name, fault, error) => {
    const engine = await start({}, { timeoutMs: 3_000 });
    fake.fail('tts', fault, 2);
    await expect(speak(engine, SENTENCE)).rejects.toMatchObject({ engine: 'kyutai', ...error });
    await expect(speak(engine, SENTENCE)).rejects.toThrow(`${fake.url}/api/tts_streaming`);
    await time.until(() => fake.voices.every(({ channel }) => channel.isClosed));
    expect(await speak(engine, SENTENCE)).toHaveLength(16);
  });

  it('gives the audio that came before it', async () => {
    const engine = await start();
    fake.fail('tts', { type: 'silence', afterMessages: 4 });
    const speech = engine.speak(once(SENTENCE), { voice: 'Watercooler', signal: new AbortController().signal });
    expect((await time.during(speech.next())).value?.samples).toHaveLength(1_920);
    await expect(time.during(collect(speech))).rejects.toMatchObject({ code: 'engine_timeout' });
  });

  it('of a close before the text is complete is an error', async () => {
    const engine = await start({ lookAhead: 0 });
    fake.fail('tts', { type: 'cut', afterMessages: 3, clean: true });
    const text = new AsyncQueue<string>();
    text.push('One');
    const speech = collect(engine.speak(text, { voice: 'Watercooler', signal: new AbortController().signal }));
    await expect(time.during(speech)).rejects.toMatchObject({ code: 'engine_bad_answer', retryable: true });
  });

  it('of the text is thrown as it is', async () => {
    const engine = await start();
    const broken = new Error('the model stopped');
    async function* text(): AsyncGenerator<string> {
      yield 'One';
      await new Promise((resolve) => time.clock.setTimer(() => resolve(undefined), 500));
      throw broken;
    }
    const speech = collect(engine.speak(text(), { voice: 'Watercooler', signal: new AbortController().signal }));
    await expect(time.during(speech)).rejects.toBe(broken);
    await time.until(() => fake.voices[0]?.channel.isClosed);
  });

  it('of a slow server only takes longer', async () => {
    const engine = await start();
    fake.fail('tts', { type: 'slow', delayMs: 3_000 });
    expect(await speak(engine, SENTENCE)).toHaveLength(16);
  });

  it('of speech without an end is cut', async () => {
    const engine = await start({ framesPerWord: 500 });
    await expect(speak(engine, 'No.')).rejects.toMatchObject({
      code: 'engine_bad_answer',
      message: expect.stringContaining('does not end'),
    });
  });
});

describe('without a free channel', () => {
  it('it is asked again', async () => {
    const engine = await start();
    fake.fail('tts', { type: 'no_free_channels' }, 4);
    expect(await speak(engine, SENTENCE)).toHaveLength(16);
  });

  it('for long, the error is one of its own', async () => {
    const engine = await start({ channels: 0 });
    await expect(speak(engine, SENTENCE)).rejects.toMatchObject({
      code: 'engine_overloaded',
      retryable: true,
      message: expect.stringContaining('no free channel'),
    });
    expect(fake.refused).toBe(5);
  });

  it('a wrong key is told apart', async () => {
    const engine = await start({ apiKey: 'another' });
    await expect(speak(engine, SENTENCE)).rejects.toMatchObject({ code: 'engine_auth' });
    expect(fake.refused).toBe(1);
  });
});
