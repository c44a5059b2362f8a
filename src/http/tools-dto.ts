import { z } from '@hono/zod-openapi';
import { cleanText } from '../core/clean-text.ts';
import type { DeviceTool, DeviceToolResult } from '../protocols/device-tools.ts';
import { strictBody } from './strict-body.ts';

/** Longest name and description that is shown of a function, UTF-16 units: a device tells them. */
const MAX_NAME = 128;
const MAX_DESCRIPTION = 4_000;

/** A function of a device. */
const toolSchema = z
  .object({
    name: z.string().openapi({ description: 'As the device names it.', example: 'self.audio_speaker.set_volume' }),
    description: z.string(),
    parameters: z.record(z.string(), z.unknown()).openapi({ description: 'JSON Schema of the arguments.' }),
    audience: z.enum(['model', 'user']).openapi({ description: '`user`: the language model is never offered it.' }),
  })
  .openapi('DeviceTool');

/** The functions of one device. */
export const toolListSchema = z.object({ tools: z.array(toolSchema) }).openapi('DeviceToolList');

/** The body of POST /v1/devices/{name}/tools/{tool}. */
export const toolCallSchema = strictBody({
  arguments: z.record(z.string(), z.unknown()).default({}).openapi({ description: 'As `parameters` says.' }),
}).openapi('ToolCall');

/** The body of POST /v1/devices/{name}/command: what is sent as `payload` of a `server_command`. */
export const commandSchema = z
  .object({ command: z.string().min(1).max(64).openapi({ example: 'set_led_color' }) })
  .catchall(z.unknown())
  .openapi('Command');

/** What a device's function gave back. */
export const toolResultSchema = z
  .object({
    content: z.array(
      z.discriminatedUnion('type', [
        z.object({ type: z.literal('text'), text: z.string() }),
        z.object({
          type: z.literal('image'),
          data: z.string().openapi({ description: 'Base64.' }),
          mime_type: z.string(),
        }),
      ]),
    ),
    is_error: z.boolean().openapi({ description: 'true: the device could not do it; `content` says why.' }),
  })
  .openapi('ToolResult');

export function toToolList(tools: readonly DeviceTool[]): z.output<typeof toolListSchema> {
  return {
    tools: tools.map(({ name, description, parameters, audience }) => ({
      name: cleanText(name, MAX_NAME),
      description: cleanText(description, MAX_DESCRIPTION),
      parameters,
      audience,
    })),
  };
}

/** Texts are as the device wrote them, lines and all. */
export function toToolResult({ content, isError }: DeviceToolResult): z.output<typeof toolResultSchema> {
  return {
    content: content.map((part) =>
      part.type === 'text'
        ? { type: 'text' as const, text: part.text }
        : { type: 'image' as const, data: part.data, mime_type: cleanText(part.mimeType) },
    ),
    is_error: isError,
  };
}
