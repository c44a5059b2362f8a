import { createResampler } from '#src/audio/resample';
import { loadSpeech, type SpeechSource } from '../mic/speech.ts';

/** A question, mono s16 at 16 kHz. */
export async function speechAt16kHz(source: SpeechSource): Promise<Int16Array> {
  const { samples, sampleRate } = await loadSpeech(source);
  const resampler = await createResampler(sampleRate, 16_000);
  const converted = resampler.process(samples).slice();
  resampler.free();
  return converted;
}
