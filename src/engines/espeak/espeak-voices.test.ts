import { expect, test } from 'vitest';
import { builtInVoices, parseVoices } from '../../config/voices/voice-book.ts';
import { VOICE_NAMES } from '../../config/voices/voice-names.ts';
import { espeakVoice as voiceOf } from './espeak-voices.ts';

const espeakVoice = (name: string, language?: string) => voiceOf(builtInVoices(), name, language);

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

test('a voice without an entry speaks plainly in its language', () => {
  const voices = [
    { name: 'Ann', language: 'en' },
    { name: 'Anne', language: 'fr', groq: 'hannah' },
    { name: 'Otto', language: 'de', espeak: { names: ['de+m2', 'de', 'en-gb'], rate: 120 } },
    { name: 'Uta', language: 'de-CH' },
    { name: 'Li', language: 'zh' },
  ];
  const book = parseVoices(JSON.stringify({ voices }), 'voices.json');
  expect(voiceOf(book, 'Ann')).toEqual({ names: ['en-us', 'en-us'], rate: 165, pitch: 50 });
  expect(voiceOf(book, 'Anne')).toEqual({ names: ['fr', 'en-us'], rate: 165, pitch: 50 });
  expect(voiceOf(book, 'Uta').names).toEqual(['de-ch', 'de', 'en-us']);
  expect(voiceOf(book, 'Li').names).toEqual(['cmn', 'en-us']);
  expect(voiceOf(book, 'Li', 'zh-TW').names).toEqual(['cmn', 'en-us']);
  expect(voiceOf(book, 'Otto')).toEqual({ names: ['de+m2', 'de', 'en-gb', 'en-us'], rate: 120, pitch: 50 });
});
