import { createRoute, z } from '@hono/zod-openapi';
import type { SayResult } from '../../conversation/proactive/requests.ts';
import type { SpeechRefusal } from '../../fleet/fleet.ts';
import { isEnabled } from '../../telemetry/is-enabled.ts';
import type { Api } from '../api-type.ts';
import type { ApiDeps } from '../deps.ts';
import { sayOnceThere } from '../once-there.ts';
import { forbiddenResponse, notReadyResponse } from '../problem.ts';
import { bodyFailures, isKnownVoice, REFUSAL_CODES, unknownVoice } from '../refusals.ts';
import { sayOptions, sayResultSchema, speechFields, toSayRequest, toSayResult, waitForDevice } from '../speech-dto.ts';
import { strictBody } from '../strict-body.ts';

/** The most devices that one request names. */
const MAX_NAMED = 1_000;

/** Longer than any name, UTF-16 units: what is not known is told, and told back. */
const MAX_NAME = 128;

const bodySchema = strictBody({
  ...speechFields,
  ...sayOptions,
  ...waitForDevice,
  devices: z
    .array(z.string().min(1).max(MAX_NAME).normalize('NFC'))
    .min(1)
    .max(MAX_NAMED)
    .optional()
    .openapi({ description: 'Names. Either these or `all`.' }),
  all: z.literal(true).optional().openapi({ description: 'Every enabled device.' }),
})
  .refine(({ devices, all }) => (devices === undefined) !== (all === undefined), 'give either "devices" or "all": true')
  .openapi('AnnounceRequest');

const refusedSchema = z.object({ refused: z.enum(REFUSAL_CODES) }).openapi('SpeechRefused');

const byName = <T extends z.ZodType>(schema: T) =>
  z.object({ devices: z.record(z.string(), z.union([schema, refusedSchema])).openapi({ description: 'By name.' }) });

const announcedSchema = byName(sayResultSchema).openapi('Announced');
const queuedSchema = byName(z.object({ queued: z.literal(true) })).openapi('AnnouncementQueued');

const route = createRoute({
  method: 'post',
  path: '/v1/announce',
  summary: 'Have several devices, or all, say the same',
  description:
    'As POST /v1/devices/{name}/say for each of them, all at once; a device that cannot does not stop the others. Answers ' +
    'when the last one is done.',
  request: { body: { required: true, content: { 'application/json': { schema: bodySchema } } } },
  responses: {
    200: { description: 'What became of it.', content: { 'application/json': { schema: announcedSchema } } },
    202: { description: 'With `wait: false`.', content: { 'application/json': { schema: queuedSchema } } },
    ...bodyFailures,
    403: forbiddenResponse,
    503: notReadyResponse,
  },
});

/** A fault of ours at one device is told there, and in the log. */
const FAULT: SayResult = {
  outcome: 'failed',
  heard: '',
  spokenMs: 0,
  error: { code: 'internal', message: 'something went wrong here; the log says what' },
};

/** POST /v1/announce */
export function addAnnounceRoute(api: Api, { fleet, voices, onError }: ApiDeps): void {
  api.openapi(route, async (c) => {
    const { devices, wait, wait_for_device, ...body } = c.req.valid('json');
    if (!isKnownVoice(voices, body.voice)) return unknownVoice(c, voices);
    const request = toSayRequest(body, false);
    const names =
      devices ??
      fleet
        .list()
        .filter(isEnabled)
        .map(({ config }) => config.name);
    const started = Array.from(new Set(names), (name) => {
      const said = sayOnceThere(fleet, name, request, wait_for_device);
      if (typeof said === 'string') return { name, said };
      return {
        name,
        said: said.catch((error: unknown) => {
          onError(error);
          return FAULT;
        }),
      };
    });
    // fromEntries makes own properties only, whatever a device is called.
    if (!wait) {
      const queued = started.map(
        ({ name, said }) => [name, typeof said === 'string' ? refused(said) : { queued: true as const }] as const,
      );
      return c.json({ devices: Object.fromEntries(queued) }, 202);
    }
    const ended = started.map(async ({ name, said }) => {
      const result = await said;
      return [name, typeof result === 'string' ? refused(result) : toSayResult(result)] as const;
    });
    return c.json({ devices: Object.fromEntries(await Promise.all(ended)) }, 200);
  });
}

function refused(refusal: SpeechRefusal): z.output<typeof refusedSchema> {
  return { refused: REFUSAL_CODES[refusal] };
}
