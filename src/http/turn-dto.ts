import { z } from '@hono/zod-openapi';
import { TURN_KINDS, TURN_OUTCOMES, TURN_STAGES } from '../conversation/events.ts';
import { cleanText } from '../core/clean-text.ts';
import type { TurnRecord } from '../telemetry/turn-log.ts';
import { iso } from './device-dto.ts';

const time = z.iso.datetime();
const text = (description: string) => z.string().nullable().openapi({ description });

/** A turn as GET /v1/devices/{name}/turns shows it. */
export const turnSchema = z
  .object({
    turn: z.int().openapi({ description: 'Its number in the events and the log.' }),
    kind: z.enum(TURN_KINDS),
    outcome: z.enum(TURN_OUTCOMES),
    started_at: time.nullable(),
    ended_at: time,
    heard: text('What was recognised. This and the other texts are null with LOG_TRANSCRIPTS=false.'),
    answer: text('The words of the answer that the loudspeaker has played.'),
    written: text('The answer as it was written, played or not.'),
    truncated: z.literal(true).optional().openapi({
      description: 'The limit of tokens (LLM_MAX_TOKENS) has cut the answer: it ends with its last whole sentence.',
    }),
    left_out: z.int().optional().openapi({
      description: 'So many sentences were not spoken, because the link is too slow for the audio.',
    }),
    spoken_ms: z.int().openapi({ description: 'Length of the audio sent.' }),
    stages_ms: z
      .partialRecord(z.enum(TURN_STAGES), z.int())
      .openapi({ description: 'How long each stage took; one that was not reached is missing.' }),
    error: z.object({ kind: z.enum(['stt', 'llm', 'tts']), code: z.string(), message: z.string() }).nullable(),
  })
  .openapi('Turn');

export function toTurn(record: TurnRecord): z.output<typeof turnSchema> {
  const {
    turn,
    kind,
    outcome,
    startedAt,
    endedAt,
    heard,
    answer,
    written,
    truncated,
    leftOut,
    spokenMs,
    stages,
    error,
  } = record;
  const stagesMs: z.output<typeof turnSchema>['stages_ms'] = {};
  for (const stage of TURN_STAGES) {
    const ms = stages[stage];
    if (ms !== undefined) stagesMs[stage] = Math.round(ms);
  }
  return {
    turn,
    kind,
    outcome,
    started_at: startedAt === null ? null : iso(startedAt),
    ended_at: iso(endedAt),
    heard,
    answer,
    written,
    ...(truncated ? { truncated } : {}),
    ...(leftOut ? { left_out: leftOut } : {}),
    spoken_ms: Math.round(spokenMs),
    stages_ms: stagesMs,
    error: error && { kind: error.kind, code: error.code, message: cleanText(error.message) },
  };
}
