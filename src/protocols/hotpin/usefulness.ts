import type { ChunkIntake } from './chunk-intake.ts';
import type { UselessReason } from './pin-machine.ts';

/** A transcript with fewer characters is no question. */
const SHORTEST_TRANSCRIPT = 3;

/** Why what was recorded cannot be answered; null: it can. @param minRecordingMs of a recording, milliseconds */
export function uselessness(
  text: string,
  { isBroken, audioMs }: Pick<ChunkIntake, 'isBroken' | 'audioMs'>,
  minRecordingMs: number,
): UselessReason | null {
  if (isBroken) return 'chunks_missing';
  if (audioMs < minRecordingMs) return 'too_short';
  return text.trim().length < SHORTEST_TRANSCRIPT ? 'no_words' : null;
}
