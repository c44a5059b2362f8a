import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toneFor } from '../../../test/fakes/fake-groq-wav.ts';
import { type FakeWyoming, type FakeWyomingOptions, startFakeWyoming } from '../../../test/fakes/fake-wyoming.ts';
import { wyomingClientForTest } from '../../../test/support/engines/wyoming-client.ts';
import { VirtualTime } from '../../../test/support/time/virtual-time.ts';
import { concatSamples } from '../../audio/pcm.ts';
import { parseVoices } from '../../config/voices/voice-book.ts';
import { AsyncQueue } from '../../core/async-queue.ts';
import { once } from '../../core/once.ts';
import type { PcmChunk } from '../tts.ts';
import { WyomingTts } from './wyoming-tts.ts';

const SENTENCE = 'The kettle is on, and the tea will soon be ready.';
const RATE = 22_050;

let fake: FakeWyoming;
let time: VirtualTime;

async function begin(options: FakeWyomingOptions = {}): Promise<void> {
  await fake?.close();
  fake = await startFakeWyoming(options);
}

beforeEach(async () => {
  time = new VirtualTime();
  await begin();
});
afterEach(() => fake.close());

async function makeTts(voices = {}): Promise<WyomingTts> {
  const client = wyomingClientForTest(fake.url, time.clock, { quietTimeoutMs: 5_000 });
  const book = parseVoices(JSON.stringify({ voices: [{ name: 'Ann', language: 'en', ...voices }] }), 'voices.json');
  const tts = new WyomingTts({ client, voices: book });
  await tts.ready();
  return tts;
}

async function* pieces(...texts: readonly string[]): AsyncGenerator<string> {
  yield* texts;
}

function speak(tts: WyomingTts, text: AsyncIterable<string>, signal = new AbortController().signal) {
  return tts.speak(text, { voice: 'Ann', language: 'en', signal });
}

async function all(chunks: AsyncIterable<PcmChunk>): Promise<PcmChunk[]> {
  const list: PcmChunk[] = [];
  for await (const chunk of chunks) list.push(chunk);
  return list;
}

const samplesOf = (chunks: readonly PcmChunk[]) => concatSamples(chunks.map(({ samples }) => samples));
const asked = () =>
  fake.requests
    .filter(({ kind }) => kind === 'synthesize')
    .map(({ events }) => events.map(({ type, data }) => ({ type, ...data })));

describe('WyomingTts', () => {
  it('passes on exactly the samples, as they come', async () => {
    const chunks = await all(speak(await makeTts(), once(SENTENCE)));
    expect(samplesOf(chunks)).toEqual(toneFor(SENTENCE, RATE));
    expect(chunks.length).toBeGreaterThan(10);
    expect(new Set(chunks.map(({ sampleRate }) => sampleRate))).toEqual(new Set([RATE]));
    expect(asked()).toEqual([[{ type: 'synthesize', text: SENTENCE, voice: { name: 'en_US-fake' } }]]);
    await expect.poll(() => fake.connections).toBe(0);
    expect(time.clock.pending).toBe(0);
  });

  it('gives the first audio before the last was made', async () => {
    fake.fail('synthesize', { type: 'silence', afterEvents: 4 });
    const stream = speak(await makeTts(), once(SENTENCE));
    expect((await stream.next()).value?.samples).toHaveLength(1_024);
    await stream.return(undefined);
  });

  it('speaks with the voice and the speaker of the voices file', async () => {
    await all(speak(await makeTts({ wyoming: { name: 'en_GB-vctk', speaker: 'p239' } }), once('Yes.')));
    expect(asked()).toEqual([[{ type: 'synthesize', text: 'Yes.', voice: { name: 'en_GB-vctk', speaker: 'p239' } }]]);
  });

  it('makes a request of each piece', async () => {
    const chunks = await all(speak(await makeTts(), pieces(SENTENCE, ' ', 'Sugar?')));
    expect(samplesOf(chunks)).toEqual(concatSamples([toneFor(SENTENCE, RATE), toneFor('Sugar?', RATE)]));
    expect(asked().map(([first]) => first)).toMatchObject([{ text: SENTENCE }, { text: 'Sugar?' }]);
  });

  it.each([
    [{ rate: 16_000, width: 2, channels: 2 }, [1, 0, 3, 0], [2]],
    [{ rate: 48_000, width: 4, channels: 1 }, [0, 0, 5, 0], [5]],
    [{ rate: 8_000, width: 1, channels: 1 }, [129], [256]],
  ])('understands %j', async (format, bytes, samples) => {
    await begin({ format, speech: () => Uint8Array.from(bytes) });
    const chunks = await all(speak(await makeTts(), once('Yes.')));
    expect(chunks).toEqual([{ sampleRate: format.rate, samples: Int16Array.from(samples) }]);
  });

  describe('with a server that takes a text in parts', () => {
    beforeEach(() => begin({ tts: { streams: true } }));

    it('sends all pieces over one connection, and the whole text as the protocol wants', async () => {
      const tts = await makeTts();
      const stream = speak(tts, pieces(SENTENCE, 'Sugar?'));
      expect(stream.capabilities).toEqual({ streamingText: true, wordTimings: false });
      const chunks = await all(stream);
      expect(samplesOf(chunks)).toEqual(concatSamples([toneFor(SENTENCE, RATE), toneFor('Sugar?', RATE)]));
      const voice = { name: 'en_US-fake' };
      expect(asked()).toEqual([
        [
          { type: 'synthesize-start', voice },
          { type: 'synthesize-chunk', text: `${SENTENCE} ` },
          { type: 'synthesize-chunk', text: 'Sugar? ' },
          { type: 'synthesize', text: `${SENTENCE} Sugar?`, voice },
          { type: 'synthesize-stop' },
        ],
      ]);
    });

    it('speaks the first piece while the next is written, however long that takes', async () => {
      const text = new AsyncQueue<string>();
      const stream = speak(await makeTts(), text);
      text.push(SENTENCE);
      const first = await stream.next();
      expect(first.value?.samples.length).toBeGreaterThan(0);
      const rest = all(stream);
      await time.pass(30_000);
      text.push('Sugar?');
      text.end();
      const length = toneFor(SENTENCE, RATE).length + toneFor('Sugar?', RATE).length;
      expect(samplesOf(await rest)).toHaveLength(length - 1_024);
    });

    it('ends when the text breaks down, with its error', async () => {
      const text = new AsyncQueue<string>();
      const broken = new Error('the language model broke down');
      text.push(SENTENCE);
      const chunks = all(speak(await makeTts(), text));
      const failure = expect(chunks).rejects.toBe(broken);
      await expect.poll(() => fake.requests.length).toBe(2);
      text.fail(broken);
      await failure;
      await expect.poll(() => fake.connections).toBe(0);
    });

    it('lets go of the text when the listener leaves while it is waited for', async () => {
      const text = new AsyncQueue<string>();
      text.push(SENTENCE);
      const { signal } = new AbortController();
      const stream = speak(await makeTts(), text, signal);
      await stream.next();
      await stream.return(undefined);
      expect(getEventListeners(signal, 'abort')).toHaveLength(0);
      await expect.poll(() => fake.connections).toBe(0);
    });

    it('goes on without parts when the server has become one that takes none', async () => {
      const tts = await makeTts();
      fake.fail('synthesize', { type: 'error', afterEvents: 0, text: 'restarting' });
      await expect(all(speak(tts, once(SENTENCE)))).rejects.toThrow('restarting');
      fake.become({ tts: { streams: false } });
      expect(samplesOf(await all(speak(tts, once('Yes.'))))).toEqual(toneFor('Yes.', RATE));
    });
  });

  describe.each([false, true])('when something goes wrong (parts: %s)', (streams) => {
    beforeEach(() => begin({ tts: { streams } }));

    it.each([
      ['silence', { type: 'silence', afterEvents: 0 }, 'engine_timeout', true, /did not answer in time/],
      [
        'silence amid the speech',
        { type: 'silence', afterEvents: 3 },
        'engine_timeout',
        true,
        /did not answer in time/,
      ],
      ['a cut amid the speech', { type: 'cut', afterEvents: 3, clean: true }, 'engine_bad_answer', true, /broke off/],
      ['a cut amid an event', { type: 'cut', afterEvents: 3, clean: false }, 'engine_bad_answer', true, /broke off/],
      ['a malformed header', { type: 'malformed', afterEvents: 3 }, 'engine_bad_answer', false, /header is no event/],
      [
        'an error event',
        { type: 'error', afterEvents: 0, text: 'Unable to find voice: en_US-fake' },
        'engine_unavailable',
        true,
        /ended with an error: Unable to find voice: en_US-fake\.$/,
      ],
    ] as const)('fails with %s', async (_, fault, code, retryable, message) => {
      const tts = await makeTts();
      fake.fail('synthesize', fault);
      const { signal } = new AbortController();
      await expect(time.during(all(speak(tts, once(SENTENCE), signal)))).rejects.toMatchObject({
        code,
        retryable,
        engine: 'wyoming',
        message: expect.stringMatching(message),
      });
      expect(getEventListeners(signal, 'abort')).toHaveLength(0);
      expect(time.clock.pending).toBe(0);
      await expect.poll(() => fake.connections).toBe(0);
    });

    it('repeats in no error what is to be said', async () => {
      const tts = await makeTts();
      fake.fail('synthesize', { type: 'error', afterEvents: 0, text: `cannot say "${SENTENCE}"` });
      await expect(all(speak(tts, once(SENTENCE)))).rejects.toThrow(/ended with an error\.$/);
    });

    it('closes the connection at once when aborted', async () => {
      const tts = await makeTts();
      fake.fail('synthesize', { type: 'silence', afterEvents: 4 });
      const controller = new AbortController();
      const stream = speak(tts, once(SENTENCE), controller.signal);
      await stream.next();
      controller.abort();
      await expect(all(stream)).rejects.toMatchObject({ name: 'AbortError' });
      await expect.poll(() => fake.requests.at(-1)?.closedEarly).toBe(true);
      expect(time.clock.pending).toBe(0);
    });

    it('takes neither an empty nor an endless speech', async () => {
      await begin({ tts: { streams }, speech: (text) => new Uint8Array(text.length > 5 ? 0 : RATE * 2 * 20) });
      const tts = await makeTts();
      await expect(all(speak(tts, once(SENTENCE)))).rejects.toThrow('the speech is empty');
      await expect(all(speak(tts, once('Yes.')))).rejects.toThrow('the speech does not end');
    });
  });
});
