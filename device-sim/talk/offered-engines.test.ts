import { expect, it } from 'vitest';
import { offeredEngines } from './offered-engines.ts';

const none = { stt: [], tts: [] };

it.each([
  ['nothing', {}, none, {}, false],
  ['a key of Groq', { GROQ_API_KEY: 'k' }, none, { STT: 'groq' }, true],
  ['a key of OpenAI', { OPENAI_API_KEY: 'k' }, none, { STT: 'openai' }, true],
  ['a language model of their own', { OPENAI_API_KEY: 'k', OPENAI_BASE_URL: 'http://x' }, none, {}, false],
  ['installed models', {}, { stt: ['a', 'b'], tts: ['c'] }, { STT_MODEL: 'a', TTS_MODEL: 'c' }, true],
  ['a choice', { STT: 'wyoming', TTS: 'espeak', GROQ_API_KEY: 'k' }, { stt: ['a'], tts: ['c'] }, {}, true],
  ['an empty choice', { STT: '', GROQ_API_KEY: 'k' }, none, { STT: 'groq' }, true],
])('with %s in the environment', (_, env, models, added, understands) => {
  expect(offeredEngines(env, models)).toEqual({ env: added, understandsPeople: understands });
});
