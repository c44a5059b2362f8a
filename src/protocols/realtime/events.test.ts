import { describe, expect, it } from 'vitest';
import { eventId, parseDeviceMessage } from './events.ts';

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
