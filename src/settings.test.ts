import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DialtoneError } from './core/errors.ts';
import { parseSettings, settingsSchema } from './settings.ts';

function problemOf(env: Readonly<Record<string, string>>): DialtoneError {
  try {
    parseSettings(env);
  } catch (error) {
    if (error instanceof DialtoneError) return error;
    throw error;
  }
  throw new Error('no problem was found');
}

function fileWith(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'dialtone-settings-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'key');
  writeFileSync(path, text);
  return path;
}

it.each([
  [{ PORT: 'abc' }, 'PORT: "abc" is no whole number from 0 to 65535'],
  [{ PORT: '1.5' }, 'PORT: "1.5" is no whole number from 0 to 65535'],
  [{ PORT: '-1' }, 'PORT: "-1" is no whole number from 0 to 65535'],
  [{ LISTEN_PORT: '99999' }, 'LISTEN_PORT: "99999" is no whole number from 0 to 65535'],
  [{ PREEMPTIVE: 'yes' }, 'PREEMPTIVE: expected "true" or "false"'],
  [{ DEVICE_CIDRS: '10.0.0.0/8,x' }, 'DEVICE_CIDRS: "x" is no address range such as 192.168.1.0/24'],
])('%j: a variable that is wrong is told with what would be right', (env, text) => {
  expect(problemOf(env as Record<string, string>).message).toBe(`the environment is not right:\n  - ${text}`);
});

describe('an empty environment', () => {
  it('gives the defaults', () => {
    expect(parseSettings({})).toEqual({
      ACCEPT_UNKNOWN: false,
      WEBRTC_ICE_SERVERS: [],
      WEBRTC_ADDRESSES: [],
      WEBRTC_MAX_SESSIONS: 100,
      WEBRTC_ORIGINS: [],
      LISTEN_MAX_CONNECTIONS: 2_000,
      LISTEN_MAX_PER_ADDRESS: 512,
      MDNS_ADVERTISE: false,
      HOTPIN_NAME: 'HotpinServer',
      MDNS_DISCOVER: false,
      UDP_BROADCAST: false,
      BROADCAST_PORT: 50_000,
      BROADCAST_INTERVAL_SEC: 5,
      PRINT_QR: false,
      STRICT_CONFIG: false,
      HOST: '127.0.0.1',
      PORT: 8000,
      LOG_LEVEL: 'info',
      LOG_FORMAT: 'auto',
      LLM_TOOLS: true,
      LLM_IMAGES: 'auto',
      LLM_MAX_TOKENS: 512,
      MAX_IMAGE_SIZE_BYTES: 2_097_152,
      IMAGE_MAX_DIMENSION: 1_600,
      MIN_RECORD_DURATION_SEC: 0.5,
      MAX_RERECORD_ATTEMPTS: 2,
      PLAYBACK_READY_TIMEOUT_SEC: 5,
      PLAYBACK_URL_EXP_SEC: 300,
      SESSION_GRACE_SEC: 30,
      MAX_SESSION_DISK_MB: 100,
      TEMP_MAX_MB: 1_000,
      TEMP_MAX_AGE_HOURS: 24,
      LLM_TIMEOUT: 20,
      STT_TIMEOUT: 10,
      TTS_TIMEOUT: 10,
      PREEMPTIVE: true,
      LOG_TRANSCRIPTS: true,
      TURNS_KEPT: 50,
      GROQ_LLM_MODEL: 'llama-3.3-70b-versatile',
      GROQ_STT_MODEL: 'whisper-large-v3-turbo',
      GROQ_TTS_MODEL: 'canopylabs/orpheus-v1-english',
      OPUS_CODEC: 'libopus-wasm',
      MODELS_BASE_URL: 'https://github.com/k2-fsa/sherpa-onnx/releases/download',
      METRICS_PER_DEVICE: true,
      METRICS_AUTH: false,
      NEWS_LANGUAGE: 'en',
      NEWS_CACHE_HOURS: 4,
      ALLOW_LOOPBACK: true,
      HISTORY_MAX_TOKENS: 3_000,
      HISTORY_MAX_MESSAGES: 40,
      RECORDINGS_MAX_AGE_DAYS: 7,
      RECORDINGS_MAX_MB: 1_000,
    });
  });

  it('is what empty variables are, as Compose hands them on', () => {
    const empty = Object.fromEntries(Object.keys(settingsSchema.shape).map((name) => [name, '']));
    expect(parseSettings(empty)).toEqual(parseSettings({}));
  });
});

describe('values', () => {
  it.each([
    ['PORT', '0', 0],
    ['PORT', ' 65535 ', 65_535],
    ['LOG_LEVEL', 'WARNING', 'warning'],
    ['LOG_LEVEL', 'Debug', 'debug'],
    ['STT', 'groq', ['groq']],
    ['TTS', 'wyoming', ['wyoming']],
    ['STT_WYOMING_URL', 'tcp://192.168.1.5:10300', 'tcp://192.168.1.5:10300'],
    ['TTS', 'kyutai', ['kyutai']],
    ['KYUTAI_STT_URL', 'ws://stt:8080', 'ws://stt:8080'],
    ['KYUTAI_TTS_URL', 'https://gpu.example/tts', 'https://gpu.example/tts'],
    ['LLM', 'scripted', ['scripted']],
    ['LLM', 'groq, openai,scripted', ['groq', 'openai', 'scripted']],
    ['LLM_MAX_TOKENS', '1000', 1_000],
    ['LLM_TIMEOUT', '2.5', 2.5],
    ['METRICS_PER_DEVICE', 'false', false],
    ['PRINT_QR', 'True', true],
    ['UDP_BROADCAST', 'FALSE', false],
    ['LLM_IMAGES', 'True', 'true'],
    ['LOG_TRANSCRIPTS', 'false', false],
    ['TURNS_KEPT', '0', 0],
    ['NEWS_CACHE_HOURS', '0.5', 0.5],
    ['NEWS_LANGUAGE', 'fr', 'fr'],
    ['GROQ_BASE_URL', 'http://127.0.0.1:9000/openai/v1', 'http://127.0.0.1:9000/openai/v1'],
    ['REMOTE_DEVICES_CONFIG', './my devices.json', './my devices.json'],
  ] as const)('%s=%s', (name, text, value) => {
    expect(parseSettings({ [name]: text })[name]).toEqual(value);
  });

  it('of variables that are not ours are nothing to us', () => {
    expect(parseSettings({ PATH: '/bin', STTX: '1', PORT_FILE: '/nowhere', constructor: 'x' })).toEqual(
      parseSettings({}),
    );
  });
});

describe('a wrong value', () => {
  it.each([
    ['PORT', '80a'],
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PORT', '80.5'],
    ['LOG_LEVEL', 'loud'],
    ['PRINT_QR', 'yes'],
    ['STT', 'whisper'],
    ['LLM', 'gpt'],
    ['LLM', 'groq,,scripted'],
    ['LLM', 'groq,groq'],
    ['LLM_MAX_TOKENS', '15'],
    ['LLM_TIMEOUT', '0'],
    ['LLM_TIMEOUT', '301'],
    ['STT_TIMEOUT', '0.5'],
    ['TTS_TIMEOUT', 'soon'],
    ['LLM_MAX_TOKENS', '99.5'],
    ['LLM_MAX_TOKENS', 'many'],
    ['TTS', 'Groq'],
    ['OPUS_CODEC', 'native'],
    ['METRICS_PER_DEVICE', 'no'],
    ['HISTORY_MAX_TOKENS', '99'],
    ['HISTORY_MAX_MESSAGES', '1'],
    ['RECORDINGS_MAX_AGE_DAYS', '0'],
    ['RECORDINGS_MAX_MB', '1.5'],
    ['LOG_TRANSCRIPTS', '0'],
    ['TURNS_KEPT', '-1'],
    ['TURNS_KEPT', '1001'],
    ['TURNS_KEPT', '2.5'],
    ['KYUTAI_STT_URL', 'stt:8080'],
    ['KYUTAI_TTS_URL', 'ftp://tts'],
    ['KYUTAI_API_KEY', 'two words'],
    ['GROQ_BASE_URL', 'not a url'],
    ['GROQ_BASE_URL', 'localhost:9000'],
    ['GROQ_API_KEY', '   '],
    ['STT_WYOMING_URL', 'whisper:10300'],
    ['TTS_WYOMING_URL', 'tcp://piper'],
  ])('%s=%s is named', (name, text) => {
    const problem = problemOf({ [name]: text });
    expect(problem.code).toBe('settings_invalid');
    expect(problem.message).toContain(`  - ${name}: `);
  });

  it('of any variable is told in words that say what would be right', () => {
    for (const name of Object.keys(settingsSchema.shape)) {
      let message = '';
      try {
        parseSettings({ [name]: 'x,' });
      } catch (error) {
        message = (error as Error).message;
      }
      if (message !== '') expect(message).toMatch(new RegExp(`^the environment is not right:\\n {2}- ${name}: `));
      expect(message).not.toMatch(/Invalid (URL|input|string)|Too (big|small)|pattern/);
    }
  });

  it('is named together with all others, and with what would be right', () => {
    const { message } = problemOf({ PORT: '70000', STT: 'x', LOG_LEVEL: 'y' });
    expect(message.split('\n')).toHaveLength(4);
    expect(message).toContain('65535');
    expect(message).toMatch(/STT: .*"sherpa"\|"groq"/);
    expect(message).toMatch(/LOG_LEVEL: .*"debug"/);
  });
});

describe('a key', () => {
  it('is a secret from the first moment', () => {
    const settings = parseSettings({ GROQ_API_KEY: ' gsk_CANARY ' });
    expect(settings.GROQ_API_KEY?.reveal()).toBe('gsk_CANARY');
    expect(JSON.stringify(settings) + inspect(settings)).not.toContain('CANARY');
  });

  it('can come from a file, whose last line end is no part of it', () => {
    expect(parseSettings({ GROQ_API_KEY_FILE: fileWith('gsk_CANARY\n') }).GROQ_API_KEY?.reveal()).toBe('gsk_CANARY');
  });

  it('does not come from two places, nor from a file that is not there or is empty', () => {
    expect(problemOf({ GROQ_API_KEY: 'gsk_CANARY', GROQ_API_KEY_FILE: fileWith('gsk_CANARY') }).message).toContain(
      'GROQ_API_KEY and GROQ_API_KEY_FILE are both set',
    );
    expect(problemOf({ GROQ_API_KEY_FILE: '/nowhere/key' }).message).toMatch(/GROQ_API_KEY_FILE: ENOENT.*nowhere/);
    expect(problemOf({ GROQ_API_KEY_FILE: fileWith('\n') }).message).toContain('GROQ_API_KEY');
  });

  it('is not told by the error about another variable', () => {
    const problem = problemOf({ GROQ_API_KEY: 'gsk_CANARY', PORT: 'x' });
    expect(inspect(problem, { depth: 10, showHidden: true })).not.toContain('CANARY');
  });
});

describe('a value in quotation marks', () => {
  it.each(Object.keys(settingsSchema.shape))(
    '%s: the error names the variable, says what to do, and does not show the value',
    (name) => {
      for (const value of ['"CANARY"', "'CANARY'", '“CANARY”', '"CANARY" # comment']) {
        const { code, message } = problemOf({ [name]: value });
        expect(code).toBe('settings_invalid');
        expect(message).toContain(`${name}: the value is in quotation marks`);
        expect(message).toContain('remove them');
        expect(message).not.toContain('CANARY');
        expect(message.split('\n')).toHaveLength(2);
      }
    },
  );

  it('is told of the path of a file with a secret, and of the secret in it', () => {
    expect(problemOf({ GROQ_API_KEY_FILE: '"/run/secrets/key"' }).message).toContain(
      'GROQ_API_KEY_FILE: the value is in quotation marks',
    );
    const { message } = problemOf({ API_TOKEN_FILE: fileWith('"CANARY"\n') });
    expect(message).toMatch(/API_TOKEN_FILE: the text of .* is in quotation marks: remove them/);
    expect(message).not.toContain('CANARY');
  });
});

describe('a number', () => {
  it.each(['abc', '0x10', '1e3', '80.5', '70000', '-1', 'Infinity', '8_000', '8,000', ' '])('is not %j', (PORT) => {
    expect(problemOf({ PORT }).message).toBe(
      `the environment is not right:\n  - PORT: "${PORT}" is no whole number from 0 to 65535`,
    );
  });

  it.each(['x', '0', '301', '1s', '1e2'])('with a fraction is not %j', (LLM_TIMEOUT) => {
    expect(problemOf({ LLM_TIMEOUT }).message).toContain(`LLM_TIMEOUT: "${LLM_TIMEOUT}" is no number from 1 to 300`);
  });

  it('is written in decimal', () => {
    expect(parseSettings({ PORT: '0', LLM_TIMEOUT: '2.5', NEWS_CACHE_HOURS: '.5', TURNS_KEPT: '007' })).toMatchObject({
      PORT: 0,
      LLM_TIMEOUT: 2.5,
      NEWS_CACHE_HOURS: 0.5,
      TURNS_KEPT: 7,
    });
  });
});

it('leaves out blanks and the line ends of Windows around a value', () => {
  const file = fileWith('a-token');
  const given = {
    PORT: '8001\r',
    LOG_FORMAT: ' json ',
    STATE_DIR: '/state\r',
    HOST: '\r',
    API_TOKEN_FILE: `${file}\r`,
  };
  const { API_TOKEN, ...settings } = parseSettings(given);
  expect(settings).toMatchObject({ PORT: 8001, LOG_FORMAT: 'json', STATE_DIR: '/state', HOST: '127.0.0.1' });
  expect(API_TOKEN?.reveal()).toBe('a-token');
});
