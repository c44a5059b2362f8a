import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeGroq, startFakeGroq } from '../../../test/fakes/fake-groq.ts';
import { toneFor } from '../../../test/fakes/fake-groq-wav.ts';
import { VirtualTime } from '../../../test/support/time/virtual-time.ts';
import { builtInVoices, parseVoices, type VoiceBook } from '../../config/voices/voice-book.ts';
import { VOICE_NAMES } from '../../config/voices/voice-names.ts';
import { once } from '../../core/once.ts';
import { Secret } from '../../core/secret.ts';
import type { PcmChunk } from '../tts.ts';
import { groqVoice, groqVoiceFor } from './groq-voices.ts';
import { OpenAiTts } from './openai-tts.ts';
import type { CallLimits } from './requests/call.ts';
import { createServiceClient } from './requests/client.ts';
import { GROQ } from './requests/service.ts';

let fake: FakeGroq;
let time: VirtualTime;

beforeEach(async () => {
  time = new VirtualTime();
  fake = await startFakeGroq({ pieceDelayMs: 2 });
});
afterEach(() => fake.close());

function makeTts(voices?: VoiceBook, limits: Partial<CallLimits> = {}): OpenAiTts {
  const client = createServiceClient(GROQ, {
    apiKey: new Secret(fake.apiKey),
    baseUrl: fake.url,
    clock: time.clock,
    random: () => 0,
    firstByteTimeoutMs: 2_000,
    ...limits,
  });
  return new OpenAiTts({ client, model: 'canopylabs/orpheus-v1-english', ...(voices && { voices }) });
}

function speak(text: string, signal = new AbortController().signal): AsyncGenerator<PcmChunk> {
  return makeTts().speak(once(text), { voice: 'Charles', signal });
}

function all(chunks: AsyncIterable<PcmChunk>) {
  return time.during(collect(chunks));
}

async function collect(
  chunks: AsyncIterable<PcmChunk>,
): Promise<{ samples: number[]; chunks: number; rates: Set<number> }> {
  const samples: number[] = [];
  const rates = new Set<number>();
  let count = 0;
  for await (const chunk of chunks) {
    samples.push(...chunk.samples);
    rates.add(chunk.sampleRate);
    count += 1;
  }
  return { samples, chunks: count, rates };
}

describe('OpenAiTts', () => {
  it('passes on exactly the samples of the streamed WAV, chunk by chunk', async () => {
    const text = 'The kettle is on.';
    const spoken = await all(speak(text));
    expect(spoken.samples).toEqual([...toneFor(text, 24_000)]);
    expect(spoken.chunks).toBeGreaterThan(3);
    expect([...spoken.rates]).toEqual([24_000]);
    expect(fake.requests[0]?.speech).toMatchObject({
      model: 'canopylabs/orpheus-v1-english',
      voice: 'daniel',
      input: text,
    });
  });

  it.each([2_000_000_000, 0x7ffffffe, 0x7fffffff - 36, 50_000])(
    'is whole behind a made-up size of %i',
    async (size) => {
      await fake.close();
      fake = await startFakeGroq({ pieceDelayMs: 2, speechSize: size });
      expect((await all(speak('The kettle is on.'))).samples).toEqual([...toneFor('The kettle is on.', 24_000)]);
    },
  );

  it('is none behind a made-up size when the connection is cut', async () => {
    await fake.close();
    fake = await startFakeGroq({ pieceDelayMs: 2, speechSize: 2_000_000_000 });
    fake.fail('speech', { type: 'cut', afterPieces: 5, clean: false });
    await expect(all(speak('The kettle is on.'))).rejects.toMatchObject({
      message: expect.stringContaining('broke off'),
    });
  });

  it('yields the first chunk before the last one was sent', async () => {
    fake.fail('speech', { type: 'stall', afterPieces: 4 });
    const first = await speak('A sentence that never comes to its end.').next();
    expect(first.value?.samples.length).toBeGreaterThan(0);
  });

  it('gives each voice of devices.json a voice of its own, and an unknown one the default', () => {
    const book = builtInVoices();
    expect(new Set(VOICE_NAMES.map((name) => groqVoice(book, name))).size).toBe(VOICE_NAMES.length);
    expect(groqVoice(book, 'toString')).toBe(groqVoice(book, 'Watercooler'));
  });

  it('speaks as the voice book says, and with its default of the language for a voice that is not Groq’s', async () => {
    const text = JSON.stringify({
      voices: [
        { name: 'Charles', language: 'en', groq: 'troy' },
        { name: 'Anne', language: 'fr' },
      ],
    });
    const book = parseVoices(text, 'voices.json');
    expect(groqVoice(book, 'Anne')).toBe('hannah');
    await all(makeTts(book).speak(once('hello'), { voice: 'Charles', signal: new AbortController().signal }));
    expect(fake.requests[0]?.speech).toMatchObject({ voice: 'troy' });
  });

  it.each([
    ['orpheus-v1-english', 'Ann', 'en-GB', 'Ann'],
    ['orpheus-v1-english', 'Uta', 'en', 'Uta'],
    ['orpheus-v1-english', 'Ann', 'de', undefined],
    ['tts-1', 'Ann', 'en-GB', 'Ann'],
    ['tts-1', 'Ann', 'de-AT', 'Uta'],
    ['tts-1', 'Uta', 'en', 'Ann'],
    ['tts-1', 'Ann', 'fr', undefined],
    ['tts-1', 'Ann', 'ru', undefined],
  ])('with the model %s the voice %s for "%s" is %s', (model, voice, language, expected) => {
    const voices = [
      { name: 'Ann', language: 'en', groq: 'diana' },
      { name: 'Anne', language: 'fr' },
      { name: 'Uta', language: 'de', groq: 'uta' },
    ];
    const book = parseVoices(JSON.stringify({ voices }), 'voices.json');
    expect(groqVoiceFor(book, { model, voice, language })).toBe(expected);
  });

  it('sends a long text in requests of at most 200 characters', async () => {
    const text = 'Here is a sentence, and another one behind it. '.repeat(8).trim();
    await all(speak(text));
    const inputs = fake.requests.map((request) => request.speech?.input ?? '');
    expect(inputs.length).toBeGreaterThan(1);
    expect(inputs.join(' ')).toBe(text);
    expect(Math.max(...inputs.map((input) => input.length))).toBeLessThanOrEqual(200);
  });

  it('tries a 429 again; when it lasts, says engine_rate_limited', async () => {
    fake.fail('speech', { type: 'status', status: 429, retryAfter: 0.05 });
    expect((await all(speak('hello'))).chunks).toBeGreaterThan(0);
    fake.fail('speech', { type: 'status', status: 429, retryAfter: 0.05 }, Number.POSITIVE_INFINITY);
    await expect(all(speak('hello'))).rejects.toMatchObject({ code: 'engine_rate_limited' });
  });

  it.each([
    { fault: { type: 'status', status: 401 }, code: 'engine_auth' },
    { fault: { type: 'status', status: 400, code: 'model_terms_required' }, code: 'engine_misconfigured' },
    { fault: { type: 'garbage' }, code: 'engine_bad_answer' },
    { fault: { type: 'slow', delayMs: 20_000 }, code: 'engine_timeout' },
    { fault: { type: 'stall', afterPieces: 3 }, code: 'engine_timeout' },
    { fault: { type: 'cut', afterPieces: 3, clean: false }, code: 'engine_bad_answer' },
    { fault: { type: 'cut', afterPieces: 1, clean: true }, code: 'engine_bad_answer' },
  ] as const)('says $code for $fault', async ({ fault, code }) => {
    fake.fail('speech', fault, Number.POSITIVE_INFINITY);
    const limits = code === 'engine_timeout' ? { firstByteTimeoutMs: 300 } : {};
    const options = { voice: 'Charles', signal: new AbortController().signal };
    const speech = makeTts(undefined, limits).speak(once('hello there'), options);
    await expect(all(speech)).rejects.toMatchObject({ code });
  });

  it('ends with an AbortError when aborted, and the server sees the request closed', async () => {
    fake.fail('speech', { type: 'stall', afterPieces: 4 });
    const controller = new AbortController();
    const chunks = speak('A sentence that never comes to its end.', controller.signal);
    await chunks.next();
    const rest = all(chunks);
    controller.abort();
    await expect(rest).rejects.toMatchObject({ name: 'AbortError' });
    await expect.poll(() => fake.requests[0]?.closedEarly).toBe(true);
  });

  it('says nothing for an empty text', async () => {
    expect((await all(speak('  '))).chunks).toBe(0);
    expect(fake.requests).toHaveLength(0);
  });
});
