import type { StageTimes } from '../events.ts';

/** The moments of a turn, monotonic milliseconds. */
type Moment =
  | 'last_speech'
  | 'speech_ended'
  | 'transcript'
  | 'first_token'
  | 'first_sentence'
  | 'tts_started'
  | 'first_audio'
  | 'first_sent';

/** Writes down when things happened in a turn and tells how long each stage took. */
export class StageClock {
  readonly #moments = new Map<Moment, number>();

  /** Writes a moment down; only the first time counts, but for `last_speech`. */
  note(moment: Moment, nowMs: number): void {
    if (moment === 'last_speech' || !this.#moments.has(moment)) this.#moments.set(moment, nowMs);
  }

  get stages(): StageTimes {
    const stages: { -readonly [S in keyof StageTimes]: number } = {};
    const span = (stage: keyof StageTimes, from: Moment, to: Moment) => {
      const start = this.#moments.get(from);
      const end = this.#moments.get(to);
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
}
