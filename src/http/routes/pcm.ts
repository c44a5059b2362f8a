import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { MAX_PCM_RATE, MIN_PCM_RATE } from '../../audio/pcm-stream.ts';
import { DialtoneError } from '../../core/errors.ts';
import { wholeNumberTextBetween } from '../../core/number-between.ts';
import type { Api } from '../api-type.ts';
import type { ApiDeps } from '../deps.ts';
import { deviceParams, nameOf } from '../device-name.ts';
import { mayTakeLong } from '../long-requests.ts';
import { problem, problemResponse } from '../problem.ts';
import { absentDevice, speechFailures, speechRefusal } from '../refusals.ts';
import { sayResultSchema, toSayResult } from '../speech-dto.ts';
import { MAX_SPOKEN_SECONDS, SpokenBody } from '../spoken-body.ts';

/** The longest body: as many seconds as are played, in stereo at 48 kHz. */
export const MAX_PCM_BYTES = MAX_SPOKEN_SECONDS * 48_000 * 2 * 2;

/** Any bytes, in the OpenAPI document. */
const bytes = { type: 'string', format: 'binary' } as const;

const pcmRoute = createRoute({
  method: 'post',
  path: '/{name}/pcm',
  summary: 'Play speech of yours on the loudspeaker of a device',
  description:
    'The body is the audio: s16le mono at `X-Sample-Rate`, or a WAV file. It is read as it is played, so it may be sent while it is ' +
    `spoken, with chunks; at most ${MAX_SPOKEN_SECONDS} s. Answers when it was played, or will not be. It waits for the turn in ` +
    'progress.',
  request: {
    params: deviceParams,
    query: z.object({
      interrupt: z
        .enum(['true', 'false'])
        .default('false')
        .openapi({ description: 'true: an answer in progress is cut short. A user who speaks never is.' }),
    }),
    headers: z.object({
      'x-sample-rate': wholeNumberTextBetween(MIN_PCM_RATE, MAX_PCM_RATE)
        .optional()
        .openapi({ description: 'Hz of raw samples. Not needed for a WAV file.', example: 24_000 }),
      'x-channels': z.literal('1').optional().openapi({ description: 'Raw samples are mono.' }),
    }),
    body: {
      required: true,
      content: { 'application/octet-stream': { schema: bytes }, 'audio/wav': { schema: bytes } },
    },
  },
  responses: {
    200: { description: 'What became of it.', content: { 'application/json': { schema: sayResultSchema } } },
    400: problemResponse('The audio cannot be played; `detail` says why.'),
    413: problemResponse('The body is too big.'),
    415: problemResponse('The body is said to be something else than raw samples or a WAV file.'),
    ...speechFailures,
  },
});

/** POST /v1/devices/{name}/pcm */
export function addPcmRoute(api: Api, { fleet, clock }: ApiDeps): void {
  api.openapi(pcmRoute, async (c) => {
    const name = nameOf(c);
    const tools = fleet.tools(name);
    if (typeof tools === 'string' && tools !== 'no_tools') return absentDevice(c, tools, name);
    if (!isAudio(c.req.header('content-type'))) {
      return problem(c, 415, 'bad_request', 'send raw samples as application/octet-stream, or a WAV file as audio/wav');
    }
    const { body } = c.req.raw;
    if (!body) return problem(c, 400, 'bad_request', 'There is no audio in the body');
    const speech = await open(c, body, c.req.valid('header')['x-sample-rate']);
    if (speech instanceof Response) return speech as ReturnType<typeof notPlayable>;
    const interrupt = c.req.valid('query').interrupt === 'true';
    const result = fleet.say(name, { text: '', audio: speech, interrupt, listenAfter: false });
    if (typeof result === 'string') {
      speech.refuse();
      return speechRefusal(c, result, name);
    }
    // Whatever becomes of it, the rest of the body is not read.
    c.header('connection', 'close');
    if (c.env?.incoming) mayTakeLong(c.env.incoming.socket);
    const { error, outcome, ...rest } = await result;
    const { failure } = speech;
    // What has come was played, but that was not all.
    if (failure && outcome === 'played')
      return c.json(toSayResult({ ...rest, outcome: 'failed', error: failure }), 200);
    return c.json(toSayResult({ ...rest, outcome, ...(error ? { error } : {}) }), 200);
  });

  async function open(c: Context, body: ReadableStream<Uint8Array>, rate: number | undefined) {
    try {
      return await SpokenBody.open(body, rate, clock);
    } catch (error) {
      if (error instanceof DialtoneError) return notPlayable(c, error);
      throw error;
    }
  }
}

function notPlayable(c: Context, { message }: DialtoneError) {
  return problem(c, 400, 'bad_request', message);
}

/** Without a type it is what its bytes are. */
function isAudio(contentType: string | undefined): boolean {
  const type = contentType?.split(';', 1)[0]?.trim().toLowerCase() ?? 'application/octet-stream';
  // audio/L16 has its bytes in the other order.
  return type === 'application/octet-stream' || (/^audio\/\S+$/.test(type) && type !== 'audio/l16') || type === '';
}
