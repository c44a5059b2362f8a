import { beforeAll, describe, expect, it } from 'vitest';
import { NOISE_NAMES, noiseOf } from '../../../../device-sim/mic/noises.ts';
import { demoSamples } from '../../../../test/support/audio/demo-samples.ts';
import { dice } from '../../../../test/support/time/dice.ts';
import { createResampler } from '../../../audio/resample.ts';
import { systemClock } from '../../../core/clock.ts';
import { once } from '../../../core/once.ts';
import { EspeakTts } from '../../../engines/espeak/espeak-tts.ts';
import { type CreateFvad, loadFvad } from '../../../engines/fvad/fvad.ts';
import { VAD_FRAME_SAMPLES } from '../../../engines/vad.ts';
import { Ear } from './ear.ts';

let createFvad: CreateFvad;
beforeAll(async () => {
  createFvad = await loadFvad();
});

interface Hearing {
  /** How loud the last speaker was, dB of full scale. */
  readonly before?: number;
  /** Sounds had no words before. */
  readonly isWary?: boolean;
}

/** How often a person begins to speak in this, mono s16 at 16 kHz. */
function beginnings(samples: Int16Array, { before = Number.NEGATIVE_INFINITY, isWary = false }: Hearing = {}): number {
  const vad = createFvad();
  const ear = new Ear();
  ear.spoke(before);
  if (isWary) ear.wasDeceived();
  let count = 0;
  let was = false;
  for (let at = 0; at + VAD_FRAME_SAMPLES <= samples.length; at += VAD_FRAME_SAMPLES) {
    const frame = samples.subarray(at, at + VAD_FRAME_SAMPLES);
    ear.hear(frame, vad.isSpeech(frame), vad.voicing, 'last');
    if (ear.begins && !was) count += 1;
    was = ear.begins;
  }
  vad.free();
  return count;
}

/** A silence of 0.5 s before and behind it, and so much louder, dB. */
function framed(samples: Int16Array, gainDb = 0): Int16Array {
  const all = new Int16Array(samples.length + 16_000);
  all.set(
    samples.map((sample) => sample * 10 ** (gainDb / 20)),
    8_000,
  );
  return all;
}

/** Adds up two sounds, as long as the first. */
function mix(a: Int16Array, b: Int16Array): Int16Array {
  return a.map((sample, index) => Math.max(-32_768, Math.min(32_767, sample + (b[index] ?? 0))));
}

async function spoken(text: string, voice: string): Promise<Int16Array> {
  const tts = new EspeakTts({ clock: systemClock, random: Math.random });
  await tts.ready();
  const parts: number[] = [];
  let rate = 22_050;
  for await (const chunk of tts.speak(once(text), { voice, signal: new AbortController().signal })) {
    parts.push(...chunk.samples);
    rate = chunk.sampleRate;
  }
  await tts.close();
  const resampler = await createResampler(rate, 16_000);
  return resampler.process(Int16Array.from(parts));
}

/** A recording, its sounding parts so loud, dB of full scale. */
function atLevel(samples: Int16Array, levelDb: number): Int16Array {
  const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  const sounding = samples.filter((sample) => Math.abs(sample) > peak * 0.03);
  const power = sounding.reduce((sum, sample) => sum + sample ** 2, 0) / sounding.length;
  return framed(samples, levelDb - 10 * Math.log10(power / 32_768 ** 2));
}

describe('a person who begins to speak', () => {
  it.each(NOISE_NAMES.flatMap((name) => [-20, -30].map((level) => [name, level] as const)))(
    'is not half a minute of %s at %i dB, behind a sound without words',
    (name, level) => expect(beginnings(noiseOf(name, 28, level, dice()), { isWary: true })).toBeLessThanOrEqual(1),
  );

  it.each(['thuds', 'typing', 'barks', 'cutlery', 'coughs', 'rain'] as const)('is none of these: %s', (name) => {
    expect(beginnings(noiseOf(name, 30, -20, dice()))).toBe(0);
  });

  it.each([-18, -28, -38])('is each recording of one, at %i dB', (level) => {
    for (const { file, samples } of demoSamples()) {
      expect(beginnings(atLevel(samples, level)), file).toBeGreaterThan(0);
      expect(beginnings(atLevel(samples, level), { isWary: true }), file).toBeGreaterThan(0);
    }
  });

  it.each(['music', 'fan', 'rain', 'typing'] as const)('is heard over %s that is 10 dB softer', (name) => {
    for (const { file, samples } of demoSamples()) {
      const speech = atLevel(samples, -20);
      const noise = noiseOf(name, speech.length / 16_000, -30, dice());
      expect(beginnings(mix(speech, noise)), file).toBeGreaterThan(0);
    }
  });

  it('is none who is far softer than the last speaker', () => {
    for (const { file, samples } of demoSamples()) {
      expect(beginnings(atLevel(samples, -42), { before: -20 }), file).toBe(0);
      expect(beginnings(atLevel(samples, -30), { before: -20 }), file).toBeGreaterThan(0);
    }
  });
});

describe.each(['Watercooler', 'Gertrude'])('a short word of the voice %s', (voice) => {
  it.each(['yes', 'no', 'stop', 'okay', 'hello', 'go on'])('"%s" is one, softly too', async (word) => {
    const samples = await spoken(word, voice);
    expect(beginnings(framed(samples))).toBeGreaterThan(0);
    expect(beginnings(framed(samples, -20))).toBeGreaterThan(0);
  });
});
