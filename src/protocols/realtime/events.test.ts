import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBase64 } from './base64.ts';
import { audioFieldOf, eventId, parseDeviceMessage } from './events.ts';

describe('eventId', () => {
  it('is "event_" and 21 letters and digits, to the ends of the random range', () => {
    expect(eventId(() => 0)).toBe(`event_${'A'.repeat(21)}`);
    expect(eventId(() => 1 - Number.EPSILON)).toBe(`event_${'9'.repeat(21)}`);
    expect(eventId(Math.random)).toMatch(/^event_[A-Za-z0-9]{21}$/);
  });

  it('does not repeat itself', () => {
    expect(new Set(Array.from({ length: 1_000 }, () => eventId(Math.random))).size).toBe(1_000);
  });
});

describe('parseDeviceMessage', () => {
  it.each([
    ['{"type":"input_audio_buffer.append","audio":"T2dn"}', { type: 'input_audio_buffer.append', audio: 'T2dn' }],
    ['{"event_id":"x","audio":7,"type":"input_audio_buffer.append"}', { type: 'input_audio_buffer.append', audio: 7 }],
    ['{"type":"input_audio_buffer.append"}', { type: 'input_audio_buffer.append', audio: undefined }],
    ['{"type":"session.update","session":{"voice":"x"}}', { type: 'session.update' }],
    ['{"type":"constructor"}', { type: 'unknown' }],
    ['{"type":null}', { type: 'unknown' }],
  ])('reads %s', (text, message) => {
    expect(parseDeviceMessage(text)).toEqual(message);
  });

  it.each(['', 'null', '7', '"input_audio_buffer.append"', '[]', '{}', '{"type"'])(
    'takes %j for no message',
    (text) => {
      expect(parseDeviceMessage(text)).toBeNull();
    },
  );

  it('takes JSON that is endlessly deep for no message', () => {
    expect(parseDeviceMessage('['.repeat(50_000))).toBeNull();
    expect(parseDeviceMessage('['.repeat(50_000) + ']'.repeat(50_000))).toBeNull();
  });
});

describe('audioFieldOf', () => {
  it.each([
    ['{"type":"input_audio_buffer.append","audio":"T2dn"}', 'T2dn'],
    ['{"type": "input_audio_buffer.append", "audio": "T2dn"}', 'T2dn'],
    ['{"type":"input_audio_buffer.append","audio":""}', ''],
    // What it is worth, base64 tells.
    ['{"type":"input_audio_buffer.append","audio":"T2\\/dn"}', 'T2\\/dn'],
  ])('finds it in %s', (text, audio) => {
    expect(audioFieldOf(text)).toBe(audio);
  });

  it.each([
    '',
    '{"type":"input_audio_buffer.append","audio":"',
    '{"type":"input_audio_buffer.append","audio":"}',
    '{"type":"input_audio_buffer.append","audio":"T2dn"} ',
    '{"type":"input_audio_buffer.append","audio":"T2dn","event_id":"x"}',
    '{"type":"input_audio_buffer.append","audio":"T2\\"dn"}',
    '{"type":"input_audio_buffer.append","audio":7}',
    '{"audio":"T2dn","type":"input_audio_buffer.append"}',
    '{"type":"session.update"}',
  ])('leaves %s to the whole parser', (text) => {
    expect(audioFieldOf(text)).toBeNull();
  });

  it('never says anything else of a message than the parser does', () => {
    const field = fc.oneof(fc.base64String(), fc.string());
    fc.assert(
      fc.property(field, fc.constantFrom('', ',"x":1', ' '), (audio, behind) => {
        const text = `{"type":"input_audio_buffer.append","audio":${JSON.stringify(audio)}${behind}}`;
        const found = audioFieldOf(text);
        if (found !== null && decodeBase64(found)) expect(parseDeviceMessage(text)).toMatchObject({ audio: found });
      }),
    );
  });
});
