import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeGroq, startFakeGroq } from '../../../test/fakes/fake-groq.ts';
import { VirtualTime } from '../../../test/support/time/virtual-time.ts';
import { type Clock, systemClock } from '../../core/clock.ts';
import { ManualClock } from '../../core/manual-clock.ts';
import { Secret } from '../../core/secret.ts';
import type { LlmDelta } from '../llm.ts';
import { OpenAiLlm } from './openai-llm.ts';
import type { CallLimits } from './requests/call.ts';
import { createServiceClient } from './requests/client.ts';
import { GROQ } from './requests/service.ts';

const REPLY = 'It is ten past three. Shall I say more?';
const MESSAGES = [
  { role: 'system', content: 'Be brief.' },
  { role: 'user', content: 'What time is it?' },
] as const;

let fake: FakeGroq;

beforeEach(async () => {
  fake = await startFakeGroq({ reply: REPLY });
});
afterEach(() => fake.close());

function makeLlm(
  limits: Partial<CallLimits> & { readonly clock?: Clock } = {},
  options: { readonly images?: boolean } = {},
): OpenAiLlm {
  const client = createServiceClient(GROQ, {
    apiKey: new Secret(fake.apiKey),
    baseUrl: fake.url,
    clock: systemClock,
    random: () => 0,
    ...limits,
  });
  return new OpenAiLlm({ client, model: 'some-model', ...options });
}

/** Reads a reply to its end or failure. */
async function read(
  reply: AsyncIterable<LlmDelta>,
): Promise<{ text: string; tokens: number; usage?: LlmDelta; error?: unknown }> {
  let text = '';
  let tokens = 0;
  let usage: LlmDelta | undefined;
  try {
    for await (const delta of reply) {
      if (delta.type === 'token') {
        text += delta.text;
        tokens += 1;
      } else usage = delta;
    }
  } catch (error) {
    return { text, tokens, error };
  }
  return { text, tokens, ...(usage ? { usage } : {}) };
}

const signal = () => new AbortController().signal;

describe('OpenAiLlm', () => {
  it('streams the reply, its usage last, and hands the history over as it is', async () => {
    const result = await read(makeLlm().reply(MESSAGES, { signal: signal(), temperature: 0.3 }));
    expect(result).toEqual({ text: REPLY, tokens: 9, usage: { type: 'usage', inputTokens: 10, outputTokens: 9 } });
    expect(fake.requests[0]?.chat).toEqual({
      model: 'some-model',
      stream: true,
      messages: MESSAGES,
      temperature: 0.3,
      max_completion_tokens: 512,
    });
  });

  it('says which model it asks', async () => {
    expect(makeLlm().reply(MESSAGES, { signal: signal() }).model).toBe('some-model');
  });

  it('sends images to a model that sees them, and says so', async () => {
    const image = { type: 'image', mediaType: 'image/png', bytes: new Uint8Array([137, 80, 78, 71]) } as const;
    const messages = [{ role: 'user', content: [{ type: 'text', text: 'What is this?' }, image] }] as const;
    for (const images of [true, false]) {
      const reply = makeLlm({}, { images }).reply(messages, { signal: signal() });
      expect(reply.capabilities.images).toBe(images);
      expect((await read(reply)).text).toBe(REPLY);
    }
    expect(fake.requests.map(({ chat }) => chat?.messages[0]?.content)).toEqual([
      [
        { type: 'text', text: 'What is this?' },
        { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw==' } },
      ],
      'What is this? [an image that you cannot see]',
    ]);
  });

  describe('sends no images to a server that refuses them', () => {
    const image = { type: 'image', mediaType: 'image/png', bytes: new Uint8Array([137, 80, 78, 71]) } as const;
    const shown = [{ role: 'user', content: [{ type: 'text', text: 'What is this?' }, image] }] as const;
    const sent = () => fake.requests.map(({ chat }) => typeof chat?.messages[0]?.content);
    /** @returns whether it was told that the model sees, and what it said, of each of two questions */
    const askTwice = async (status: number, message?: string) => {
      fake.fail('chat', { type: 'status', status, ...(message === undefined ? {} : { message }) });
      const llm = makeLlm({}, { images: true });
      const ask = async () => {
        const reply = llm.reply(shown, { signal: signal() });
        const { text } = await read(reply);
        return [reply.capabilities.images, text];
      };
      return [await ask(), await ask()];
    };

    it.each([
      [400, 'this model does not support image input'],
      [
        400,
        "'messages.0' : for 'role:user' the following must be satisfied[('messages.0.content' : value must be a string)]",
      ],
      [400, 'some-model is not a multimodal model'],
      [400, 'Invalid content type. image_url is only supported by certain models.'],
      [422, 'unknown variant `image_url`, expected `text`'],
      [500, 'image input is not supported - hint: if this is unexpected, you may need to provide the mmproj'],
    ])('as its model sees none: %i %s', async (status, message) => {
      expect(await askTwice(status, message)).toEqual([
        [false, REPLY],
        [false, REPLY],
      ]);
      expect(sent()).toEqual(['object', 'string', 'string']);
    });

    it.each([
      [400, 'You uploaded an unsupported image. Please make sure your image is valid.'],
      [400, undefined],
      [413, 'Request too large'],
    ])('once, as this one is wrong: %i %s', async (status, message) => {
      expect(await askTwice(status, message)).toEqual([
        [false, REPLY],
        [true, REPLY],
      ]);
      expect(sent()).toEqual(['object', 'string', 'object']);
    });

    it('and tells the error where they were not the reason', async () => {
      fake.fail('chat', { type: 'status', status: 400, message: 'the model does not support this' }, 2);
      const llm = makeLlm({}, { images: true });
      const { error } = await read(llm.reply(shown, { signal: signal() }));
      expect(error).toMatchObject({ code: 'engine_misconfigured' });
      const next = llm.reply(shown, { signal: signal() });
      expect((await read(next)).text).toBe(REPLY);
      expect(next.capabilities.images).toBe(true);
    });
  });

  it('takes a base URL with /openai/v1 at its end', async () => {
    const client = createServiceClient(GROQ, {
      apiKey: new Secret(fake.apiKey),
      baseUrl: `${fake.url}/openai/v1/`,
      clock: systemClock,
      random: () => 0,
    });
    expect((await read(new OpenAiLlm({ client, model: 'm' }).reply(MESSAGES, { signal: signal() }))).text).toBe(REPLY);
  });

  it('sends the request again after a 429 that asks for a short wait', async () => {
    fake.fail('chat', { type: 'status', status: 429, retryAfter: 0.05 });
    expect((await read(makeLlm().reply(MESSAGES, { signal: signal() }))).text).toBe(REPLY);
    expect(fake.requests).toHaveLength(2);
  });

  it('gives up when every request is refused with 429', async () => {
    fake.fail('chat', { type: 'status', status: 429, retryAfter: 0.05 }, Number.POSITIVE_INFINITY);
    const { error } = await read(makeLlm().reply(MESSAGES, { signal: signal() }));
    expect(error).toMatchObject({ code: 'engine_rate_limited', retryable: true });
    expect(fake.requests).toHaveLength(2);
  });

  it('does not wait an hour because a server says so, and tells how long it would have been', async () => {
    fake.fail('chat', { type: 'status', status: 429, retryAfter: 3600 });
    const { error } = await read(makeLlm().reply(MESSAGES, { signal: signal() }));
    expect(error).toMatchObject({ code: 'engine_rate_limited', message: expect.stringContaining('3600 s') });
    expect(fake.requests).toHaveLength(1);
  });

  it.each([
    { status: 401, code: 'engine_auth', retryable: false, tries: 1, says: 'GROQ_API_KEY' },
    { status: 403, code: 'engine_auth', retryable: false, tries: 1, says: 'GROQ_API_KEY' },
    { status: 400, code: 'engine_misconfigured', retryable: false, tries: 1, says: 'MODEL' },
    { status: 404, code: 'engine_misconfigured', retryable: false, tries: 1, says: 'MODEL' },
    { status: 413, code: 'engine_bad_request', retryable: false, tries: 1, says: 'size' },
    { status: 498, code: 'engine_rate_limited', retryable: true, tries: 2, says: 'limit' },
    { status: 500, code: 'engine_unavailable', retryable: true, tries: 2, says: '500' },
    { status: 503, code: 'engine_unavailable', retryable: true, tries: 2, says: '503' },
  ])('maps $status to $code', async ({ status, code, retryable, tries, says }) => {
    fake.fail('chat', { type: 'status', status }, Number.POSITIVE_INFINITY);
    const { error } = await read(makeLlm().reply(MESSAGES, { signal: signal() }));
    expect(error).toMatchObject({ code, retryable, message: expect.stringContaining(says) });
    expect(fake.requests).toHaveLength(tries);
  });

  it('says engine_auth for a wrong key', async () => {
    const client = createServiceClient(GROQ, {
      apiKey: new Secret('gsk_wrong'),
      baseUrl: fake.url,
      clock: systemClock,
      random: () => 0,
    });
    const { error } = await read(new OpenAiLlm({ client, model: 'm' }).reply(MESSAGES, { signal: signal() }));
    expect(error).toMatchObject({ code: 'engine_auth' });
    expect(fake.requests[0]?.authorized).toBe(false);
  });

  it('tries a dropped connection again, and says engine_unavailable when it stays so', async () => {
    fake.fail('chat', { type: 'drop' });
    expect((await read(makeLlm().reply(MESSAGES, { signal: signal() }))).text).toBe(REPLY);
    await fake.close();
    const { error } = await read(makeLlm().reply(MESSAGES, { signal: signal() }));
    expect(error).toMatchObject({ code: 'engine_unavailable', retryable: true });
  });

  it('reports a cut stream behind its tokens', async () => {
    fake.fail('chat', { type: 'cut', afterPieces: 5, clean: false });
    const { text, error } = await read(makeLlm().reply(MESSAGES, { signal: signal() }));
    // A reset may swallow what was on the wire.
    expect(REPLY.startsWith(text)).toBe(true);
    expect(error).toMatchObject({ code: 'engine_bad_answer', retryable: true });
    expect(fake.requests).toHaveLength(1);
  });

  it('takes a stream for complete that ends cleanly', async () => {
    fake.fail('chat', { type: 'cut', afterPieces: 5, clean: true });
    expect(await read(makeLlm().reply(MESSAGES, { signal: signal() }))).toEqual({ text: 'It is ten past', tokens: 4 });
    expect(fake.requests).toHaveLength(1);
  });

  it('reports an error inside the stream behind its tokens', async () => {
    fake.fail('chat', { type: 'stream_error', afterPieces: 3, status: 503 });
    const { text, error } = await read(makeLlm().reply(MESSAGES, { signal: signal() }));
    expect(text).toBe('It is');
    expect(error).toMatchObject({ code: 'engine_unavailable' });
  });

  it('reports an answer that is no JSON', async () => {
    fake.fail('chat', { type: 'garbage' });
    const { error } = await read(makeLlm().reply(MESSAGES, { signal: signal() }));
    expect(error).toMatchObject({ code: 'engine_bad_answer' });
  });

  it('fails with engine_timeout when the first byte is slow, and closes the request', async () => {
    fake.fail('chat', { type: 'slow', delayMs: 20_000 });
    const time = new VirtualTime();
    const llm = makeLlm({ clock: time.clock, firstByteTimeoutMs: 2_000 });
    const { error } = await time.during(read(llm.reply(MESSAGES, { signal: signal() })));
    expect(error).toMatchObject({ code: 'engine_timeout', retryable: true });
    expect(fake.requests).toHaveLength(1);
    await expect.poll(() => fake.requests[0]?.closedEarly).toBe(true);
  });

  it('fails with engine_timeout when the stream stands still', async () => {
    fake.fail('chat', { type: 'stall', afterPieces: 3 });
    const time = new VirtualTime();
    const llm = makeLlm({ clock: time.clock, firstByteTimeoutMs: 2_000 });
    const { text, error } = await time.during(read(llm.reply(MESSAGES, { signal: signal() })));
    expect(text).toBe('It is');
    expect(error).toMatchObject({ code: 'engine_timeout' });
    await expect.poll(() => fake.requests[0]?.closedEarly).toBe(true);
  });

  it('does not count the time the caller takes between two tokens', async () => {
    let text = '';
    const clock = new ManualClock();
    for await (const delta of makeLlm({ clock, totalTimeoutMs: 400 }).reply(MESSAGES, { signal: signal() })) {
      if (delta.type === 'token') text += delta.text;
      clock.advance(60);
    }
    expect(text).toBe(REPLY);
  });

  it('ends with an AbortError when aborted amid the stream, and the server sees the request closed', async () => {
    fake.fail('chat', { type: 'stall', afterPieces: 3 });
    const controller = new AbortController();
    const reply = makeLlm().reply(MESSAGES, { signal: controller.signal });
    expect(await reply.next()).toMatchObject({ value: { text: 'It' } });
    expect(await reply.next()).toMatchObject({ value: { text: ' is' } });
    const next = reply.next();
    controller.abort();
    await expect(next).rejects.toMatchObject({ name: 'AbortError' });
    await expect.poll(() => fake.requests[0]?.closedEarly).toBe(true);
  });

  it('ends at once when aborted while it waits to try again', async () => {
    fake.fail('chat', { type: 'status', status: 429, retryAfter: 20 });
    const controller = new AbortController();
    const result = read(makeLlm({ maxRetryWaitMs: 30_000 }).reply(MESSAGES, { signal: controller.signal }));
    await expect.poll(() => fake.requests[0]?.answered).toBe(true);
    controller.abort();
    expect((await result).error).toMatchObject({ name: 'AbortError' });
  });

  it('sends nothing when it is aborted already', async () => {
    const { error } = await read(makeLlm().reply(MESSAGES, { signal: AbortSignal.abort() }));
    expect(error).toMatchObject({ name: 'AbortError' });
    expect(fake.requests).toHaveLength(0);
  });

  it('closes the request when the reader leaves early', async () => {
    fake.fail('chat', { type: 'stall', afterPieces: 4 });
    for await (const _ of makeLlm().reply(MESSAGES, { signal: signal() })) break;
    await expect.poll(() => fake.requests[0]?.closedEarly).toBe(true);
  });

  it('close() ends what is under way', async () => {
    fake.fail('chat', { type: 'slow', delayMs: 20_000 });
    const llm = makeLlm();
    const result = read(llm.reply(MESSAGES, { signal: signal() }));
    await expect.poll(() => fake.requests).toHaveLength(1);
    await llm.close();
    expect((await result).error).toMatchObject({ name: 'AbortError' });
  });
});
