import { expect, it } from 'vitest';
import { readServices } from './services.ts';

it('an info event of faster-whisper and Piper is read', () => {
  expect(
    readServices({
      asr: [
        { name: 'old', installed: false, models: [{ name: 'm', installed: true, languages: ['xx'] }] },
        {
          name: 'faster-whisper',
          attribution: { name: 'Guillaume Klein', url: 'https://example.org' },
          installed: true,
          version: '3.0.0',
          models: [
            { name: 'base', installed: true, languages: ['en', 'fr'] },
            { name: 'tiny', installed: false, languages: ['de'] },
            { name: 'large', installed: true, languages: ['fr', 'it'] },
          ],
          supports_transcript_streaming: true,
        },
      ],
      tts: [
        {
          name: 'piper',
          installed: true,
          voices: [
            { name: 'en_GB-alba-medium', installed: false, languages: ['en_GB'] },
            { name: 'en_US-lessac-medium', installed: true, languages: ['en_US'], speakers: null },
          ],
          supports_synthesize_streaming: true,
        },
      ],
      wake: [],
    }),
  ).toEqual({
    stt: { streams: true, languages: ['en', 'fr', 'it'] },
    tts: { streams: true, voices: [{ name: 'en_US-lessac-medium', languages: ['en_US'] }] },
  });
});

it.each([
  [{}, { stt: undefined, tts: undefined }],
  [
    { asr: null, tts: [] },
    { stt: undefined, tts: undefined },
  ],
  [{ asr: [{ installed: false }] }, { stt: undefined, tts: undefined }],
  [{ asr: [{}] }, { stt: { streams: false, languages: [] }, tts: undefined }],
  [
    { tts: [{ voices: [{ name: 'a' }] }] },
    { stt: undefined, tts: { streams: false, voices: [{ name: 'a', languages: [] }] } },
  ],
])('%j leaves out much', (info, expected) => {
  expect(readServices(info)).toEqual(expected);
});

it.each([
  { asr: {} },
  { tts: [{ voices: [{ languages: ['en'] }] }] },
  { asr: [{ models: [{ name: 'a', languages: 'en' }] }] },
])('%j is refused', (info) => {
  expect(() => readServices(info)).toThrow(
    expect.objectContaining({ code: 'engine_bad_answer', message: expect.stringContaining('list of services') }),
  );
});
