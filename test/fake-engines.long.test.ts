import { describe, expect, it, onTestFinished } from 'vitest';
import { rms } from '#src/audio/pcm';
import { systemClock } from '#src/core/clock';
import type { EngineSet } from '#src/engines/engine';
import { createEngineRegistry } from '#src/engines/engine-registry';
import { parseSettings } from '#src/settings';
import { parseFault } from './fakes/by-hand/faults.ts';
import { parseOptions, type ServerName } from './fakes/by-hand/options.ts';
import { startServers } from './fakes/by-hand/servers.ts';
import { variables } from './fakes/by-hand/variables.ts';
import { type Program, startProgram } from './support/program.ts';

const ANY_PORTS = ['openai', 'kyutai-stt', 'kyutai-tts', 'wyoming-stt', 'wyoming-tts'].flatMap((name) => [
  `--${name}-port`,
  '0',
]);

const start = (...args: string[]): Program => startProgram([...ANY_PORTS, ...args], { entry: 'fakes/by-hand/main.js' });

/** The engines that a printed line of variables selects. */
function enginesOf(line: string): EngineSet {
  const env = Object.fromEntries(
    line
      .trim()
      .split(' ')
      .map((pair) => pair.split(/=(.*)/s, 2)),
  );
  const registry = createEngineRegistry(parseSettings(env), {
    clock: systemClock,
    random: () => 0.5,
    report: () => undefined,
    debug: () => undefined,
  });
  onTestFinished(() => registry.close());
  return registry.defaults;
}

/** What is recognised of a second of speech. */
async function hear({ stt }: EngineSet): Promise<string> {
  const stream = stt.open({ key: 'kitchen', signal: new AbortController().signal });
  stream.write(Int16Array.from({ length: 16_000 }, (_, index) => 8_000 * Math.sin(index / 10)));
  stream.end();
  for await (const result of stream.results) if (result.type === 'final') return result.text;
  throw new Error('there is no final result');
}

async function answer({ llm }: EngineSet): Promise<string> {
  const messages = [{ role: 'user', content: 'What time is it?' }] as const;
  let text = '';
  for await (const delta of llm.reply(messages, { signal: new AbortController().signal })) {
    if (delta.type === 'token') text += delta.text;
  }
  return text;
}

/** Seconds and loudness, 0 to 1, of a spoken text. */
async function speak({ tts }: EngineSet): Promise<{ readonly seconds: number; readonly loudness: number }> {
  const text = (async function* () {
    yield 'This is what is to be said.';
  })();
  let seconds = 0;
  let loudness = 0;
  for await (const { samples, sampleRate } of tts.speak(text, {
    voice: 'Watercooler',
    signal: new AbortController().signal,
  })) {
    seconds += samples.length / sampleRate;
    loudness = Math.max(loudness, rms(samples));
  }
  return { seconds, loudness };
}

describe('npm run fake-engines', () => {
  it('starts servers that dialtone hears, answers and speaks with, by the variables that it prints', async () => {
    const program = start();
    await program.printed(/ready/);
    const line = (start: string) => program.out().match(new RegExp(`^ +${start}.*`, 'm'))?.[0] ?? '';
    const groq = enginesOf(line('STT=groq'));
    const openai = enginesOf(line('STT=openai'));
    for (const engines of [groq, openai]) expect(await hear(engines), engines.stt.id).toBe('I heard 1.0 seconds.');
    for (const engines of [groq, openai, enginesOf(line('LLM=openai KYUTAI'))]) {
      expect(await answer(engines), engines.llm.id).toBe('You said: What time is it. That is all I know.');
    }
    expect(await hear(enginesOf(line('STT=kyutai')))).toBe('Heard 1');
    expect(await hear(enginesOf(line('STT=wyoming')))).toBe('I heard 1.0 seconds.');
    for (const engines of [groq, openai, enginesOf(line('TTS=kyutai')), enginesOf(line('TTS=wyoming'))]) {
      const { seconds, loudness } = await speak(engines);
      expect(seconds, engines.tts.id).toBeGreaterThan(1);
      expect(loudness, engines.tts.id).toBeGreaterThan(0.03);
    }
    expect(program.out()).toContain('openai answered: You said: What time is it.');

    program.child.kill('SIGTERM');
    expect(await program.ended).toBe(0);
  });

  it('starts some of them only, and has things go wrong', async () => {
    const program = start('--only', 'openai', '--fault', 'openai-llm:429=7,times=1');
    await program.printed(/ready/);
    expect(program.out()).not.toMatch(/kyutai|wyoming/);
    const url = /http:\S+\/v1/.exec(program.out())?.[0] ?? '';
    const ask = () =>
      fetch(`${url}/chat/completions`, {
        method: 'POST',
        body: JSON.stringify({ model: 'fake', stream: true, messages: [{ role: 'user', content: 'hello' }] }),
      });
    const refused = await ask();
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '7']);
    expect((await ask()).status).toBe(200);
    expect(await (await fetch(`${url}/models`)).json()).toMatchObject({ data: [{ id: 'fake' }] });
  });

  it('says what is wrong with its command line', async () => {
    expect(parseOptions(['--help'])).toBeUndefined();
    expect(() => parseOptions(['--only', 'siri'])).toThrow('there is no server "siri"');
    expect(() => parseOptions(['--kyutai-stt-port', 'x'])).toThrow('takes a port');
    expect(() => parseFault('openai')).toThrow('SERVER:FAULT');
    expect(() => parseFault('openai-stt:error-in-stream')).toThrow('Those of openai: 429, slow-first-byte');
    const program = start('--fault', 'kyutai:429');
    expect(await program.ended).toBe(2);
    expect(program.err()).toContain('Those of kyutai: slow-first-byte, no-free-channels');
  });

  it('says that a port is in use', async () => {
    const servers = await startServers(new Map<ServerName, number>([['kyutai-stt', 0]]), () => undefined);
    onTestFinished(() => servers.close());
    const port = new URL(servers.urls.get('kyutai-stt') ?? '').port;
    const program = start('--kyutai-tts-port', port);
    expect(await program.ended).toBe(1);
    expect(program.err()).toMatch(/EADDRINUSE.*another port/);
  });
});

describe('a fault that was asked for', () => {
  it('malformed: a chunk of an answer that cannot be read costs nothing but itself', async () => {
    const servers = await startServers(new Map<ServerName, number>([['openai', 0]]), () => undefined);
    onTestFinished(() => servers.close());
    for (const one of parseFault('openai-llm:malformed')) servers.fail(one);
    const [line = ''] = variables(servers.urls);
    expect(await answer(enginesOf(line))).toBe('You said: What time is it. That is all I know.');
  });

  const WORK = { stt: hear, llm: answer, tts: speak };

  it.each([
    ['openai-llm:429=60', 'openai', 'llm', 'engine_rate_limited'],
    ['openai-llm:cut', 'openai', 'llm', 'engine_bad_answer'],
    ['openai-llm:garbage', 'openai', 'llm', 'engine_bad_answer'],
    ['openai-llm:error-in-stream', 'openai', 'llm', 'engine_unavailable'],
    ['openai-stt:status=401', 'openai', 'stt', 'engine_auth'],
    ['openai-stt:malformed', 'openai', 'stt', 'engine_bad_answer'],
    ['openai-tts:cut', 'openai', 'tts', 'engine_bad_answer'],
    ['kyutai:no-free-channels', 'kyutai-stt', 'stt', 'engine_overloaded'],
    ['kyutai:malformed', 'kyutai-stt', 'stt', 'engine_bad_answer'],
    ['kyutai:error-in-stream', 'kyutai-tts', 'tts', 'engine_unavailable'],
    ['kyutai:cut', 'kyutai-tts', 'tts', 'engine_bad_answer'],
    ['wyoming:error-in-stream', 'wyoming-stt', 'stt', 'engine_unavailable'],
    ['wyoming:cut', 'wyoming-tts', 'tts', 'engine_bad_answer'],
    ['wyoming:malformed', 'wyoming-tts', 'tts', 'engine_bad_answer'],
  ] as const)('%s shows at the engine', async (fault, server, kind, code) => {
    const servers = await startServers(new Map<ServerName, number>([[server, 0]]), () => undefined);
    onTestFinished(() => servers.close());
    for (const one of parseFault(fault)) servers.fail(one);
    const [line = ''] = variables(servers.urls);
    await expect(WORK[kind](enginesOf(line))).rejects.toMatchObject({ code });
    // What is healed works as ever.
    servers.heal();
    expect(await WORK[kind](enginesOf(line))).toBeTruthy();
  });
});
