import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import { type Backend, devicePath } from './backend.ts';
import { failure, words } from './mcp-tool.ts';

const listSchema = z.object({
  tools: z.array(
    z.object({
      name: z.string(),
      description: z.string(),
      parameters: z.record(z.string(), z.unknown()),
      audience: z.enum(['model', 'user']),
    }),
  ),
});

const resultSchema = z.object({
  content: z.array(
    z.union([
      z.object({ type: z.literal('text'), text: z.string() }),
      z.object({ type: z.literal('image'), data: z.string(), mime_type: z.string() }),
    ]),
  ),
  is_error: z.boolean(),
});

/** A function of a device, as the REST API shows it. */
export type ListedTool = z.output<typeof listSchema>['tools'][number];

/**
 * The functions of a device that a language model may call: what speaks MCP is one. Those for the user alone are left out.
 * @throws Error when the device is not there
 */
export async function toolsForModel(backend: Backend, device: string): Promise<ListedTool[]> {
  const { tools } = listSchema.parse(await backend.get(devicePath(device, '/tools')));
  return tools.filter(({ audience }) => audience === 'model');
}

/** Whether a function takes a photo: it is the tool `take_photo`. */
export function isCamera(tool: string): boolean {
  return /(?:^|\.)take_photo$/.test(tool);
}

/** Calls a function of a device. @throws Error when it cannot be called */
export async function callDevice(
  backend: Backend,
  device: string,
  tool: string,
  args: Readonly<Record<string, unknown>>,
): Promise<CallToolResult> {
  const path = devicePath(device, `/tools/${encodeURIComponent(tool)}`);
  const { content, is_error } = resultSchema.parse(await backend.post(path, { arguments: args }));
  if (content.length === 0) return is_error ? failure('the device could not do it') : words('done');
  return {
    content: content.map((part) =>
      part.type === 'text' ? part : { type: 'image' as const, data: part.data, mimeType: part.mime_type },
    ),
    ...(is_error ? { isError: true } : {}),
  };
}
