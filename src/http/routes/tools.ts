import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { cleanText } from '../../core/clean-text.ts';
import { DialtoneError } from '../../core/errors.ts';
import type { Api } from '../api-type.ts';
import type { ApiDeps } from '../deps.ts';
import { deviceParams, nameOf } from '../device-name.ts';
import { forbiddenResponse, notReadyResponse, problem, problemResponse } from '../problem.ts';
import { absentDevice, bodyFailures } from '../refusals.ts';
import {
  commandSchema,
  toolCallSchema,
  toolListSchema,
  toolResultSchema,
  toToolList,
  toToolResult,
} from '../tools-dto.ts';

/** Longest words of a device that a problem repeats, UTF-16 units. */
const MAX_WORDS = 500;

const deviceFailures = {
  404: problemResponse('No such device, or it is disabled; or it has no such function.'),
  409: problemResponse('The device is not connected, or its entry in devices.json is wrong.'),
  503: notReadyResponse,
};

const callFailures = {
  ...bodyFailures,
  ...deviceFailures,
  403: forbiddenResponse,
  429: problemResponse('There is no room for what the device is to fetch.'),
  422: problemResponse('The arguments are not what the function takes; `detail` says how.'),
  502: problemResponse('The device could not run the function; `detail` has its words.'),
  504: problemResponse('The device gave no result in time.'),
};

const listRoute = createRoute({
  method: 'get',
  path: '/{name}/tools',
  summary: 'The functions of a device',
  description: 'As the device describes them; those of a `pcm` device are its "commands" in devices.json.',
  request: { params: deviceParams },
  responses: {
    200: { description: 'All.', content: { 'application/json': { schema: toolListSchema } } },
    ...deviceFailures,
  },
});

const callRoute = createRoute({
  method: 'post',
  path: '/{name}/tools/{tool}',
  summary: 'Call a function of a device',
  description: 'Any that GET …/tools lists. Answers with its result.',
  request: {
    params: deviceParams.extend({ tool: z.string().openapi({ description: 'Percent-encoded.' }) }),
    body: { content: { 'application/json': { schema: toolCallSchema } } },
  },
  responses: {
    200: { description: 'Its result.', content: { 'application/json': { schema: toolResultSchema } } },
    ...callFailures,
  },
});

const commandRoute = createRoute({
  method: 'post',
  path: '/{name}/command',
  summary: 'Send a command to a device',
  description:
    'The body is the `payload` of a `server_command`, for a `pcm` device whose entry in devices.json lists it in "commands". The ' +
    'device acknowledges none.',
  request: {
    params: deviceParams,
    body: { required: true, content: { 'application/json': { schema: commandSchema } } },
  },
  responses: {
    202: {
      description: 'It was sent.',
      content: {
        'application/json': { schema: z.object({ device: z.string(), command: z.string() }).openapi('Commanded') },
      },
    },
    ...callFailures,
    403: problemResponse('"commands" of the device does not list it; or the token may only read.'),
  },
});

/** GET /v1/devices/{name}/tools, POST …/tools/{tool} and POST …/command */
export function addToolRoutes(api: Api, { fleet }: ApiDeps): void {
  api.openapi(listRoute, (c) => {
    const name = nameOf(c);
    const tools = fleet.tools(name);
    if (tools === 'no_tools') return c.json({ tools: [] }, 200);
    if (typeof tools === 'string') return absentDevice(c, tools, name);
    return c.json(toToolList(tools.list()), 200);
  });

  api.openapi(callRoute, async (c) => {
    const name = nameOf(c);
    const { tool } = c.req.valid('param');
    const tools = fleet.tools(name);
    if (tools === 'no_tools') return unknownTool(c, name);
    if (typeof tools === 'string') return absentDevice(c, tools, name);
    // Without a body, a function without arguments is called.
    const args = c.req.valid('json')?.arguments ?? {};
    const { signal } = c.req.raw;
    try {
      return c.json(toToolResult(await tools.call(tool, args, signal)), 200);
    } catch (error) {
      // A call that no client waits for any more is not made, if it was not yet.
      if (signal.aborted) return problem(c, 504, 'tool_timeout', 'The client did not wait for the result');
      return callProblem(c, error, name);
    }
  });

  api.openapi(commandRoute, async (c) => {
    const name = nameOf(c);
    const { command, ...args } = c.req.valid('json');
    const tools = fleet.tools(name);
    if (tools === 'no_tools') return notAllowed(c, command, name);
    if (typeof tools === 'string') return absentDevice(c, tools, name);
    try {
      await tools.call(command, args);
      return c.json({ device: name, command }, 202);
    } catch (error) {
      if (error instanceof DialtoneError && error.code === 'tool_unknown') return notAllowed(c, command, name);
      return callProblem(c, error, name);
    }
  });
}

function notAllowed(c: Context, command: string, name: string) {
  const detail = `"commands" of device '${name}' in devices.json does not list '${cleanText(command)}': add it there. Only "pcm" devices take commands; GET …/tools lists what others can do`;
  return problem(c, 403, 'command_not_allowed', detail);
}

function unknownTool(c: Context, name: string) {
  return problem(c, 404, 'tool_unknown', `Device '${name}' has no such function; GET …/tools lists what it has`);
}

/** The answer to a caller whose call came to nothing. @throws what is no failure of the call */
export function callProblem(c: Context, error: unknown, name: string) {
  if (!(error instanceof DialtoneError)) throw error;
  const words = cleanText(error.message, MAX_WORDS);
  switch (error.code) {
    case 'tool_unknown':
      return unknownTool(c, name);
    case 'tool_bad_arguments':
      return problem(c, 422, 'tool_bad_arguments', `The arguments are not right: ${words}`);
    case 'tool_timeout':
      return problem(c, 504, 'tool_timeout', `Device '${name}' gave no result in time: ${words}`);
    case 'tool_failed':
      return problem(c, 502, 'tool_failed', `Device '${name}' could not do it: ${words}`);
    case 'downloads_full':
      return problem(c, 429, 'busy', words);
    case 'link_lost':
      return absentDevice(c, 'not_connected', name);
    default:
      throw error;
  }
}
