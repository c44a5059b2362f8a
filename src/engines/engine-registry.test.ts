import { inspect } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startFakeGroq } from '../../test/fakes/fake-groq.ts';
import { VirtualTime } from '../../test/support/time/virtual-time.ts';
import { parseVoices, type VoiceBook } from '../config/voices/voice-book.ts';
import type { Clock } from '../core/clock.ts';
import { ManualClock } from '../core/manual-clock.ts';
import { once } from '../core/once.ts';
import { parseSettings } from '../settings.ts';
import type { EngineRegistry } from './engine.ts';
import { createEngineRegistry } from './engine-registry.ts';
import type { EngineEvent } from './events.ts';

function choose(
  env: Readonly<Record<string, string>>,
  voices?: VoiceBook,
  clock: Clock = new ManualClock(),
  report: (event: EngineEvent) => void = () => undefined,
): EngineRegistry {
  const chosen = createEngineRegistry(parseSettings(env), {
    clock,
    random: () => 0,
    report,
    debug: () => undefined,
    ...(voices && { voices }),
  });
  onTestFinished(() => chosen.close());
  return chosen;
}

const KEY = { GROQ_API_KEY: 'gsk_CANARY' };

const CASES: readonly (readonly [Readonly<Record<string, string>>, readonly string[], readonly RegExp[]])[] = [
  [
    {},
    ['sherpa', 'scripted', 'espeak'],
    [/^speech to text: sherpa \(demo model\), because/, /^answers: scripted .*GROQ_API_KEY is not set$/, /espeak/],
  ],
  [KEY, ['sherpa', 'groq', 'espeak'], [/demo/, /^answers: groq \(llama.*\), because GROQ_API_KEY is set$/, /espeak/]],
  [{ ...KEY, LLM: 'scripted' }, ['sherpa', 'scripted', 'espeak'], [/demo/, /because LLM=scripted$/, /espeak/]],
  [
    { ...KEY, STT: 'groq', LLM: 'groq', TTS: 'groq', GROQ_LLM_MODEL: 'my-model' },
    ['groq', 'groq', 'groq'],
    [
      /groq \(whisper.*\), because STT=groq$/,
      /groq \(my-model\), because LLM=groq$/,
      /\(canopy.*\), because TTS=groq$/,
    ],
  ],
  [
    { STT: 'wyoming', STT_WYOMING_URL: 'tcp://ear:10300', TTS: 'wyoming', TTS_WYOMING_URL: 'tcp://mouth:10200' },
    ['wyoming', 'scripted', 'wyoming'],
    [
      /: wyoming \(tcp:\/\/ear:10300\), because STT=wyoming$/,
      /scripted/,
      /\(tcp:\/\/mouth:10200\), because TTS=wyoming$/,
    ],
  ],
  // A server in the own network needs no key.
  [
    { LLM: 'groq', GROQ_BASE_URL: 'http://localhost:11434/v1', GROQ_LLM_MODEL: 'llama3.2' },
    ['sherpa', 'groq', 'espeak'],
    [/demo/, /groq \(llama3\.2\), because LLM=groq$/, /espeak/],
  ],
  // As in the compose file of the original.
  [
    { TTS: 'sherpa', SHERPA_TTS_MODEL_DIR: '/models/amy' },
    ['sherpa', 'scripted', 'sherpa'],
    [/sherpa \(demo model\)/, /scripted/, /sherpa \(\/models\/amy\), because TTS=sherpa$/],
  ],
  [
    { KYUTAI_STT_URL: 'ws://stt:8080', KYUTAI_TTS_URL: 'ws://tts:8080', SHERPA_MODEL_DIR: '/models/en' },
    ['kyutai', 'scripted', 'kyutai'],
    [/kyutai, because KYUTAI_STT_URL is set$/, /scripted/, /kyutai, because KYUTAI_TTS_URL is set$/],
  ],
  [
    { STT: 'kyutai', TTS: 'kyutai' },
    ['kyutai', 'scripted', 'kyutai'],
    [/kyutai, because STT=kyutai$/, /scripted/, /kyutai, because TTS=kyutai$/],
  ],
  [
    { STT: 'sherpa', TTS: 'espeak', KYUTAI_STT_URL: 'ws://stt:8080', KYUTAI_TTS_URL: 'ws://tts:8080' },
    ['sherpa', 'scripted', 'espeak'],
    [/sherpa/, /scripted/, /espeak/],
  ],
  [
    { SHERPA_MODEL_DIR: '/models/en' },
    ['sherpa', 'scripted', 'espeak'],
    [/sherpa \(\/models\/en\), because SHERPA_MODEL_DIR is set$/, /scripted/, /espeak/],
  ],
  // Any server with the API of OpenAI.
  [
    { OPENAI_BASE_URL: 'http://localhost:11434/v1', OPENAI_LLM_MODEL: 'llama3.2' },
    ['sherpa', 'openai', 'espeak'],
    [/demo/, /^answers: openai \(llama3\.2, http:\/\/localhost:11434\/v1\), because OPENAI_BASE_URL is set$/, /espeak/],
  ],
  [
    { OPENAI_API_KEY: 'sk-x', STT: 'openai', TTS: 'openai' },
    ['openai', 'openai', 'openai'],
    [/openai \(whisper-1\)/, /openai \(gpt-4o-mini\), because OPENAI_API_KEY is set$/, /openai \(tts-1\)/],
  ],
  [
    { ...KEY, STT_OPENAI_BASE_URL: 'http://ear:8000', TTS_OPENAI_BASE_URL: 'http://mouth:8880' },
    ['openai', 'groq', 'openai'],
    [
      /openai \(http:\/\/ear:8000\), because STT_OPENAI_BASE_URL is set$/,
      /groq/,
      /because TTS_OPENAI_BASE_URL is set$/,
    ],
  ],
  // The whole of the original's compose file.
  [
    {
      KYUTAI_STT_URL: 'ws://stt:8080',
      KYUTAI_TTS_URL: 'ws://tts:8080',
      KYUTAI_LLM_URL: 'http://llm:8000',
      KYUTAI_LLM_MODEL: 'google/gemma-3-1b-it',
      ...KEY,
    },
    ['kyutai', 'openai', 'kyutai'],
    [/kyutai/, /openai \(google\/gemma-3-1b-it, http:\/\/llm:8000\/v1\), because KYUTAI_LLM_URL is set$/, /kyutai/],
  ],
];

describe('createEngineRegistry', () => {
  it.each(CASES)('%j', (env, ids, reasons) => {
    const chosen = choose(env);
    const { stt, llm, tts } = chosen.defaults;
    expect([stt.id, llm.id, tts.id]).toEqual(ids);
    expect(chosen.reasons).toHaveLength(3);
    for (const [index, reason] of reasons.entries()) expect(chosen.reasons[index]).toMatch(reason);
  });

  it('warns of the demo recogniser, and of it only', () => {
    expect(choose({}).warnings).toEqual([expect.stringMatching(/210 words.*does not understand people.*STT=groq/)]);
    expect(choose({ SHERPA_MODEL_DIR: '/models/en' }).warnings).toEqual([]);
    expect(choose({ ...KEY, STT: 'groq' }).warnings).toEqual([]);
  });

  it('warns in one line of the voices that the speech engine has no voice of its own for', () => {
    const ann = { name: 'Ann', language: 'en', espeak: { names: ['en'] } };
    const bea = { name: 'Bea', language: 'fr' };
    const book = (...voices: object[]) => parseVoices(JSON.stringify({ voices }), 'voices.json');
    const warnings = (TTS: string, voices: VoiceBook) => choose({ ...KEY, STT: 'groq', TTS }, voices).warnings;
    expect(warnings('espeak', book(ann))).toEqual([]);
    expect(warnings('espeak', book(ann, bea))).toEqual([expect.stringMatching(/^espeak .* for "Bea": no "espeak"/)]);
    expect(warnings('groq', book(ann, bea))).toEqual([expect.stringMatching(/^groq .* for "Ann", "Bea": no "groq"/)]);
    const many = Array.from({ length: 30 }, (_, index) => ({ ...bea, name: `voice ${index}` }));
    expect(warnings('groq', book(...many))).toEqual([expect.stringMatching(/"voice 19" and 10 more: /)]);
  });

  it.each(['STT', 'LLM', 'TTS'])('says which key is missing when %s=groq', (kind) => {
    expect(() => choose({ [kind]: 'groq' })).toThrow(
      expect.objectContaining({ code: 'engine_misconfigured', message: expect.stringContaining('GROQ_API_KEY') }),
    );
  });

  it.each(['STT', 'TTS'])('says which address is missing when %s=wyoming', (kind) => {
    const message = expect.stringMatching(`set ${kind}_WYOMING_URL, as in tcp://host:\\d+`);
    expect(() => choose({ [kind]: 'wyoming' })).toThrow(
      expect.objectContaining({ code: 'engine_misconfigured', message }),
    );
  });

  it('gives each engine of Groq the limit of its setting', async () => {
    const fake = await startFakeGroq();
    onTestFinished(() => fake.close());
    const time = new VirtualTime();
    const env = { ...KEY, GROQ_API_KEY: fake.apiKey, GROQ_BASE_URL: fake.url, STT: 'groq', TTS: 'groq' };
    const limits = { STT_TIMEOUT: '2', LLM_TIMEOUT: '3', TTS_TIMEOUT: '4' };
    const { stt, llm, tts } = choose({ ...env, ...limits }, undefined, time.clock).defaults;
    for (const kind of ['chat', 'transcription', 'speech'] as const) fake.fail(kind, { type: 'slow', delayMs: 60_000 });
    const { signal } = new AbortController();
    const heard = stt.open({ key: 'device', signal });
    heard.write(new Int16Array(16_000));
    heard.end();
    for (const [calls, seconds] of [
      [heard.results, 2],
      [llm.reply([{ role: 'user', content: 'hello' }], { signal }), 3],
      [tts.speak(once('hello'), { voice: 'Charles', signal }), 4],
    ] as const) {
      const before = time.clock.now();
      const ended = (async () => {
        for await (const _ of calls);
      })();
      await expect(time.during(ended)).rejects.toMatchObject({ code: 'engine_timeout' });
      expect(Math.round((time.clock.now() - before) / 1_000)).toBe(seconds);
    }
  });

  it('knows the health of an engine that stands alone, asks whether it is back, and gives it every call all the same', async () => {
    const fake = await startFakeGroq();
    onTestFinished(() => fake.close());
    const time = new VirtualTime();
    const events: EngineEvent[] = [];
    const env = { GROQ_API_KEY: fake.apiKey, GROQ_BASE_URL: fake.url };
    const chosen = choose(env, undefined, time.clock, (event) => events.push(event));
    const { llm } = chosen.defaults;
    const stateOf = (engine: string) => chosen.status?.find((status) => status.engine === engine)?.state;
    const ask = async () => {
      let text = '';
      for await (const delta of llm.reply([{ role: 'user', content: 'hi' }], { signal: new AbortController().signal }))
        if (delta.type === 'token') text += delta.text;
      return text;
    };
    expect(chosen.status?.map(({ engine, state }) => [engine, state])).toEqual([
      ['sherpa', 'up'],
      ['groq', 'up'],
      ['espeak', 'up'],
    ]);
    for (const kind of ['chat', 'models'] as const) {
      fake.fail(kind, { type: 'status', status: 503 }, Number.POSITIVE_INFINITY);
    }
    for (const state of ['up', 'up', 'down']) {
      await expect(time.during(ask())).rejects.toMatchObject({ code: 'engine_unavailable' });
      expect(stateOf('groq')).toBe(state);
    }
    // Every call reaches the server, which is also asked in the background.
    const chats = () => fake.requests.filter(({ kind }) => kind === 'chat').length;
    const before = chats();
    await expect(time.during(ask())).rejects.toMatchObject({ code: 'engine_unavailable' });
    expect(chats()).toBeGreaterThan(before);
    await time.until(() => expect(fake.requests.some(({ kind }) => kind === 'models')).toBe(true));
    fake.heal();
    await time.until(() => expect(stateOf('groq')).toBe('up'));
    expect(await time.during(ask())).toContain('server of a test');
    const told = events.flatMap((event) => (event.type === 'engine.state' ? [event] : []));
    expect(told).toMatchObject([
      { kind: 'llm', engine: 'groq', state: 'down', reason: expect.stringContaining('503') },
      { kind: 'llm', engine: 'groq', state: 'up' },
    ]);
    // The caller is told of each failure; there is nothing else to report.
    expect(events).toHaveLength(2);
  });

  it('is ready when the engines are; a recogniser whose model is not there says so', async () => {
    await expect(choose({ ...KEY, STT: 'groq', TTS: 'groq' }).ready()).resolves.toBeUndefined();
    await expect(choose({ ...KEY, TTS: 'groq', SHERPA_MODEL_DIR: '/nowhere' }).ready()).rejects.toMatchObject({
      code: 'engine_misconfigured',
      message: expect.stringContaining('/nowhere'),
    });
  });

  it.each<[Readonly<Record<string, string>>, RegExp]>([
    [{ VAD: 'silero', MODELS_DIR: '/nowhere' }, /not in \/nowhere\. Install it: npm run models -- install silero_vad$/],
    [{ VAD_MODEL: 'silero_vad.int8', MODELS_DIR: '/nowhere' }, /install silero_vad\.int8$/],
    [{ VAD_MODEL: 'silero-vad' }, /there is no model "silero-vad"\. Did you mean silero_vad/],
  ])('says which command installs a model of silero that is not there: %j', (env, message) => {
    expect(() => choose(env)).toThrow(
      expect.objectContaining({
        code: 'engine_misconfigured',
        engine: 'silero',
        message: expect.stringMatching(message),
      }),
    );
  });

  it('has silero when it is asked for, and is not ready without its model', async () => {
    expect(choose({}).checker).toBeUndefined();
    expect(choose({ VAD: 'webrtc', VAD_MODEL: '/models/silero' }).checker).toBeUndefined();
    const chosen = choose({ ...KEY, STT: 'groq', TTS: 'groq', VAD_MODEL: '/models/silero' });
    expect(chosen.checker?.id).toBe('silero');
    expect(chosen.reasons.at(-1)).toBe(
      'voice activity: webrtc, then silero (/models/silero), because VAD_MODEL is set',
    );
    await expect(chosen.ready()).rejects.toMatchObject({ code: 'engine_misconfigured', engine: 'silero' });
  });

  it('never shows the key', () => {
    const chosen = choose({ ...KEY, STT: 'groq', TTS: 'groq' });
    expect(inspect(chosen, { depth: 20, showHidden: true }) + JSON.stringify(chosen)).not.toContain('CANARY');
    const kyutai = choose({ KYUTAI_API_KEY: 'CANARY', STT: 'kyutai', TTS: 'kyutai' });
    expect(inspect(kyutai, { depth: 20, showHidden: true }) + JSON.stringify(kyutai)).not.toContain('CANARY');
  });
});
