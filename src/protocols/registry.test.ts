import { describe, expect, it } from 'vitest';
import { deviceConfig, parseDevices } from '../../test/support/devices/devices.ts';
import { PROTOCOLS } from './registry.ts';

/** What is wrong with one device, line by line. */
function problemsOf(entry: Readonly<Record<string, unknown>>): string[] {
  try {
    parseDevices(JSON.stringify({ devices: [{ name: 'a', host: '10.0.0.1', ...entry }] }), 'devices.json');
  } catch (error) {
    return (error as Error).message.split('\n').slice(1);
  }
  return [];
}

describe('the protocols', () => {
  it('have an id each, and realtime is that of a device which names none', () => {
    expect(new Set(PROTOCOLS.map(({ id }) => id)).size).toBe(PROTOCOLS.length);
    expect(PROTOCOLS[0].id).toBe('realtime');
    expect(deviceConfig()).toMatchObject({ protocol: 'realtime', options: { audio_format: 'auto' } });
  });

  it('have sentences for the author of devices.json, and no key that another means differently', () => {
    const byKey = new Map<string, unknown>();
    for (const { description, fields } of PROTOCOLS) {
      expect(description).toMatch(/\.$/);
      for (const [key, field] of Object.entries(fields)) {
        expect(byKey.get(key) ?? field, key).toBe(field);
        expect(field.meta()?.description, key).toEqual(expect.any(String));
        byKey.set(key, field);
      }
    }
  });
});

describe('a device of a protocol', () => {
  it('has its keys with their defaults', () => {
    expect(deviceConfig({ audio_format: 'pcm16' }).options).toEqual({ audio_format: 'pcm16' });
    expect(deviceConfig({ protocol: 'pcm' }).options).toEqual({ commands: [] });
  });

  it('may have the keys of another, so that its protocol can be changed alone', () => {
    expect(deviceConfig({ protocol: 'pcm', audio_format: 'pcm16' }).options).toEqual({
      audio_format: 'pcm16',
      commands: [],
    });
    expect(problemsOf({ protocol: 'pcm', audio_format: 'mp3' })).toEqual([
      '  - devices[0].audio_format: expected one of "auto", "ogg-opus", "pcm16", "pcmf32"; found "mp3"',
    ]);
  });

  it('that does not exist is told so, and everything else that is wrong', () => {
    expect(problemsOf({ protocol: 'PCM', port: 'x', audio_fromat: 'auto' })).toEqual([
      '  - devices[0].protocol: expected one of "realtime", "pcm", "xiaozhi", "webrtc", "hotpin", "hotpin-v1"; found "PCM"',
      '  - devices[0].port: expected a number, found "x"',
      '  - devices[0].audio_fromat: unknown key; did you mean "audio_format"?',
    ]);
    for (const protocol of ['toString', '__proto__', '', null, 7, {}]) {
      expect(problemsOf({ protocol })).toEqual([expect.stringMatching(/devices\[0\]\.protocol: expected one of/)]);
    }
  });

  it('is not told of keys that no protocol has, and of a button that it has not', () => {
    expect(problemsOf({ protocol: 'pcm', audio_fromat: 'auto' })).toEqual([
      '  - devices[0].audio_fromat: unknown key; did you mean "audio_format"?',
    ]);
    expect(problemsOf({ protocol: 'pcm', activation: 'push_to_talk' })).toEqual([]);
    expect(problemsOf({ activation: 'push_to_talk' })).toEqual([
      '  - devices[0].activation: a "realtime" device has no button to press: use "always" or "wake_word"; found "push_to_talk"',
    ]);
  });
});
