import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeWyoming, type FakeWyomingOptions, startFakeWyoming } from '../../../test/fakes/fake-wyoming.ts';
import { wyomingClientForTest } from '../../../test/support/engines/wyoming-client.ts';
import { VirtualTime } from '../../../test/support/time/virtual-time.ts';
import type { SttResult, SttStream } from '../stt.ts';
import { WYOMING_MAX_UTTERANCE_MS } from './stt-stream.ts';
import { WyomingStt } from './wyoming-stt.ts';

const TEXT = 'what time is it';
const final = (text: string) => ({ type: 'final', text });
const partial = (text: string, endpoint = false) => ({ type: 'partial', text, endpoint });

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

async function makeStt(): Promise<WyomingStt> {
  const stt = new WyomingStt(wyomingClientForTest(fake.url, time.clock, { quietTimeoutMs: 5_000 }));
  await stt.ready();
  return stt;
}

function open(stt: WyomingStt, language?: string, signal = new AbortController().signal): SttStream {
  return stt.open({ key: 'kitchen', signal, ...(language === undefined ? {} : { language }) });
}

/** Samples that differ, in frames of one array that is used again and again. */
function say(stream: SttStream, ms = 500): Int16Array {
  const said = Int16Array.from({ length: ms * 16 }, (_, index) => ((index * 7) % 60_000) - 30_000);
  const frame = new Int16Array(320);
  for (let at = 0; at < said.length; at += frame.length) {
    frame.set(said.subarray(at, at + frame.length));
    stream.write(frame);
  }
  return said;
}

async function resultsOf(stream: SttStream): Promise<SttResult[]> {
  const results: SttResult[] = [];
  for await (const result of stream.results) results.push(result);
  return results;
}

describe('WyomingStt', () => {
  it('sends every sample as mono s16 at 16 kHz and gives the transcript', async () => {
    const stream = open(await makeStt(), 'en-GB');
    const said = say(stream);
    stream.end();
    expect(await resultsOf(stream)).toEqual([final(TEXT)]);
    const [request] = fake.requests.filter(({ kind }) => kind === 'transcribe');
    expect(request?.samples).toEqual(said);
    expect(request?.events.map(({ type, data }) => ({ type, data }))).toEqual([
      { type: 'transcribe', data: { language: 'en' } },
      { type: 'audio-start', data: { rate: 16_000, width: 2, channels: 1 } },
      { type: 'audio-stop', data: {} },
    ]);
    await expect.poll(() => fake.connections).toBe(0);
    expect(time.clock.pending).toBe(0);
  });

  it('sends the audio while it is spoken, not only at the end', async () => {
    const stream = open(await makeStt());
    say(stream, 1_000);
    await expect.poll(() => fake.requests.at(-1)?.samples.length ?? 0).toBeGreaterThan(15_000 - 1_024);
    stream.end();
    expect(await resultsOf(stream)).toEqual([final(TEXT)]);
    expect(fake.requests.at(-1)?.samples).toHaveLength(16_000);
  });

  it.each([
    ['fr-CA', ['en', 'fr'], { language: 'fr' }],
    ['de', ['en', 'fr'], {}],
    [undefined, ['en', 'fr'], {}],
    ['de-AT', [], { language: 'de-AT' }],
  ])('asks for %s among %j with %j', async (language, languages, data) => {
    await begin({ asr: { languages } });
    const stream = open(await makeStt(), language);
    say(stream);
    stream.end();
    await resultsOf(stream);
    expect(fake.requests.at(-1)?.events[0]?.data).toEqual(data);
  });

  it('tells what is recognised while it is spoken, where the server does', async () => {
    await begin({ asr: { streams: true } });
    const stream = open(await makeStt());
    expect(stream.capabilities).toEqual({ partials: true, wordTimings: false });
    say(stream, 256);
    const results = stream.results[Symbol.asyncIterator]();
    expect((await results.next()).value).toEqual(partial('what'));
    expect((await results.next()).value).toEqual(partial('what time'));
    stream.end();
    const rest: SttResult[] = [];
    for (let next = await results.next(); !next.done; next = await results.next()) rest.push(next.value);
    expect(rest).toEqual([partial('what time is'), partial(TEXT), final(TEXT)]);
  });

  it('tells nothing before the end where it was not known that the server does', async () => {
    await begin({ asr: { streams: true } });
    const stream = open(new WyomingStt(wyomingClientForTest(fake.url, time.clock)));
    expect(stream.capabilities.partials).toBe(false);
    say(stream);
    stream.end();
    expect(await resultsOf(stream)).toEqual([final(TEXT)]);
  });

  it('says so when the server has decided that the user has finished, and ends with its transcript', async () => {
    await begin({ endsAfterMs: 320 });
    const stream = open(await makeStt());
    say(stream, 400);
    const results = stream.results[Symbol.asyncIterator]();
    expect((await results.next()).value).toEqual(partial(TEXT, true));
    say(stream, 400);
    stream.end();
    expect((await results.next()).value).toEqual(final(TEXT));
    expect((await results.next()).done).toBe(true);
  });

  it.each([0, 80])('has heard nothing in %i ms', async (ms) => {
    const stream = open(await makeStt());
    if (ms > 0) say(stream, ms);
    stream.end();
    expect(await resultsOf(stream)).toEqual([final('')]);
    await expect.poll(() => fake.connections).toBe(0);
  });

  it('takes a minute, and asks for the end then', async () => {
    const stream = open(await makeStt());
    say(stream, WYOMING_MAX_UTTERANCE_MS + 1_000);
    stream.end();
    expect(await resultsOf(stream)).toEqual([partial('', true), final(TEXT)]);
    expect(fake.requests.at(-1)?.samples).toHaveLength(WYOMING_MAX_UTTERANCE_MS * 16);
  });

  it('waits for a slow server, which may think as long as the user speaks', async () => {
    fake.fail('transcribe', { type: 'slow', delayMs: 4_900, clock: time.clock });
    const stream = open(await makeStt());
    say(stream);
    await time.pass(20_000);
    stream.end();
    expect(await time.during(resultsOf(stream))).toEqual([final(TEXT)]);
  });

  it.each([
    ['silence', { type: 'silence', afterEvents: 0 }, 'engine_timeout', true, /did not answer in time/],
    ['a malformed header', { type: 'malformed', afterEvents: 0 }, 'engine_bad_answer', false, /a header is no event/],
    [
      'an error event',
      { type: 'error', afterEvents: 0, text: 'CUDA failed with error out of memory' },
      'engine_unavailable',
      true,
      /^The Wyoming server tcp:\S+ ended with an error: CUDA failed with error out of memory\.$/,
    ],
  ] as const)('fails with %s', async (_, fault, code, retryable, message) => {
    const stt = await makeStt();
    fake.fail('transcribe', fault);
    const { signal } = new AbortController();
    const stream = open(stt, 'en', signal);
    say(stream);
    stream.end();
    await expect(time.during(resultsOf(stream))).rejects.toMatchObject({
      code,
      retryable,
      engine: 'wyoming',
      message: expect.stringMatching(message),
    });
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    const again = open(stt);
    say(again);
    again.end();
    expect(await resultsOf(again)).toEqual([final(TEXT)]);
    expect(time.clock.pending).toBe(0);
  });

  it.each([{ clean: true }, { clean: false }])('fails when the connection breaks off twice (%j)', async (how) => {
    const stt = await makeStt();
    fake.fail('transcribe', { type: 'cut', afterEvents: 0, ...how }, 2);
    const stream = open(stt);
    say(stream);
    stream.end();
    await expect(time.during(resultsOf(stream))).rejects.toMatchObject({
      code: 'engine_bad_answer',
      retryable: true,
      message: expect.stringMatching(/broke off before its end/),
    });
    expect(time.clock.pending).toBe(0);
  });

  it('sends the utterance again from its start when the connection breaks off amid the words', async () => {
    await begin({ asr: { streams: true } });
    const stt = await makeStt();
    fake.fail('transcribe', { type: 'cut', afterEvents: 1, clean: false });
    const stream = open(stt);
    const results = resultsOf(stream);
    const before = say(stream, 300);
    await expect.poll(() => fake.requests.filter(({ kind }) => kind === 'transcribe').length).toBe(2);
    const after = say(stream, 200);
    stream.end();
    expect((await results).at(-1)).toEqual(final(TEXT));
    expect(fake.requests.at(-1)?.samples).toEqual(Int16Array.of(...before, ...after));
  });

  it('loses nothing while the server is asked what it offers, nor when it was restarted since the last utterance', async () => {
    const stt = new WyomingStt(wyomingClientForTest(fake.url, time.clock));
    fake.fail('describe', { type: 'slow', delayMs: 800, clock: time.clock });
    for (const _ of [1, 2]) {
      const stream = open(stt);
      const said = say(stream);
      stream.end();
      expect(await time.during(resultsOf(stream))).toEqual([final(TEXT)]);
      expect(fake.requests.at(-1)?.samples).toEqual(said);
      const { port } = new URL(fake.url);
      await begin({ port: Number(port) });
    }
  });

  it('limits the silence of the server from the end of the utterance', async () => {
    fake.fail('transcribe', { type: 'silence', afterEvents: 0 });
    const stream = open(await makeStt());
    say(stream);
    // The reader waits already.
    await expect.poll(() => fake.requests.at(-1)?.samples.length ?? 0).toBeGreaterThan(0);
    const failure = expect(resultsOf(stream)).rejects.toMatchObject({ code: 'engine_timeout' });
    time.clock.advance(60_000);
    stream.end();
    time.clock.advance(4_999);
    expect(time.clock.pending).toBe(1);
    time.clock.advance(1);
    await failure;
  });

  it('fails when no server is there, with the address and the variable', async () => {
    const stt = await makeStt();
    await fake.close();
    const stream = open(stt);
    say(stream);
    stream.end();
    await expect(resultsOf(stream)).rejects.toThrow(
      `The Wyoming server ${fake.url} cannot be reached (ECONNREFUSED): check that it runs, and STT_WYOMING_URL.`,
    );
  });

  it('closes the connection at once when the utterance is thrown away', async () => {
    fake.fail('transcribe', { type: 'silence', afterEvents: 0 });
    const stt = await makeStt();
    const controller = new AbortController();
    const stream = open(stt, 'en', controller.signal);
    say(stream);
    await expect.poll(() => fake.requests.at(-1)?.samples.length ?? 0).toBeGreaterThan(0);
    stream.end();
    controller.abort();
    expect(await resultsOf(stream)).toEqual([]);
    await expect.poll(() => fake.requests.at(-1)?.closedEarly).toBe(true);
    expect(fake.connections).toBe(0);
    expect(time.clock.pending).toBe(0);
  });
});
