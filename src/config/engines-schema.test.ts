import { describe, expect, it } from 'vitest';
import { enginesSchema } from './engines-schema.ts';

describe('the key "engines"', () => {
  it.each([
    [{ stt: 'groq' }, { stt: [{ engine: 'groq' }] }],
    [
      { llm: { engine: 'openai', model: 'qwen3' }, tts: 'espeak' },
      { llm: [{ engine: 'openai', model: 'qwen3' }], tts: [{ engine: 'espeak' }] },
    ],
    [
      { llm: ['groq', { engine: 'openai' }, 'scripted'] },
      { llm: [{ engine: 'groq' }, { engine: 'openai' }, { engine: 'scripted' }] },
    ],
    [{}, {}],
  ])('takes %j', (given, wanted) => {
    expect(enginesSchema.parse(given)).toEqual(wanted);
  });

  it.each([
    [{ stt: 'siri' }, ['stt'], /sherpa, groq, openai/],
    [{ llm: 'espeak' }, ['llm'], /scripted, groq, openai/],
    [{ llm: { engine: 'openai', model: '' } }, ['llm'], /one of scripted, groq, openai/],
    [{ tts: ['groq', 'nothing'] }, ['tts'], /each engine of the list is one of espeak/],
    [{ tts: [] }, ['tts'], /./],
    [{ vad: 'silero' }, [], /vad/],
  ])('refuses %j', (given, path, message) => {
    const { error } = enginesSchema.safeParse(given);
    expect(error?.issues).toEqual([expect.objectContaining({ path, message: expect.stringMatching(message) })]);
  });
});
