import { createHash } from 'node:crypto';
import { createRoute, z } from '@hono/zod-openapi';
import { numberTextBetween } from '../../core/number-between.ts';
import { AVATAR_SECONDS } from '../../protocols/device-tools.ts';
import type { Api } from '../api-type.ts';
import type { ApiDeps } from '../deps.ts';
import { deviceParams, nameOf } from '../device-name.ts';
import { forbiddenResponse, notReadyResponse, problem, problemResponse } from '../problem.ts';
import { absentDevice } from '../refusals.ts';
import { callProblem } from './tools.ts';

const loadedSchema = z
  .object({
    device: z.string(),
    mode: z.enum(['layered', 'matrix']),
    checksum: z.string().openapi({ description: '`sha256:` and hexadecimal digits.' }),
    bytes: z.int(),
  })
  .openapi('AvatarSetLoaded');

const avatarRoute = createRoute({
  method: 'post',
  path: '/{name}/avatar-set',
  summary: 'Load another face into a stackchan',
  description:
    'The body is the set as the robot keeps it: pictures of 160 by 120 points, RGB565; 14 of them for `layered`, 90 for `matrix`. The robot ' +
    'fetches it from `LISTEN_PORT`, checks and shows it; answers when it has. It has forgotten the set after a restart.',
  request: {
    params: deviceParams,
    query: z.object({
      mode: z.enum(['layered', 'matrix']).default('layered'),
      timeout: numberTextBetween(AVATAR_SECONDS.least, AVATAR_SECONDS.most)
        .default(AVATAR_SECONDS.usual)
        .openapi({ description: 'Seconds in which the robot must show it.' }),
    }),
    body: { required: true, content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } } },
  },
  responses: {
    200: { description: 'The robot shows it.', content: { 'application/json': { schema: loadedSchema } } },
    400: problemResponse('The body is empty, or `mode` or `timeout` is wrong.'),
    403: forbiddenResponse,
    404: problemResponse('No such device, or it is disabled; or it loads no avatar sets.'),
    409: problemResponse('The device is not connected, or its entry in devices.json is wrong.'),
    413: problemResponse('The body is too big.'),
    422: problemResponse('The robot does not take it.'),
    429: problemResponse('There is no room for another file that devices are to fetch.'),
    502: problemResponse('The robot could not load it; `detail` has its words.'),
    503: notReadyResponse,
    504: problemResponse('The robot has not loaded it in time.'),
  },
});

/** POST /v1/devices/{name}/avatar-set */
export function addAvatarSetRoute(api: Api, { fleet }: ApiDeps): void {
  api.openapi(avatarRoute, async (c) => {
    const name = nameOf(c);
    const { mode, timeout } = c.req.valid('query');
    const tools = fleet.tools(name);
    if (typeof tools === 'string' && tools !== 'no_tools') return absentDevice(c, tools, name);
    if (tools === 'no_tools' || !tools.loadAvatarSet) {
      return problem(c, 404, 'tool_unknown', `Device '${name}' loads no avatar sets: that is for stackchan robots`);
    }
    const bytes = Buffer.from(await c.req.arrayBuffer());
    if (bytes.length === 0) return problem(c, 400, 'bad_request', 'send the set as the body');
    try {
      await tools.loadAvatarSet({ bytes, mode, withinMs: timeout * 1_000 });
    } catch (error) {
      return callProblem(c, error, name);
    }
    const checksum = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
    return c.json({ device: name, mode, checksum, bytes: bytes.length }, 200);
  });
}
