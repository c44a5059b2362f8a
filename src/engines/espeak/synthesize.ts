import { systemClock } from '../../core/clock.ts';
import { once } from '../../core/once.ts';
import { EspeakTts } from './espeak-tts.ts';

/** A whole text as speech, mono s16. For tools; to speak more than once, use {@link EspeakTts}. */
export async function synthesize(
  text: string,
  voice = 'Watercooler',
): Promise<{ readonly sampleRate: number; readonly samples: Int16Array }> {
  const tts = new EspeakTts({ clock: systemClock, random: Math.random });
  try {
    await tts.ready();
    const chunks: Int16Array[] = [];
    let sampleRate = 22_050;
    for await (const chunk of tts.speak(once(text), { voice, signal: new AbortController().signal })) {
      chunks.push(chunk.samples);
      sampleRate = chunk.sampleRate;
    }
    const samples = new Int16Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
    let at = 0;
    for (const chunk of chunks) {
      samples.set(chunk, at);
      at += chunk.length;
    }
    return { sampleRate, samples };
  } finally {
    await tts.close();
  }
}
