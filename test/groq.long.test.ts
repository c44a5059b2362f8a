import { describe, expect, it, onTestFinished } from 'vitest';
import { rms } from '#src/audio/pcm';
import type { Clock } from '#src/core/clock';
import { Secret } from '#src/core/secret';
import { createEngineRegistry } from '#src/engines/engine-registry';
import type { Llm } from '#src/engines/llm';
import { OpenAiLlm } from '#src/engines/openai/openai-llm';
import { createServiceClient } from '#src/engines/openai/requests/client';
import { GROQ } from '#src/engines/openai/requests/service';
import { parseSettings } from '#src/settings';
import type { Reply, SimDevice } from '../device-sim/device/sim-device.ts';
import {
  type FakeGroq,
  type FakeGroqFault,
  type FakeGroqKind,
  type FakeGroqOptions,
  startFakeGroq,
} from './fakes/fake-groq.ts';
import { demoSample } from './support/audio/demo-samples.ts';
import { simDevice, startBackend, type TestBackend } from './support/backend.ts';
import { VirtualTime } from './support/time/virtual-time.ts';

const KEY = 'gsk_CANARY0123456789';

/** The user says "hello": what is recognised, the server of the test decides. */
const HELLO = { name: 'hello', samples: demoSample('00.wav').samples.slice(0, 16_000), sampleRate: 16_000 };

interface Talk {
  readonly time: VirtualTime;
  readonly groq: FakeGroq;
  readonly device: SimDevice;
  readonly backend: TestBackend;
  /** Says something and waits for what the device is answered. */
  ask(): Promise<Reply>;
  /** Everything that users and operators get to see. */
  shown(): Promise<string>;
}

interface TalkOptions extends FakeGroqOptions {
  readonly env?: Readonly<Record<string, string>>;
}

async function talk(options: TalkOptions = {}, llm?: (groq: FakeGroq, clock: Clock) => Llm): Promise<Talk> {
  const groq = await startFakeGroq({ apiKey: KEY, reply: 'It is noon. All is well.', ...options });
  onTestFinished(() => groq.close());
  const time = new VirtualTime();
  const device = await simDevice({ name: 'kitchen', clock: time.clock });
  const env = { STT: 'groq', LLM: 'groq', TTS: 'groq', GROQ_API_KEY: KEY, GROQ_BASE_URL: groq.url, ...options.env };
  const backend = await startBackend([device], {
    time,
    env,
    engines: 'own',
    ...(llm && { llm: llm(groq, time.clock) }),
  });
  await time.during(device.waitForConnection());
  return {
    time,
    groq,
    device,
    backend,
    ask: async () => {
      await time.during(device.say(HELLO));
      return time.during(device.waitForReply({ timeoutMs: 40_000 }));
    },
    shown: async () => {
      const paths = ['/metrics', '/v1/devices', '/v1/devices/status', '/v1/health', '/readyz'];
      const bodies = paths.map(async (path) => (await fetch(`${backend.app.url}${path}`)).text());
      const seen = [backend.log(), JSON.stringify(backend.events), JSON.stringify(device.messages)];
      return [...seen, ...(await Promise.all(bodies))].join('\n');
    },
  };
}

describe('a conversation with all three engines of Groq', () => {
  it('is heard, answered, spoken and played, and the key is nowhere to be seen', async () => {
    const { time, groq, device, backend, ask, shown } = await talk();
    const reply = await ask();
    expect(reply.transcript.trim()).toBe('what time is it');
    expect(reply.replyText).toBe('It is noon. All is well.');
    expect(reply.spokenText).toBe('It is noon. All is well.');
    expect(reply.audioMs).toBeGreaterThan(1_000);
    expect(rms(reply.samples)).toBeGreaterThan(0.05);
    expect(reply.maxAheadMs).toBeLessThanOrEqual(400);
    expect(reply.errors).toEqual([]);
    expect(device.violations).toEqual([]);

    expect(groq.requests.map(({ kind }) => kind).slice(0, 2)).toEqual(['transcription', 'chat']);
    expect(groq.requests.every(({ authorized, answered }) => authorized && answered)).toBe(true);
    const [heard, chat] = groq.requests;
    expect(heard?.transcription?.durationMs).toBeGreaterThan(1_000);
    expect(chat?.chat?.messages.map(({ role }) => role)).toEqual(['system', 'user']);

    await ask();
    const second = groq.requests.findLast(({ kind }) => kind === 'chat');
    expect(second?.chat?.messages.slice(1).map(({ content }) => content)).toEqual([
      'what time is it',
      'It is noon. All is well.',
      'what time is it',
    ]);
    await time.until(() =>
      expect(backend.all('turn.ended').map(({ outcome }) => outcome)).toEqual(['answered', 'answered']),
    );
    expect(await shown()).not.toContain('CANARY');
  });

  it('plays what was said before the reply broke off, and then the notice', async () => {
    const { time, groq, backend, ask } = await talk({ reply: 'This much was said. And this was' });
    // A piece with the role, then one a word.
    groq.fail('chat', { type: 'cut', afterPieces: 5, clean: false });
    const reply = await ask();
    expect(reply.spokenText).toBe('This much was said.');
    expect(reply.errors).toMatchObject([{ code: 'engine_bad_answer' }]);
    // 19 characters of 50 ms, and the chime behind them.
    expect(reply.audioMs).toBeGreaterThan(950 + 320 - 80);
    await time.until(() =>
      expect(backend.all('turn.ended')).toMatchObject([
        { outcome: 'failed', answer: 'This much was said.', error: { kind: 'llm' } },
      ]),
    );
  });

  it('ends an answer that the limit of tokens has cut with its last whole sentence', async () => {
    const cut = { text: 'This much was said. And then the', finish: 'length' };
    const { time, groq, backend, ask } = await talk({ reply: () => cut, env: { LLM_MAX_TOKENS: '20' } });
    const reply = await ask();
    expect(reply.spokenText).toBe('This much was said.');
    expect(reply.errors).toEqual([]);
    await time.until(() =>
      expect(backend.all('turn.ended')).toMatchObject([
        { outcome: 'answered', answer: 'This much was said.', written: cut.text, truncated: true },
      ]),
    );
    expect(backend.log()).toMatch(/"event":"turn.ended".*"truncated":true/);
    await ask();
    const [first, second] = groq.requests.filter(({ kind }) => kind === 'chat');
    expect(first?.chat?.max_completion_tokens).toBe(20);
    expect(second?.chat?.messages[2]).toEqual({ role: 'assistant', content: 'This much was said.' });
  });

  it('makes no sound of an answer without a word, and hears the next question', async () => {
    const replies = ['👍', 'It is noon.'];
    const { time, device, backend, ask } = await talk({ reply: () => replies.shift() ?? '' });
    await time.during(device.say(HELLO));
    await time.until(() => expect(backend.all('turn.ended')).toMatchObject([{ outcome: 'answered', answer: '👍' }]));
    await time.pass(1_000);
    expect(device.repliesEnded).toBe(1);
    expect(device.speaker.aheadMs).toBe(0);
    const reply = await ask();
    expect(reply.spokenText).toBe('It is noon.');
    expect(reply.errors).toEqual([]);
    expect(device.violations).toEqual([]);
  });

  it('tells of each engine that fails, by sound and message, and goes on when it works again', async () => {
    const { time, groq, device, backend, ask, shown } = await talk();
    const noRoom = 'Too many people are talking to me. Please try again in a moment.';
    const faults: readonly (readonly [FakeGroqKind, FakeGroqFault, string, string])[] = [
      ['chat', { type: 'status', status: 429, echoKey: true }, 'engine_rate_limited', noRoom],
      ['transcription', { type: 'status', status: 401, echoKey: true }, 'engine_auth', ''],
      ['speech', { type: 'status', status: 500, echoKey: true }, 'engine_unavailable', ''],
    ];
    for (const [kind, fault, code, words] of faults) {
      groq.fail(kind, fault, Number.POSITIVE_INFINITY);
      const reply = await ask();
      expect(
        reply.errors.map((error) => error.code),
        kind,
      ).toEqual([code]);
      expect(reply.spokenText).toBe(words);
      // The chime.
      expect(reply.audioMs).toBeGreaterThan(300);
      expect(rms(reply.samples)).toBeGreaterThan(0.05);
      groq.heal();
    }
    expect((await ask()).spokenText).toBe('It is noon. All is well.');
    await time.until(() =>
      expect(backend.all('turn.ended').map(({ outcome, error }) => error?.kind ?? outcome)).toEqual([
        'llm',
        'stt',
        'tts',
        'answered',
      ]),
    );
    expect(device.violations).toEqual([]);
    expect(device.connections).toBe(1);
    expect(await shown()).not.toContain('CANARY');
  });

  it('does not wait for ever for a first byte, and the late answer is not heard', async () => {
    const { time, groq, ask, device } = await talk({}, impatient);
    groq.fail('chat', { type: 'slow', delayMs: 4_000, clock: time.clock });
    const reply = await ask();
    expect(reply.errors).toMatchObject([{ code: 'engine_timeout' }]);
    expect(reply.spokenText).toBe('');
    const next = await ask();
    expect(next.errors).toEqual([]);
    expect(next.spokenText).toBe('It is noon. All is well.');
    expect(device.repliesEnded).toBe(2);
  });
});

describe('a language model that takes its time', () => {
  it('is waited for: the user is told so, and hears the answer after fifteen seconds', async () => {
    const { time, groq, device, backend, ask } = await talk({}, patient);
    groq.fail('chat', { type: 'slow', delayMs: 15_000, clock: time.clock });
    const reply = await ask();
    expect(reply.errors).toEqual([]);
    expect(reply.spokenText).toBe('One moment. It is noon. All is well.');
    expect(reply.replyText).toBe('It is noon. All is well.');
    await time.until(() =>
      expect(backend.all('turn.ended')).toMatchObject([{ outcome: 'answered', answer: 'It is noon. All is well.' }]),
    );
    await ask();
    const chat = groq.requests.findLast(({ kind }) => kind === 'chat');
    expect(JSON.stringify(chat?.chat)).not.toContain('One moment');
    expect(device.violations).toEqual([]);
  });

  /** With LLM_TIMEOUT=30 a model that is loaded first, for 20 s. */
  it.each<[string, string, FakeGroqFault, number]>([
    ['a server that answers late, as Ollama', 'groq', { type: 'slow', delayMs: 20_000 }, 1],
    ['such a server as the first of a list', 'groq,scripted', { type: 'slow', delayMs: 20_000 }, 1],
    [
      'a server that refuses meanwhile, as llama.cpp',
      'groq',
      { type: 'status', status: 503, message: 'Loading model' },
      20,
    ],
  ])('is waited for by settings: %s', async (_, LLM, fault, times) => {
    const { time, groq, backend, ask } = await talk({}, llmOfSettings({ LLM, LLM_TIMEOUT: '30' }));
    groq.fail('chat', fault.type === 'slow' ? { ...fault, clock: time.clock } : fault, times);
    const reply = await ask();
    expect(reply.errors).toEqual([]);
    expect(reply.spokenText).toBe('One moment. It is noon. All is well.');
    await time.until(() =>
      expect(backend.all('turn.ended')).toMatchObject([{ outcome: 'answered', answer: 'It is noon. All is well.' }]),
    );
    expect(backend.all('engine.error')).toEqual([]);
    const [turn] = backend.all('turn.ended');
    const { first_token: first, speech_ended: ended } = turn?.moments ?? {};
    expect((first ?? 0) - (ended ?? 0)).toBeGreaterThan(19_000);
  });

  it('is given up after its limit: the user is told to wait, and then that it failed', async () => {
    const { time, groq, ask } = await talk({}, patient);
    groq.fail('chat', { type: 'slow', delayMs: 60_000, clock: time.clock });
    const reply = await ask();
    expect(reply.errors).toMatchObject([{ code: 'engine_timeout' }]);
    expect(reply.spokenText).toBe('One moment.');
    const next = await ask();
    expect(next.spokenText).toBe('It is noon. All is well.');
    const asked = groq.requests.findLast(({ kind }) => kind === 'chat')?.chat?.messages;
    expect(asked?.slice(1)).toEqual([{ role: 'user', content: 'what time is it' }]);
  });
});

/** The language model of settings, on the clock of the test. */
function llmOfSettings(env: Readonly<Record<string, string>>): (groq: FakeGroq, clock: Clock) => Llm {
  return (groq, clock) => {
    const settings = parseSettings({ GROQ_API_KEY: KEY, GROQ_BASE_URL: groq.url, ...env });
    const deps = { clock, random: () => 0, report: () => undefined, debug: () => undefined };
    const engines = createEngineRegistry(settings, deps);
    onTestFinished(() => engines.close());
    return engines.defaults.llm;
  };
}

/** The model of Groq on the clock of the test, with LLM_TIMEOUT=20. */
function patient(groq: FakeGroq, clock: Clock): OpenAiLlm {
  const limits = { firstByteTimeoutMs: 20_000, totalTimeoutMs: 140_000 };
  const client = createServiceClient(GROQ, {
    apiKey: new Secret(KEY),
    baseUrl: groq.url,
    clock,
    random: () => 0,
    ...limits,
  });
  return new OpenAiLlm({ client, model: 'b' });
}

/** The model of Groq with less patience than the settings give it. */
function impatient(groq: FakeGroq, clock: Clock): OpenAiLlm {
  const client = createServiceClient(GROQ, {
    apiKey: new Secret(KEY),
    baseUrl: groq.url,
    clock,
    random: () => 0,
    firstByteTimeoutMs: 2_000,
    maxRetries: 0,
  });
  return new OpenAiLlm({ client, model: 'b' });
}
