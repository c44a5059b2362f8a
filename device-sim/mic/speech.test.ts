import { describe, expect, it } from 'vitest';
import { rms } from '#src/audio/pcm';
import { loadSpeech } from './speech.ts';

describe('something to say', () => {
  it('comes from a WAV file, named after it', async () => {
    const speech = await loadSpeech({ wav: new URL('../../assets/asr-demo-model/samples/01.wav', import.meta.url) });
    expect(speech).toMatchObject({ name: '01.wav', sampleRate: 16_000 });
    expect(rms(speech.samples)).toBeGreaterThan(0.01);
  });

  it('is synthesised from a text', async () => {
    const speech = await loadSpeech({ text: 'what time is it' });
    expect(speech.name).toBe('what time is it');
    expect(speech.samples.length / speech.sampleRate).toBeGreaterThan(0.5);
    expect(rms(speech.samples)).toBeGreaterThan(0.01);
  });

  it('is taken as it is when it is speech already', async () => {
    const speech = { name: 'x', sampleRate: 8000, samples: new Int16Array(8) };
    expect(await loadSpeech(speech)).toBe(speech);
  });

  it('says which file could not be read', async () => {
    await expect(loadSpeech({ wav: '/nowhere/x.wav' })).rejects.toThrow('/nowhere/x.wav');
    await expect(loadSpeech({ wav: new URL(import.meta.url) })).rejects.toMatchObject({ code: 'audio_bad_format' });
  });
});
