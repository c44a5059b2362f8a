import { expect, it } from 'vitest';
import { deviceConfig } from '../../test/support/devices/devices.ts';
import { parseSettings } from '../settings.ts';
import { withEngineWarnings } from './engine-warnings.ts';

it('warns of a device whose engines lack a key or an address', () => {
  const devices = [
    deviceConfig({ name: 'plain' }),
    deviceConfig({ name: 'kitchen', engines: { llm: 'groq', tts: 'espeak' } }),
    deviceConfig({ name: 'hall', engines: { stt: ['sherpa', 'wyoming'], llm: { engine: 'openai', model: 'm' } } }),
    deviceConfig({ name: 'desk', engines: { llm: 'scripted' } }),
  ];
  const config = { devices, warnings: ['first'] };
  expect(withEngineWarnings(config, parseSettings({})).warnings).toEqual([
    'first',
    expect.stringMatching(/^"kitchen" cannot use its engines: Groq needs a key: set GROQ_API_KEY/),
    expect.stringMatching(/^"hall" cannot use its engines: .*STT_WYOMING_URL/),
    expect.stringMatching(/^"hall" cannot use its engines: OpenAI needs a key: set OPENAI_API_KEY/),
  ]);
  const given = parseSettings({
    GROQ_API_KEY: 'gsk_x',
    STT_WYOMING_URL: 'tcp://ear:10300',
    OPENAI_BASE_URL: 'http://localhost:11434/v1',
  });
  expect(withEngineWarnings(config, given).warnings).toEqual(['first']);
});
