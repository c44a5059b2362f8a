import { describe, expect, it } from 'vitest';
import { parseDevices } from '../../test/support/devices/devices.ts';
import { builtInVoices } from '../config/voices/voice-book.ts';
import { ManualClock } from '../core/manual-clock.ts';
import { parseSettings } from '../settings.ts';
import { deviceEnginesCheck } from './device-engines.ts';

const at = { host: '192.0.2.1' };
const ENTRIES = [
  { ...at, name: 'plain', port: 8001 },
  { ...at, name: 'kitchen', port: 8002, engines: { llm: 'groq', tts: 'espeak' } },
  { ...at, name: 'desk', port: 8003, engines: { llm: 'scripted', tts: ['espeak'] } },
  { ...at, name: 'hall', port: 8004, engines: { stt: ['sherpa', 'wyoming'], llm: { engine: 'openai', model: 'm' } } },
  { ...at, name: 'den', port: 8005, engines: { stt: { engine: 'sherpa', model: 'no-such-model' } } },
];

function read(entries: readonly object[], env: Readonly<Record<string, string>>, lenient: boolean) {
  const check = deviceEnginesCheck(parseSettings(env), {
    clock: new ManualClock(),
    random: () => 0,
    voices: builtInVoices(),
  });
  return parseDevices(JSON.stringify({ devices: entries }), 'devices.json', { lenient, check });
}

describe('a device whose engines lack a key, an address or a model', () => {
  it('is misconfigured, and the others run', () => {
    const { devices, misconfigured } = read([{ ...at, name: 'wrong', colour: 'red' }, ...ENTRIES], {}, true);
    expect(devices.map(({ name }) => name)).toEqual(['plain', 'desk']);
    expect(misconfigured.map(({ name, errors }) => [name, errors])).toEqual([
      ['wrong', [expect.stringContaining('colour')]],
      ['kitchen', [expect.stringMatching(/^devices\[2\]\.engines\.llm: Groq needs a key: set GROQ_API_KEY/)]],
      [
        'hall',
        [
          expect.stringMatching(/^devices\[4\]\.engines\.stt: .*STT_WYOMING_URL/),
          expect.stringMatching(
            /^devices\[4\]\.engines\.llm: OpenAI needs a key: set OPENAI_API_KEY.* OPENAI_BASE_URL/,
          ),
        ],
      ],
      ['den', [expect.stringMatching(/^devices\[5\]\.engines\.stt: .*no model "no-such-model"/)]],
    ]);
  });

  it('runs when the settings have what is needed', () => {
    const env = {
      GROQ_API_KEY: 'gsk_x',
      STT_WYOMING_URL: 'tcp://ear:10300',
      OPENAI_BASE_URL: 'http://localhost:11434/v1',
    };
    expect(read(ENTRIES, env, true).devices.map(({ name }) => name)).toEqual(['plain', 'kitchen', 'desk', 'hall']);
  });

  it('is an error of the file where any mistake is one', () => {
    const details = expect.arrayContaining([expect.stringMatching(/^devices\[1\]\.engines\.llm: .*GROQ_API_KEY/)]);
    expect(() => read(ENTRIES, {}, false)).toThrow(expect.objectContaining({ code: 'config_invalid', details }));
  });
});
