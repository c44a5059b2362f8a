import { z } from 'zod';
import { numberBetween } from '../core/number-between.ts';
import { MAX_READY_WAIT_SECONDS, READY_WAIT_DESCRIPTION } from '../fleet/ready-waits.ts';
import { type Backend, devicePath } from './backend.ts';
import { callDevice, isCamera, toolsForModel } from './device-calls.ts';
import { data, defineMcpTool, failure, type McpTool } from './mcp-tool.ts';

/** So many names stand in the description of `list_devices`; those of a larger fleet it tells when it is called. */
const MAX_NAMES = 50;

const statusSchema = z.object({
  devices: z.record(
    z.string(),
    z.object({
      connected: z.boolean(),
      state: z.string(),
      activity: z.string(),
      voice: z.string(),
      last_error: z.object({ code: z.string(), message: z.string() }).nullable(),
    }),
  ),
});

const spokenSchema = z.object({ outcome: z.string() });

const text = z.string().min(1).max(2_000);

/**
 * The tools for any device of the fleet.
 * @param names of the devices
 * @param only the device of a caller that names none; undefined: each call must name one
 */
export function fleetTools(names: readonly string[], only: string | undefined): McpTool[] {
  const name = z.string();
  const device =
    only === undefined
      ? name.meta({ description: 'Name of the device.' })
      : name.default(only).meta({ description: `Name of the device. Default: ${only}.` });
  const all = names.length > 0 && names.length <= MAX_NAMES ? ` There are: ${names.join(', ')}.` : '';
  const wait_for_device = numberBetween(0, MAX_READY_WAIT_SECONDS)
    .optional()
    .meta({ description: READY_WAIT_DESCRIPTION });
  const voice = z.string().optional().meta({ description: "Voice. Default: the device's own." });
  return [
    defineMcpTool({
      name: 'list_devices',
      description: `Lists the voice devices: is each connected, and what is it doing?${all}`,
      parameters: z.object({}),
      reads: true,
      run: async (_, backend) => {
        const { devices } = statusSchema.parse(await backend.get('/v1/devices/status'));
        const list = Object.entries(devices).map(([key, { connected, state, activity, voice: own, last_error }]) => ({
          name: key,
          connected,
          state,
          activity,
          voice: own,
          ...(last_error ? { last_error: last_error.message } : {}),
        }));
        return data(list);
      },
    }),
    defineMcpTool({
      name: 'get_status',
      description: 'Tells everything that is known of one device, and which functions it has.',
      parameters: z.object({ device }),
      reads: true,
      run: async (args, backend) => {
        const status = await backend.get(devicePath(args.device));
        return data({ ...(status as object), tools: await describedTools(backend, args.device) });
      },
    }),
    defineMcpTool({
      name: 'say',
      description: 'Has a device say a text. Returns when it was spoken, with the words that were heard.',
      parameters: z.object({
        device,
        text,
        voice,
        interrupt: z.boolean().optional().meta({ description: 'true: an answer in progress is cut short.' }),
        wait_for_device,
      }),
      run: async ({ device: to, ...body }, backend) => spoken(await backend.post(devicePath(to, '/say'), body)),
    }),
    defineMcpTool({
      name: 'ask',
      description: 'Has a device ask a question, and returns what the person there answers.',
      parameters: z.object({
        device,
        text,
        voice,
        timeout: numberBetween(1, 120).optional().meta({ description: 'Seconds to wait for an answer. Default: 15.' }),
        wait_for_device,
      }),
      run: async ({ device: to, ...body }, backend) => spoken(await backend.post(devicePath(to, '/ask'), body)),
    }),
    defineMcpTool({
      name: 'listen',
      description:
        'Opens the microphone of a device, and returns what the person there says. The device does not reply.',
      parameters: z.object({
        device,
        timeout: numberBetween(1, 120)
          .optional()
          .meta({ description: 'Seconds in which the person must begin to speak. Default: 15.' }),
        wait_for_device,
      }),
      run: async ({ device: to, ...body }, backend) => {
        const heard = (await backend.post(devicePath(to, '/listen'), { ...body, wait: true })) as Readonly<
          Record<string, unknown>
        >;
        const { outcome, answer, error } = heard;
        return data({ outcome, transcript: answer, ...(error ? { error } : {}) }, !isFine(String(outcome)));
      },
    }),
    defineMcpTool({
      name: 'announce',
      description: 'Has several devices, or all, say the same text.',
      parameters: z.object({
        text,
        devices: z.array(z.string()).min(1).optional().meta({ description: 'Names. Default: every device.' }),
        voice,
        interrupt: z.boolean().optional().meta({ description: 'true: answers in progress are cut short.' }),
        wait_for_device,
      }),
      run: async ({ devices, ...body }, backend) =>
        data(await backend.post('/v1/announce', { ...body, ...(devices ? { devices } : { all: true }) })),
    }),
    defineMcpTool({
      name: 'interrupt',
      description: 'Cuts short what a device is saying.',
      parameters: z.object({ device }),
      run: async (args, backend) => data(await backend.post(devicePath(args.device, '/interrupt'), {})),
    }),
    defineMcpTool({
      name: 'take_photo',
      description: 'Takes a photo with the camera of a device, if it has one.',
      parameters: z.object({
        device,
        question: z
          .string()
          .max(500)
          .default('What do you see?')
          .meta({ description: 'What is to be found out, for devices that describe their photos.' }),
      }),
      run: async ({ device: of, question }, backend) => {
        const camera = (await toolsForModel(backend, of)).find(({ name: own }) => isCamera(own));
        if (!camera) return failure(`device '${of}' has no camera`);
        return callDevice(backend, of, camera.name, { question });
      },
    }),
    defineMcpTool({
      name: 'device_tool',
      description: 'Calls a function of a device. get_status tells which it has, and their arguments.',
      parameters: z.object({
        device,
        tool: z.string().meta({ description: 'Name as get_status tells it.' }),
        // `true`, where zod writes `{}`: some providers of models take no schema that says nothing.
        arguments: z.looseObject({}).default({}).meta({ additionalProperties: true }),
      }),
      run: async ({ device: of, tool, arguments: args }, backend) => {
        const tools = await toolsForModel(backend, of);
        if (tools.some(({ name: own }) => own === tool)) return callDevice(backend, of, tool, args);
        const known = tools.map(({ name: own }) => own).join(', ');
        return failure(`device '${of}' has no function '${tool}' for you. It has: ${known === '' ? 'none' : known}`);
      },
    }),
  ];
}

/** Of a device that is away: none. */
async function describedTools(backend: Backend, device: string) {
  try {
    return (await toolsForModel(backend, device)).map(({ audience: _, ...tool }) => tool);
  } catch {
    return [];
  }
}

function spoken(result: unknown) {
  return data(result, !isFine(spokenSchema.parse(result).outcome));
}

/** Whether a request to speak or listen did what it was for; silence is an answer, too. */
function isFine(outcome: string): boolean {
  return outcome === 'played' || outcome === 'answered' || outcome === 'no_answer' || outcome === 'interrupted';
}
