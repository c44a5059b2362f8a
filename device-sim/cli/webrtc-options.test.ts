import { describe, expect, it } from 'vitest';
import { parseWebRtc } from './webrtc-options.ts';

const parse = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  parseWebRtc(['--protocol', 'webrtc', ...args], env);

describe('the command line of a Naila device', () => {
  it('has the defaults of the original', () => {
    expect(parse([])).toMatchObject({
      name: 'audio-01',
      hub: { url: 'http://localhost:8080', deviceId: 'audio-01', redialMs: 3_000, longestRedialMs: 30_000 },
      healthPort: 8081,
      sound: 'card',
      isQuiet: false,
    });
  });

  it('understands the environment of the original, and a flag wins', () => {
    const env = {
      NAILA_HUB_URL: 'http://hub.local:8765',
      NAILA_DEVICE_ID: 'pi-kitchen',
      NAILA_DEVICE_PROFILE: 'mac',
      NAILA_INPUT_DEVICE: '2',
      NAILA_OUTPUT_DEVICE: 'USB',
      NAILA_SAMPLE_RATE: '48000',
      NAILA_FRAME_DURATION_MS: '20',
      NAILA_CHANNELS: '1',
      NAILA_RECONNECT_DELAY: '0.5',
      NAILA_MAX_RECONNECT_DELAY: '4',
      NAILA_LOG_LEVEL: 'warning',
    };
    expect(parse([], env)).toMatchObject({
      hub: { url: 'http://hub.local:8765', deviceId: 'pi-kitchen', redialMs: 500, longestRedialMs: 4_000 },
      choice: { input: '2', output: 'USB' },
      isQuiet: true,
    });
    const flags = [
      '--hub-url',
      'http://127.0.0.1:1',
      '--device-id',
      'x',
      '--input-device',
      'mic',
      '--log-level',
      'INFO',
    ];
    expect(parse([...flags, '--reconnect-delay', '3.0', '--sample-rate', '48000'], env)).toMatchObject({
      hub: { url: 'http://127.0.0.1:1', deviceId: 'x', redialMs: 3_000 },
      choice: { input: 'mic', output: 'USB' },
      isQuiet: false,
    });
    expect(parse([], { NAILA_HUB_URL: '', NAILA_LOG_LEVEL: ' ' })).toMatchObject({ isQuiet: false });
  });

  it.each<[args: readonly string[], env: Readonly<Record<string, string>>, problem: string]>([
    [['--hub', 'hub.local'], {}, '--hub takes an address'],
    [['--sample-rate', '16000'], {}, '--sample-rate takes 48000'],
    [[], { NAILA_FRAME_DURATION_MS: '60' }, 'NAILA_FRAME_DURATION_MS takes 20'],
    [[], { NAILA_CHANNELS: '2' }, 'NAILA_CHANNELS takes 1'],
    [['--profile', 'pi'], {}, '--profile takes mac'],
    [['--reconnect-delay', '-1'], {}, '--reconnect-delay'],
    [[], { NAILA_MAX_RECONNECT_DELAY: 'soon' }, 'NAILA_MAX_RECONNECT_DELAY takes seconds'],
    [[], { NAILA_LOG_LEVEL: 'LOUD' }, 'NAILA_LOG_LEVEL takes DEBUG, INFO'],
  ])('refuses %j %j', (args, env, problem) => {
    expect(() => parse(args, env)).toThrow(problem);
  });
});
