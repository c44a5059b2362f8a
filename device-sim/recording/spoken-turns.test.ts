import { expect, it } from 'vitest';
import { tone } from '#src/audio/pcm';
import { spokenTurns } from './spoken-turns.ts';

const RATE = 16_000;
const at = (ms: number): number => (ms * RATE) / 1000;

function channel(lengthMs: number, ...sounds: readonly (readonly [fromMs: number, toMs: number])[]): Int16Array {
  const samples = new Int16Array(at(lengthMs)).map((_, index) => (index % 3) * 8);
  for (const [fromMs, toMs] of sounds) {
    samples.set(tone({ hz: 440, ms: toMs - fromMs, sampleRate: RATE, amplitude: 0.3 }), at(fromMs));
  }
  return samples;
}

it('measures from the last sound of the user to the first of the answer', () => {
  const mic = channel(12_000, [1_000, 1_500], [1_900, 2_400], [7_000, 8_000]);
  const speaker = channel(12_000, [3_240, 4_000], [4_300, 5_000], [8_650, 9_500]);
  const turns = spokenTurns({ mic, speaker, sampleRate: RATE });
  expect(turns.map(({ voiceToVoiceMs }) => Math.round(voiceToVoiceMs / 10) * 10)).toEqual([840, 650]);
  expect(turns[0]?.userFromMs).toBeCloseTo(1_000, -1);
  expect(turns[0]?.answerToMs).toBeCloseTo(5_000, -1);
});

it('takes what the microphone hears during an answer for its echo, and knows a greeting', () => {
  const speaker = channel(9_000, [1_000, 2_000], [5_000, 6_000]);
  const mic = channel(9_000, [1_050, 2_000], [5_050, 6_050]);
  expect(spokenTurns({ mic, speaker, sampleRate: RATE })).toEqual([]);
});
