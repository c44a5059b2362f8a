import { expect, it } from 'vitest';
import { parseSettings } from '../settings.ts';
import { openAiServer } from './engine-servers.ts';

it.each([
  ['http://llm:8000', 'http://llm:8000/v1'],
  ['http://llm:8000/', 'http://llm:8000/v1'],
  ['http://llm:8000/v1/', 'http://llm:8000/v1'],
  ['https://api.groq.com/openai', 'https://api.groq.com/openai/v1'],
])('KYUTAI_LLM_URL=%s is the address that Unmute asks', (given, address) => {
  const server = openAiServer('llm', parseSettings({ KYUTAI_LLM_URL: given, KYUTAI_LLM_API_KEY: 'k' }));
  expect(server.address).toBe(address);
  expect(server.apiKey?.reveal()).toBe('k');
  expect(server.modelSetting).toBe('KYUTAI_LLM_MODEL');
});

it('a key goes to no server but the one that it was given for', () => {
  const settings = parseSettings({ OPENAI_API_KEY: 'cloud', STT_OPENAI_BASE_URL: 'http://ear:8000' });
  expect(openAiServer('stt', settings)).toMatchObject({ address: 'http://ear:8000', apiKey: undefined });
  expect(openAiServer('llm', settings)).toMatchObject({ address: undefined, model: 'gpt-4o-mini' });
  expect(openAiServer('llm', settings).apiKey?.reveal()).toBe('cloud');
});
