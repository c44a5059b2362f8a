import { rms } from '#src/audio/pcm';
import type { TwoChannels } from './stereo-wav.ts';

/** A question and its answer, as they can be heard. Milliseconds from the begin of the recording. */
export interface SpokenTurn {
  readonly userFromMs: number;
  readonly userToMs: number;
  /** When the answer began to sound. */
  readonly answerFromMs: number;
  readonly answerToMs: number;
  /** From the last sound of the user to the first sound of the answer. */
  readonly voiceToVoiceMs: number;
}

interface Sound {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Loudness is measured in steps of this length, milliseconds: so exact is a latency. */
const STEP_MS = 5;
/** What is softer is silence: -45 dB of full scale. A microphone's own noise lies at about -72. */
const SILENCE_RMS = 10 ** (-45 / 20);
/** A pause within a sentence is shorter. */
const PAUSE_MS = 600;
/** A click is shorter. */
const SHORTEST_MS = 40;

/**
 * Finds who spoke when. A turn is an answer with the user's words before it; what the microphone hears while the loudspeaker plays
 * counts as its echo.
 */
export function spokenTurns({ mic, speaker, sampleRate }: TwoChannels): SpokenTurn[] {
  const answers = soundsOf(speaker, sampleRate);
  const users = soundsOf(mic, sampleRate);
  return answers.flatMap((answer, index) => {
    const quietFromMs = answers[index - 1]?.toMs ?? 0;
    const user = users.findLast(({ toMs }) => toMs > quietFromMs && toMs <= answer.fromMs);
    if (!user) return [];
    return {
      userFromMs: user.fromMs,
      userToMs: user.toMs,
      answerFromMs: answer.fromMs,
      answerToMs: answer.toMs,
      voiceToVoiceMs: answer.fromMs - user.toMs,
    };
  });
}

/** What sounds on a channel; pauses within a sentence belong to it. */
function soundsOf(samples: Int16Array, sampleRate: number): Sound[] {
  const step = Math.round((sampleRate * STEP_MS) / 1000);
  const sounds: Sound[] = [];
  let open: { fromMs: number; toMs: number } | undefined;
  for (let at = 0; at < samples.length; at += step) {
    if (rms(samples.subarray(at, at + step)) < SILENCE_RMS) continue;
    const fromMs = (at * 1000) / sampleRate;
    if (open && fromMs - open.toMs > PAUSE_MS) {
      sounds.push(open);
      open = undefined;
    }
    open ??= { fromMs, toMs: fromMs };
    open.toMs = fromMs + STEP_MS;
  }
  if (open) sounds.push(open);
  return sounds.filter(({ fromMs, toMs }) => toMs - fromMs >= SHORTEST_MS);
}
