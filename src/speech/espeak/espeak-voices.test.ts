import { expect, test } from 'vitest';
import { VOICE_NAMES } from '../../config/voice-names.ts';
import { espeakVoice } from './espeak-voices.ts';

test('the six voices are six different ones', () => {
  const voices = VOICE_NAMES.map((name) => JSON.stringify(espeakVoice(name)));
  expect(new Set(voices).size).toBe(VOICE_NAMES.length);
});

test('a voice speaks its own language unless another is asked for', () => {
  expect(espeakVoice('Watercooler').names[0]).toBe('en-us');
  expect(espeakVoice('Charles').names[0]).toBe('fr+m3');
  expect(espeakVoice('Charles', 'fr-CA').names[0]).toBe('fr+m3');
  expect(espeakVoice('Charles', 'en').names[0]).toBe('en-us+m3');
  expect(espeakVoice('Gertrude', 'en-US').names[0]).toBe('en+f2');
  expect(espeakVoice('Watercooler', 'fr-FR').names).toEqual(['fr-fr', 'fr', 'en-us', 'en-us']);
});

test('another name is one of espeak’s own, with a way back', () => {
  expect(espeakVoice('de+f3').names).toEqual(['de+f3', 'en-us']);
});
