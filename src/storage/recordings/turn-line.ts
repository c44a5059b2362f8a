import type { RecordedSide, RecordedTurn, TurnEnded } from './recorded-turn.ts';
import type { Side } from './recording-names.ts';

/** What a line says besides the turn itself. */
export interface TurnLineOptions {
  /** False: no line holds what was said. */
  readonly transcripts: boolean;
  /** Wall-clock milliseconds since 1970. */
  readonly endedAt: number;
}

/**
 * A turn as one line of JSON, without a line end. Times are ISO 8601 in UTC, durations milliseconds.
 * @param files names of the audio files beside the index; undefined where there is none
 */
export function turnLine(
  turn: RecordedTurn,
  ended: TurnEnded,
  files: Readonly<Record<Side, string | undefined>>,
  { transcripts, endedAt }: TurnLineOptions,
): string {
  const { kind, outcome, heard, answer, written, truncated, leftOut, spokenMs, stages, error } = ended;
  return JSON.stringify({
    device: turn.device,
    turn: turn.turn,
    kind,
    outcome,
    started_at: iso(turn.startedAt),
    ended_at: iso(endedAt),
    ...(transcripts ? { heard, answer, written } : {}),
    ...(truncated ? { truncated } : {}),
    ...(leftOut ? { left_out: leftOut } : {}),
    spoken_ms: Math.round(spokenMs),
    stages_ms: Object.fromEntries(Object.entries(stages).map(([stage, ms]) => [stage, Math.round(ms)])),
    // What an engine says of its failure may repeat what it was told.
    ...(error
      ? { error: { kind: error.kind, code: error.code, ...(transcripts ? { message: error.message } : {}) } }
      : {}),
    user: sideOf(turn.userSide, files.user),
    assistant: sideOf(turn.assistantSide, files.assistant),
  });
}

function sideOf(side: RecordedSide | undefined, file: string | undefined): Readonly<Record<string, unknown>> | null {
  if (!side) return null;
  const { audio, startedAt } = side;
  return {
    file: file ?? null,
    sample_rate: audio.sampleRate,
    started_at: iso(startedAt),
    ms: Math.round(audio.ms),
    // Beyond the longest recording, or beyond the memory for recordings.
    ...(audio.droppedMs > 0 ? { dropped_ms: Math.round(audio.droppedMs) } : {}),
  };
}

function iso(wallMs: number): string {
  return new Date(wallMs).toISOString();
}
