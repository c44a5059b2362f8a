import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeGroq, type FakeGroqOptions, startFakeGroq } from '../../../test/fakes/fake-groq.ts';
import { VirtualTime } from '../../../test/support/time/virtual-time.ts';
import { Secret } from '../../core/secret.ts';
import type { SttResult, SttStream } from '../stt.ts';
import { MAX_UTTERANCE_MS, OpenAiStt } from './openai-stt.ts';
import type { CallLimits } from './requests/call.ts';
import { createServiceClient } from './requests/client.ts';
import { GROQ } from './requests/service.ts';

const FRAME = new Int16Array(320).fill(1000);

let fake: FakeGroq;
let time: VirtualTime;

async function restart(options: FakeGroqOptions = {}): Promise<void> {
  await fake?.close();
  fake = await startFakeGroq(options);
}

beforeEach(() => {
  time = new VirtualTime();
  return restart();
});
afterEach(() => fake.close());

function open(signal = new AbortController().signal, limits: Partial<CallLimits> = {}): SttStream {
  const client = createServiceClient(GROQ, {
    apiKey: new Secret(fake.apiKey),
    baseUrl: fake.url,
    clock: time.clock,
    random: () => 0,
    firstByteTimeoutMs: 2_000,
    ...limits,
  });
  return new OpenAiStt({ client, model: 'whisper' }).open({ key: 'kitchen', language: 'en-GB', signal });
}

function resultsOf(stream: SttStream): Promise<SttResult[]> {
  return time.during(collect(stream));
}

async function collect(stream: SttStream): Promise<SttResult[]> {
  const results: SttResult[] = [];
  for await (const result of stream.results) results.push(result);
  return results;
}

function say(stream: SttStream, frames: number): void {
  for (let count = 0; count < frames; count++) stream.write(FRAME);
}

describe('OpenAiStt', () => {
  it('sends the utterance as one 16 kHz WAV and yields one final result', async () => {
    const stream = open();
    const frame = FRAME.slice();
    for (let count = 0; count < 500; count++) {
      frame.fill(count);
      stream.write(frame);
    }
    stream.end();
    expect(await resultsOf(stream)).toEqual([{ type: 'final', text: 'what time is it' }]);
    const sent = fake.requests[0]?.transcription;
    expect(sent).toMatchObject({ model: 'whisper', language: 'en', durationMs: 10_000 });
    expect(sent?.samples[319]).toBe(0);
    expect(sent?.samples[320 * 499]).toBe(499);
  });

  it('sends no request when hardly anything was written', async () => {
    const stream = open();
    say(stream, 4);
    stream.end();
    expect(await resultsOf(stream)).toEqual([{ type: 'final', text: '' }]);
    expect(fake.requests).toHaveLength(0);
  });

  it('keeps a minute at most and says that it is enough', async () => {
    const stream = open();
    say(stream, MAX_UTTERANCE_MS / 20 + 100);
    stream.end();
    expect(await resultsOf(stream)).toEqual([
      { type: 'partial', text: '', endpoint: true },
      { type: 'final', text: 'what time is it' },
    ]);
    expect(fake.requests[0]?.transcription?.durationMs).toBe(MAX_UTTERANCE_MS);
  });

  it.each([
    { transcript: '  Turn  on\nthe light. ', heard: 'Turn on the light.' },
    { transcript: ' ...', heard: '' },
    { transcript: '[BLANK_AUDIO]', heard: '' },
    { transcript: '(soft music)', heard: '' },
    { transcript: '♪♪', heard: '' },
  ])('hears "$heard" in "$transcript"', async ({ transcript, heard }) => {
    await restart({ transcript });
    const stream = open();
    say(stream, 50);
    stream.end();
    expect(await resultsOf(stream)).toEqual([{ type: 'final', text: heard }]);
  });

  it('leaves out what Whisper made up for a noise', async () => {
    await restart({
      transcript: 'Stop the music. Thank you.',
      segments: [
        { text: ' Stop the music.', no_speech_prob: 0.02, avg_logprob: -0.3 },
        { text: ' Thank you.', no_speech_prob: 0.9, avg_logprob: -1.4 },
      ],
    });
    const stream = open();
    say(stream, 50);
    stream.end();
    expect(await resultsOf(stream)).toEqual([{ type: 'final', text: 'Stop the music.' }]);
  });

  it('tries a 429 again; when it lasts, says engine_rate_limited', async () => {
    fake.fail('transcription', { type: 'status', status: 429, retryAfter: 0.05 });
    const first = open();
    say(first, 50);
    first.end();
    expect(await resultsOf(first)).toHaveLength(1);

    fake.fail('transcription', { type: 'status', status: 429, retryAfter: 0.05 }, Number.POSITIVE_INFINITY);
    const second = open();
    say(second, 50);
    second.end();
    await expect(resultsOf(second)).rejects.toMatchObject({ code: 'engine_rate_limited', retryable: true });
  });

  it.each([
    { fault: { type: 'status', status: 401 }, code: 'engine_auth' },
    { fault: { type: 'garbage' }, code: 'engine_bad_answer' },
    { fault: { type: 'slow', delayMs: 20_000 }, code: 'engine_timeout' },
    { fault: { type: 'stall', afterPieces: 1 }, code: 'engine_timeout' },
    { fault: { type: 'cut', afterPieces: 1, clean: false }, code: 'engine_bad_answer' },
    { fault: { type: 'cut', afterPieces: 1, clean: true }, code: 'engine_bad_answer' },
  ] as const)('says $code for $fault', async ({ fault, code }) => {
    fake.fail('transcription', fault, Number.POSITIVE_INFINITY);
    const stream = open(undefined, code === 'engine_timeout' ? { firstByteTimeoutMs: 300 } : {});
    say(stream, 50);
    stream.end();
    await expect(resultsOf(stream)).rejects.toMatchObject({ code });
  });

  it('ends without a final result when aborted, before the end and after it, and closes the request', async () => {
    const before = new AbortController();
    const spoken = open(before.signal);
    say(spoken, 50);
    before.abort();
    spoken.write(FRAME);
    spoken.end();
    expect(await resultsOf(spoken)).toEqual([]);
    expect(fake.requests).toHaveLength(0);

    fake.fail('transcription', { type: 'slow', delayMs: 20_000 });
    const after = new AbortController();
    const sent = open(after.signal);
    say(sent, 50);
    sent.end();
    const results = resultsOf(sent);
    await expect.poll(() => fake.requests).toHaveLength(1);
    after.abort();
    expect(await results).toEqual([]);
    await expect.poll(() => fake.requests[0]?.closedEarly).toBe(true);
  });
});
