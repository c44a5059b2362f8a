import { createRoute, z } from '@hono/zod-openapi';
import { TURN_KINDS, TURN_OUTCOMES } from '../../conversation/events.ts';
import { cleanText, MAX_SPEECH } from '../../core/clean-text.ts';
import { wholeNumberTextBetween } from '../../core/number-between.ts';
import type { Api } from '../api-type.ts';
import type { ApiDeps, RecordingEntry } from '../deps.ts';
import { deviceParams, nameOf } from '../device-name.ts';
import { notReadyResponse, problem, problemResponse } from '../problem.ts';
import { unknownDevice } from '../refusals.ts';

/** So many without a `limit`. */
const DEFAULT_LIMIT = 50;

const sideSchema = z.object({
  file: z.string().max(64).nullable().openapi({ description: 'null: its audio could not be written.' }),
  sample_rate: z.number(),
  started_at: z.string().max(32),
  ms: z.number(),
});

/** What is read of a line of the index; what a later version may add is left out. */
const lineSchema = z.object({
  turn: z.number(),
  kind: z.enum(TURN_KINDS),
  outcome: z.enum(TURN_OUTCOMES),
  started_at: z.string().max(32),
  ended_at: z.string().max(32),
  heard: z.string().optional(),
  answer: z.string().optional(),
  user: sideSchema.nullable(),
  assistant: sideSchema.nullable(),
});

const text = z.string().nullable().openapi({ description: 'null with LOG_TRANSCRIPTS=false, now or then.' });

const recordingSchema = lineSchema
  .extend({
    day: z.string().openapi({ description: 'Folder of the day (UTC).' }),
    heard: text,
    answer: text,
  })
  .openapi('Recording');

const listSchema = z
  .object({
    device: z.string(),
    recordings: z.array(recordingSchema).openapi({ description: 'Newest first.' }),
  })
  .openapi('Recordings');

const listRoute = createRoute({
  method: 'get',
  path: '/{name}/recordings',
  summary: 'The last recorded turns of a device',
  description: 'Newest first, also those from before a restart. Turns are recorded with RECORDINGS_DIR.',
  request: {
    params: deviceParams,
    query: z.object({
      limit: wholeNumberTextBetween(1, 1000)
        .optional()
        .openapi({ description: `At most so many. Default: ${DEFAULT_LIMIT}.` }),
    }),
  },
  responses: {
    200: { description: 'The recordings.', content: { 'application/json': { schema: listSchema } } },
    400: problemResponse('The limit is not right.'),
    404: problemResponse('No such device, or RECORDINGS_DIR is not set.'),
    503: notReadyResponse,
  },
});

const audioRoute = createRoute({
  method: 'get',
  path: '/{name}/recordings/{day}/{file}',
  summary: 'The audio of one side of a recorded turn',
  request: {
    params: deviceParams.extend({
      day: z.string().openapi({ description: '`day` of the recording.' }),
      file: z.string().openapi({ description: '`file` of `user` or `assistant`.' }),
    }),
  },
  responses: {
    200: {
      description: 'The audio.',
      content: { 'audio/wav': { schema: z.string().openapi({ format: 'binary' }) } },
    },
    404: problemResponse('No such device or file, or RECORDINGS_DIR is not set.'),
    503: notReadyResponse,
  },
});

/** GET /v1/devices/{name}/recordings and the audio of each */
export function addRecordingRoutes(api: Api, { fleet, recordings, settings }: ApiDeps): void {
  api.openapi(listRoute, async (c) => {
    const device = nameOf(c);
    if (!fleet.get(device)) return unknownDevice(c);
    if (!recordings) return problem(c, 404, 'not_found', 'turns are not recorded: set RECORDINGS_DIR');
    const entries = await recordings.list(device, c.req.valid('query').limit ?? DEFAULT_LIMIT);
    return c.json(
      { device, recordings: entries.flatMap((entry) => toRecording(entry, settings.LOG_TRANSCRIPTS)) },
      200,
    );
  });

  api.openapi(audioRoute, async (c) => {
    const device = nameOf(c);
    if (!fleet.get(device)) return unknownDevice(c);
    const { day, file } = c.req.valid('param');
    const audio = await recordings?.audio(device, day, file);
    if (!audio) return problem(c, 404, 'not_found', 'there is no such recording (any more)');
    return c.body(audio, 200, { 'content-type': 'audio/wav' });
  });
}

/** Empty: the line is none that this version understands. */
function toRecording({ day, line }: RecordingEntry, transcripts: boolean): z.output<typeof recordingSchema>[] {
  const parsed = lineSchema.safeParse(line);
  if (!parsed.success) return [];
  const said = (words: string | undefined) =>
    transcripts && words !== undefined ? cleanText(words, MAX_SPEECH) : null;
  return [{ ...parsed.data, day, heard: said(parsed.data.heard), answer: said(parsed.data.answer) }];
}
