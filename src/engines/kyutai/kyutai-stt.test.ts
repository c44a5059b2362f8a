import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeKyutai, type FakeKyutaiOptions, startFakeKyutai } from '../../../test/fakes/fake-kyutai.ts';
import type { FakeKyutaiFault } from '../../../test/fakes/fake-kyutai-channel.ts';
import { VirtualTime } from '../../../test/support/time/virtual-time.ts';
import { tone } from '../../audio/pcm.ts';
import { Secret } from '../../core/secret.ts';
import type { SttResult, SttStream } from '../stt.ts';
import { KyutaiStt, type KyutaiSttOptions } from './kyutai-stt.ts';

let fake: FakeKyutai;
let time: VirtualTime;
let engines: KyutaiStt[];

beforeEach(() => {
  time = new VirtualTime();
  engines = [];
});
afterEach(async () => {
  for (const engine of engines) await engine.close();
  await fake.close();
});

async function start(options: FakeKyutaiOptions = {}, more: Partial<KyutaiSttOptions> = {}): Promise<KyutaiStt> {
  fake = await startFakeKyutai({ clock: time.clock, ...options });
  const engine = new KyutaiStt({ address: fake.url, clock: time.clock, random: () => 0, ...more });
  engines.push(engine);
  return engine;
}

function open(engine: KyutaiStt, signal = new AbortController().signal): SttStream {
  return engine.open({ key: 'kitchen', signal });
}

/** Audio of 20 ms at 16 kHz. */
const FRAME = new Int16Array(320);

function write(stream: SttStream, ms: number): void {
  for (let at = 0; at < ms; at += 20) stream.write(FRAME);
}

async function collect(results: AsyncIterable<SttResult>): Promise<SttResult[]> {
  const all: SttResult[] = [];
  for await (const result of results) all.push(result);
  return all;
}

function recognise(engine: KyutaiStt, ms = 2_000): Promise<SttResult[]> {
  const stream = open(engine);
  write(stream, ms);
  stream.end();
  return time.during(collect(stream.results));
}

const WORDS = [
  { text: 'Hello', startMs: 200, endMs: 500 },
  { text: 'there.', startMs: 560, endMs: 900 },
];

describe('an utterance', () => {
  it('gives partial words, then the final text with times', async () => {
    const engine = await start();
    const stream = open(engine);
    const results: SttResult[] = [];
    const reading = collect(stream.results).then((all) => results.push(...all));
    write(stream, 1_000);
    await time.until(() => fake.ears[0]?.lengths.length === 12);
    await time.pass(100);
    stream.end();
    await time.during(reading);
    expect(results.map(({ type, text }) => [type, text])).toEqual([
      ['partial', 'Hello'],
      ['final', 'Hello there.'],
    ]);
    expect(results.at(-1)?.words).toEqual(WORDS);
    expect(stream).toMatchObject({ engine: 'kyutai', capabilities: { partials: true, wordTimings: true } });
  });

  it('is sent at 24 kHz in messages of 80 ms, and nothing of it is lost before the link is ready', async () => {
    const engine = await start();
    fake.fail('stt', { type: 'slow', delayMs: 700 });
    const stream = open(engine);
    stream.write(tone({ hz: 440, ms: 1_000, sampleRate: 16_000, amplitude: 0.5 }));
    stream.end();
    await time.during(collect(stream.results));
    const [ear] = fake.ears;
    expect(new Set(ear?.lengths)).toEqual(new Set([1_920]));
    const wanted = tone({ hz: 440, ms: 1_000, sampleRate: 24_000, amplitude: 0.5 });
    // The soft edges of the tone are resampled too; the middle must be the same tone.
    for (let at = 2_000; at < 22_000; at += 1) {
      expect(Math.abs((ear?.samples[at] ?? 0) - (wanted[at] ?? 0) / 32_768)).toBeLessThan(0.005);
    }
  });

  it('is ended by eight silent frames, which push the last words out', async () => {
    const engine = await start();
    // 960 ms are 12 frames, and the last word ends 0.06 s before.
    expect((await recognise(engine, 960)).at(-1)).toMatchObject({ type: 'final', text: 'Hello there.' });
    expect(fake.ears[0]?.lengths).toHaveLength(12 + 8);
  });

  it('waits longer for a larger model, whose words come 2.5 s late', async () => {
    const engine = await start({ delayFrames: 31 });
    expect((await recognise(engine, 960)).at(-1)).toMatchObject({ type: 'final', text: 'Hello there.', words: WORDS });
  });

  it('is recognised by a model that predicts no pauses and sends no steps', async () => {
    const engine = await start({ delayFrames: 31, pause: null });
    const results = await recognise(engine, 960);
    expect(results.at(-1)).toMatchObject({ type: 'final', text: 'Hello there.', words: WORDS });
    expect(results.filter((result) => result.type === 'partial' && result.endpoint)).toEqual([]);
  });

  it('of less than 100 ms holds no word: the server is not asked for it', async () => {
    const engine = await start();
    expect(await recognise(engine, 80)).toEqual([{ type: 'final', text: '', words: [] }]);
  });

  it('gives its channel back with the final text', async () => {
    const engine = await start({ channels: 1 });
    for (let turn = 0; turn < 3; turn++) {
      expect((await recognise(engine)).at(-1)).toMatchObject({ text: 'Hello there.' });
    }
    await time.until(() => fake.ears.every(({ channel }) => channel.isClosed));
    expect(fake.ears).toHaveLength(3);
  });

  it('is thrown away at once when it is aborted', async () => {
    const engine = await start();
    const caller = new AbortController();
    const stream = open(engine, caller.signal);
    write(stream, 400);
    await time.until(() => fake.ears.length === 1);
    caller.abort();
    expect(await collect(stream.results)).toEqual([]);
    await time.until(() => fake.ears[0]?.channel.isClosed);
    stream.write(FRAME);
    stream.end();
  });

  it('that was aborted before it began asks nothing', async () => {
    const engine = await start();
    const stream = open(engine, AbortSignal.abort());
    write(stream, 400);
    stream.end();
    expect(await collect(stream.results)).toEqual([]);
    await time.pass(100);
    expect(fake.ears).toEqual([]);
  });
});

describe('the predicted pause', () => {
  /** The results, with `endpoint`, of so much audio. */
  async function endpoints(options: FakeKyutaiOptions, ms: number): Promise<[string, boolean][]> {
    const engine = await start(options);
    const stream = open(engine);
    const seen: [string, boolean][] = [];
    const reading = (async () => {
      for await (const result of stream.results)
        if (result.type === 'partial') seen.push([result.text, result.endpoint]);
    })();
    write(stream, ms);
    // The resampler keeps the last 2 ms.
    await time.until(() => fake.ears[0]?.lengths.length === Math.ceil(ms / 80) - 1);
    await time.pass(100);
    stream.end();
    await time.during(reading);
    return seen;
  }

  it('ends the utterance', async () => {
    expect(await endpoints({}, 1_600)).toEqual([
      ['Hello', false],
      // It is ahead of the words: those that are still to come are in the final text.
      ['Hello', true],
      ['Hello there.', true],
    ]);
  });

  it('is taken back when the user goes on', async () => {
    const pause = (seconds: number) => (seconds > 1.5 && seconds < 2 ? 0.8 : 0.1);
    expect(await endpoints({ pause }, 2_400)).toEqual([
      ['Hello', false],
      ['Hello there.', false],
      ['Hello there.', true],
      ['Hello there.', false],
    ]);
  });

  it('means nothing before the first word: that comes half a second late', async () => {
    const words = [{ text: 'Yes.', start: 1.2, stop: 1.3 }];
    expect(await endpoints({ words, pause: () => 0.9 }, 2_400)).toEqual([['Yes.', true]]);
  });
});

describe('a fault', () => {
  it.each<[string, FakeKyutaiFault, object]>([
    ['bytes that are no msgpack', { type: 'malformed', afterMessages: 5 }, { code: 'engine_bad_answer' }],
    ['another shape', { type: 'malformed', afterMessages: 5, as: 'shape' }, { code: 'engine_bad_answer' }],
    ['text', { type: 'malformed', afterMessages: 5, as: 'text' }, { code: 'engine_bad_answer' }],
    [
      'an error of the server',
      { type: 'error', afterMessages: 5, message: 'CUDA out of\nmemory' },
      { code: 'engine_unavailable', message: expect.stringContaining('CUDA out of memory') },
    ],
    ['silence', { type: 'silence', afterMessages: 5 }, { code: 'engine_timeout', retryable: true }],
    ['silence from the beginning', { type: 'silence', afterMessages: 0 }, { code: 'engine_timeout' }],
    ['no channel in time', { type: 'never_ready' }, { code: 'engine_timeout', retryable: true }],
  ])('%s shows in the results, names engine and address, and gives the channel back', async (_name, fault, error) => {
    const engine = await start({}, { timeoutMs: 3_000 });
    fake.fail('stt', fault);
    await expect(recognise(engine)).rejects.toMatchObject({ engine: 'kyutai', ...error });
    await time.until(() => fake.ears.every(({ channel }) => channel.isClosed));
    fake.fail('stt', fault);
    await expect(recognise(engine)).rejects.toThrow(`${fake.url}/api/asr-streaming`);
    // The engine itself is none the worse for it.
    expect((await recognise(engine)).at(-1)).toMatchObject({ type: 'final' });
  });

  it.each([{ clean: false }, { clean: true }])(
    'of the link costs nothing: another one hears the utterance from its start (%j)',
    async (how) => {
      const engine = await start();
      fake.fail('stt', { type: 'cut', afterMessages: 5, ...how });
      const stream = open(engine);
      const results = collect(stream.results);
      const speech = tone({ hz: 440, ms: 1_200, sampleRate: 16_000, amplitude: 0.5 });
      const amid = 12_000;
      for (let at = 0; at < amid; at += 320) stream.write(speech.subarray(at, at + 320));
      await time.until(() => fake.ears.length === 2);
      for (let at = amid; at < speech.length; at += 320) stream.write(speech.subarray(at, at + 320));
      stream.end();
      expect((await time.during(results)).at(-1)).toEqual({ type: 'final', text: 'Hello there.', words: WORDS });
      const [first, second] = fake.ears.map(({ samples }) => samples);
      expect(second?.slice(0, first?.length)).toEqual(first);
      expect(second?.length).toBeGreaterThan(1.2 * 24_000);
    },
  );

  it.each([{ clean: false }, { clean: true }])(
    'of the link that comes again shows in the results (%j)',
    async (how) => {
      const engine = await start();
      fake.fail('stt', { type: 'cut', afterMessages: 5, ...how }, 2);
      await expect(recognise(engine)).rejects.toMatchObject({
        engine: 'kyutai',
        code: 'engine_bad_answer',
        retryable: true,
      });
      await time.until(() => fake.ears.every(({ channel }) => channel.isClosed));
      expect(fake.ears).toHaveLength(2);
      expect((await recognise(engine)).at(-1)).toMatchObject({ type: 'final' });
    },
  );

  it('of silence is noticed while the user speaks', async () => {
    const engine = await start({}, { timeoutMs: 2_000 });
    fake.fail('stt', { type: 'silence', afterMessages: 5 });
    const stream = open(engine);
    write(stream, 1_000);
    const failure = collect(stream.results).catch((error: unknown) => error);
    expect(await time.during(failure)).toMatchObject({ code: 'engine_timeout' });
  });

  it('of a slow server only takes longer', async () => {
    const engine = await start();
    fake.fail('stt', { type: 'slow', delayMs: 3_000 });
    expect((await recognise(engine)).at(-1)).toMatchObject({ text: 'Hello there.' });
  });
});

describe('without a free channel', () => {
  it('it is asked again, since a channel is free a moment after its user has left', async () => {
    const engine = await start();
    fake.fail('stt', { type: 'no_free_channels' }, 4);
    expect((await recognise(engine)).at(-1)).toMatchObject({ text: 'Hello there.' });
    expect(fake.refused).toBe(4);
  });

  it('for long, the error is one of its own, and says what to do', async () => {
    const engine = await start({ channels: 0 });
    await expect(recognise(engine)).rejects.toMatchObject({
      code: 'engine_overloaded',
      retryable: true,
      engine: 'kyutai',
      message: expect.stringMatching(/no free channel: too many people are talking\. Try again in a moment/),
    });
    expect(fake.refused).toBe(5);
  });

  it('nothing is asked any more once the utterance is aborted', async () => {
    const engine = await start({ channels: 0 });
    const caller = new AbortController();
    const stream = open(engine, caller.signal);
    await time.until(() => fake.refused === 1);
    caller.abort();
    expect(await collect(stream.results)).toEqual([]);
    await time.pass(1_000);
    expect(fake.refused).toBe(1);
  });
});

describe('the server', () => {
  it('is given the key, which is shown nowhere', async () => {
    const engine = await start({ apiKey: 'CANARY' }, { apiKey: new Secret('CANARY') });
    fake.fail('stt', { type: 'error', afterMessages: 1, message: 'user CANARY is not known' });
    await expect(recognise(engine)).rejects.toMatchObject({ message: expect.not.stringContaining('CANARY') });
    expect((await recognise(engine)).at(-1)).toMatchObject({ type: 'final' });
  });

  it('refuses a wrong key: trying again does not help', async () => {
    const engine = await start({ apiKey: 'another' });
    await expect(recognise(engine)).rejects.toMatchObject({
      code: 'engine_auth',
      retryable: false,
      message: expect.stringContaining('KYUTAI_API_KEY'),
    });
    expect(fake.refused).toBe(1);
  });

  it('may be something else', async () => {
    const engine = await start();
    const elsewhere = new KyutaiStt({ address: `${fake.url}/elsewhere`, clock: time.clock, random: () => 0 });
    engines.push(engine, elsewhere);
    await expect(recognise(elsewhere)).rejects.toMatchObject({
      code: 'engine_misconfigured',
      message: expect.stringContaining('KYUTAI_STT_URL'),
    });
  });

  it('may be restarted between two utterances, and hears the next one from its first sample', async () => {
    const engine = await start();
    const first = await recognise(engine);
    await fake.close();
    fake = await startFakeKyutai({ clock: time.clock, port: Number(new URL(fake.url).port) });
    expect(await recognise(engine)).toEqual(first);
    expect(fake.ears[0]?.lengths).toHaveLength(2_000 / 80 + 8);
  });

  it('may not run', async () => {
    const engine = await start();
    await fake.close();
    await expect(recognise(engine)).rejects.toMatchObject({
      code: 'engine_unavailable',
      retryable: true,
      message: expect.stringMatching(/cannot be reached \(ECONNREFUSED\).*KYUTAI_STT_URL/),
    });
  });
});

it('closing the engine ends what is under way', async () => {
  const engine = await start();
  const stream = open(engine);
  write(stream, 400);
  await time.until(() => fake.ears.length === 1);
  await engine.close();
  await expect(collect(stream.results)).rejects.toMatchObject({ code: 'engine_unavailable', engine: 'kyutai' });
  await time.until(() => fake.ears[0]?.channel.isClosed);
});
