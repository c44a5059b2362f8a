import type { StageTimes, TurnMoment, TurnMoments } from '../events.ts';

/** The moments of a turn in progress. */
export type Moments = { -readonly [M in keyof TurnMoments]: TurnMoments[M] };

/** Writes a moment down; only the first time counts, except for `last_speech`. */
export function noteMoment(moments: Moments, moment: TurnMoment, nowMs: number): void {
  if (moment === 'last_speech' || moments[moment] === undefined) moments[moment] = nowMs;
}

/** How long each stage took, as far as both of its ends are known. */
export function stagesOf(moments: TurnMoments): StageTimes {
  const stages: { -readonly [S in keyof StageTimes]: number } = {};
  const span = (stage: keyof StageTimes, from: TurnMoment, to: TurnMoment) => {
    const start = moments[from];
    const end = moments[to];
    if (start !== undefined && end !== undefined) stages[stage] = Math.max(0, end - start);
  };
  span('endpointing', 'last_speech', 'speech_ended');
  span('transcription', 'speech_ended', 'transcript');
  span('llm_first_token', 'transcript', 'first_token');
  span('first_sentence', 'first_token', 'first_sentence');
  span('tts_first_byte', 'tts_started', 'first_audio');
  span('playback', 'first_audio', 'first_sent');
  span('total', 'last_speech', 'first_sent');
  return stages;
}
