// What our side adds to the time that a remote engine takes: the time measured, minus the time that its fake server took.
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../dist/core/clock.js';
import { createEngineRegistry } from '../../dist/engines/engine-registry.js';
import { parseSettings } from '../../dist/settings.js';
import { percentile } from '../support/backend.mjs';
import { startChild } from '../support/child.mjs';
import { question } from '../support/recordings.mjs';

/** How long the servers of Groq and Wyoming wait with the first byte of an answer, milliseconds. */
const DELAY_MS = 20;
/** Calls that are not counted: connections and code are cold. */
const WARM_UP = 5;
/** Length of what is recognised, milliseconds. */
const SPEECH_MS = 2_000;
/** What a microphone gives at once, samples. */
const FRAME = 320;
/** Audio that is under way has arrived after this time, milliseconds. */
const ARRIVAL_MS = 30;

const WORK = { stt: hear, llm: answer, tts: speak };
const WHAT = {
  stt: 'end of speech to text',
  llm: 'question to first token',
  tts: 'sentence to first audio',
};

/** Else the engine asks the server for its models first. */
const OPENAI = { OPENAI_STT_MODEL: 'fake', OPENAI_LLM_MODEL: 'fake', OPENAI_TTS_MODEL: 'fake' };

/** What is measured, at which of the fake servers. */
const CASES = [
  { engine: 'groq', kind: 'stt', server: 'openai', env: (url) => ({ STT: 'groq', GROQ_BASE_URL: url }) },
  { engine: 'groq', kind: 'llm', server: 'openai', env: (url) => ({ LLM: 'groq', GROQ_BASE_URL: url }) },
  { engine: 'groq', kind: 'tts', server: 'openai', env: (url) => ({ TTS: 'groq', GROQ_BASE_URL: url }) },
  {
    engine: 'openai',
    kind: 'stt',
    server: 'openai',
    env: (url) => ({ ...OPENAI, STT: 'openai', OPENAI_BASE_URL: url }),
  },
  {
    engine: 'openai',
    kind: 'llm',
    server: 'openai',
    env: (url) => ({ ...OPENAI, LLM: 'openai', OPENAI_BASE_URL: url }),
  },
  {
    engine: 'openai',
    kind: 'tts',
    server: 'openai',
    env: (url) => ({ ...OPENAI, TTS: 'openai', OPENAI_BASE_URL: url }),
  },
  { engine: 'kyutai', kind: 'stt', server: 'kyutai', env: (url) => ({ STT: 'kyutai', KYUTAI_STT_URL: url }) },
  { engine: 'kyutai', kind: 'tts', server: 'kyutai', env: (url) => ({ TTS: 'kyutai', KYUTAI_TTS_URL: url }) },
  { engine: 'wyoming', kind: 'stt', server: 'wyoming', env: (url) => ({ STT: 'wyoming', STT_WYOMING_URL: url }) },
  { engine: 'wyoming', kind: 'tts', server: 'wyoming', env: (url) => ({ TTS: 'wyoming', TTS_WYOMING_URL: url }) },
];

export async function engines(report, { quick }) {
  const child = startChild('engines-main.mjs');
  try {
    const urls = await child.call('start', DELAY_MS);
    const speech = await question(16_000, SPEECH_MS);
    for (const { engine, kind, server, env } of CASES) {
      const added = [];
      await withEngine(env(urls[server]), kind, async (made) => {
        for (let call = -WARM_UP; call < (quick ? 10 : 100); call++) {
          const ms = await WORK[kind](made, speech);
          const took = await child.call('took', server);
          if (call >= 0) added.push(ms - took);
        }
      });
      const where = `${engine} ${kind}`;
      report.note(where, `${WHAT[kind]}, added p50`, percentile(added, 0.5), 'ms');
      report.note(where, `${WHAT[kind]}, added p95`, percentile(added, 0.95), 'ms');
    }
  } finally {
    await child.stop();
  }
}

/** Makes the engine of settings for the length of `use`. */
async function withEngine(env, kind, use) {
  const registry = createEngineRegistry(parseSettings(env), {
    clock: systemClock,
    random: Math.random,
    report: () => undefined,
    debug: () => undefined,
  });
  try {
    await use(registry.defaults[kind]);
  } finally {
    await registry.close();
  }
}

/** From the end of the speech to its text, milliseconds. */
async function hear(stt, speech) {
  const stream = stt.open({ key: 'bench', signal: new AbortController().signal });
  const { promise: begun, resolve: begin } = withResolvers();
  let ended = 0;
  const heard = readResults(stream, begin, () => performance.now() - ended);
  for (let at = 0; at < speech.length; at += FRAME) stream.write(speech.subarray(at, at + FRAME));
  // A link is open and has sent everything by the time a user has spoken.
  if (stream.capabilities.partials) await Promise.race([begun, heard]);
  await sleep(ARRIVAL_MS);
  ended = performance.now();
  stream.end();
  return heard;
}

async function readResults(stream, onPartial, elapsed) {
  for await (const { type } of stream.results) {
    if (type === 'final') return elapsed();
    onPartial();
  }
  throw new Error('there was no final result');
}

function withResolvers() {
  let resolve;
  const promise = new Promise((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

/** To the first token of an answer, milliseconds. */
async function answer(llm) {
  const started = performance.now();
  let first;
  const messages = [{ role: 'user', content: 'What time is it?' }];
  for await (const { type } of llm.reply(messages, { signal: new AbortController().signal })) {
    if (type === 'token') first ??= performance.now() - started;
  }
  return first ?? fail();
}

/** To the first audio of a sentence, milliseconds. */
async function speak(tts) {
  const started = performance.now();
  let first;
  const text = (async function* () {
    yield 'This is the sentence that is spoken here.';
  })();
  const options = { voice: 'Watercooler', signal: new AbortController().signal };
  for await (const { samples } of tts.speak(text, options)) {
    if (samples.length > 0) first ??= performance.now() - started;
  }
  return first ?? fail();
}

function fail() {
  throw new Error('nothing came');
}
