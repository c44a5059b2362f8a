import { expect, it } from 'vitest';
import { parseDevices } from '../../test/support/devices/devices.ts';
import { parseSettings } from '../settings.ts';
import { withDeviceEngines } from './device-engines.ts';

const at = { host: '192.0.2.1' };
const config = () =>
  parseDevices(
    JSON.stringify({
      devices: [
        { ...at, name: 'wrong', colour: 'red' },
        { ...at, name: 'plain', port: 8001 },
        { ...at, name: 'kitchen', port: 8002, engines: { llm: 'groq', tts: 'espeak' } },
        { ...at, name: 'desk', port: 8003, engines: { llm: 'scripted', tts: ['espeak'] } },
        {
          ...at,
          name: 'hall',
          port: 8004,
          engines: { stt: ['sherpa', 'wyoming'], llm: { engine: 'openai', model: 'm' } },
        },
        { ...at, name: 'den', port: 8005, engines: { stt: { engine: 'sherpa', model: 'no-such-model' } } },
      ],
    }),
    'devices.json',
    { lenient: true },
  );

it('a device whose engines lack a key, an address or a model is misconfigured, and the others run', () => {
  const { devices, misconfigured } = withDeviceEngines(config(), parseSettings({}));
  expect(devices.map(({ name }) => name)).toEqual(['plain', 'desk']);
  expect(misconfigured.map(({ name, errors }) => [name, errors])).toEqual([
    ['wrong', [expect.stringContaining('colour')]],
    ['kitchen', [expect.stringMatching(/^devices\[2\]\.engines\.llm: Groq needs a key: set GROQ_API_KEY/)]],
    [
      'hall',
      [
        expect.stringMatching(/^devices\[4\]\.engines\.stt: .*STT_WYOMING_URL/),
        expect.stringMatching(/^devices\[4\]\.engines\.llm: OpenAI needs a key: set OPENAI_API_KEY/),
      ],
    ],
    ['den', [expect.stringMatching(/^devices\[5\]\.engines\.stt: .*no model "no-such-model"/)]],
  ]);
});

it('has them all when the settings have what is needed', () => {
  const settings = parseSettings({
    GROQ_API_KEY: 'gsk_x',
    STT_WYOMING_URL: 'tcp://ear:10300',
    OPENAI_BASE_URL: 'http://localhost:11434/v1',
  });
  expect(withDeviceEngines(config(), settings).devices.map(({ name }) => name)).toEqual([
    'plain',
    'kitchen',
    'desk',
    'hall',
  ]);
});

it('is an error of the file where any mistake is one', () => {
  expect(() => withDeviceEngines(config(), parseSettings({ STRICT_CONFIG: 'true' }))).toThrow(
    expect.objectContaining({
      code: 'config_invalid',
      details: expect.arrayContaining([expect.stringMatching(/GROQ_API_KEY/)]),
    }),
  );
});
