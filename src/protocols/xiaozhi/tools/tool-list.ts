import { z } from 'zod';
import { cleanText } from '../../../core/clean-text.ts';
import type { DeviceTool } from '../../device-tools.ts';

/** What one device may tell of its functions: as many, and so much text in all, UTF-16 units. */
const MAX_TOOLS = 200;
const MAX_TEXT = 65_536;

/** So many pages are asked for. */
const MAX_PAGES = 50;

/** Longest description of a function. */
const MAX_DESCRIPTION = 2_000;

/** Arguments of a function are described no deeper. */
const MAX_DEPTH = 12;

/**
 * Functions that are the owner's alone, whatever else the device says of them: those of firmware (2.4.2, `mcp_server.cc`; of a stackchan:
 * which server it dials), and what ends or replaces a firmware under any other name.
 */
const USER_ONLY = new RegExp(
  [
    '^self\\.(?:reboot|upgrade_firmware|get_system_info|assets\\.|gateway_config\\.|screen\\.(?:get_info|snapshot|preview_image))',
    '(?:^|[^a-z])(?:reboot|factory[-_]?reset|(?:upgrade|update|flash)[-_]?firmware|firmware[-_]?(?:upgrade|update))(?:$|[^a-z])',
  ].join('|'),
  'i',
);

const toolSchema = z.object({
  name: z
    .string()
    .min(1)
    .max(128)
    // Of any script: models are offered it in letters that they take. What cannot be seen is no name.
    .regex(/^(?=.*\S)[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+$/u),
  description: z.string().catch(''),
  inputSchema: z.record(z.string(), z.unknown()).catch({}),
  annotations: z
    .object({ audience: z.array(z.string()).optional() })
    .optional()
    .catch(undefined),
});

const pageSchema = z.object({
  tools: z.array(z.unknown()).catch([]),
  nextCursor: z.string().max(256).optional().catch(undefined),
});

/** The functions of a device, read page by page. */
export interface ToolList {
  readonly tools: readonly DeviceTool[];
  /** What was left out: the device told more than it may, or what cannot be read. */
  readonly leftOut: number;
}

/**
 * Asks for all pages, one after the other.
 * @param askPage asks for the page that begins at a cursor; its answer is the device's, and may be anything
 * @throws what `askPage` throws
 */
export async function readToolList(askPage: (cursor: string) => Promise<unknown>): Promise<ToolList> {
  const byName = new Map<string, DeviceTool>();
  const asked = new Set<string>();
  let text = 0;
  let leftOut = 0;
  let cursor: string | undefined = '';
  while (cursor !== undefined && !asked.has(cursor)) {
    // More pages than these are more than may be told.
    if (asked.size >= MAX_PAGES) return { tools: [...byName.values()], leftOut: leftOut + 1 };
    asked.add(cursor);
    const page = pageSchema.safeParse(await askPage(cursor));
    if (!page.success) break;
    for (const one of page.data.tools) {
      const tool = readTool(one);
      const length = tool ? JSON.stringify(tool).length : 0;
      const fits = byName.size < MAX_TOOLS && text + length <= MAX_TEXT;
      if (!tool || !fits || byName.has(tool.name)) {
        leftOut += 1;
        continue;
      }
      byName.set(tool.name, tool);
      text += length;
    }
    cursor = page.data.nextCursor || undefined;
  }
  return { tools: [...byName.values()], leftOut };
}

function readTool(value: unknown): DeviceTool | null {
  const parsed = toolSchema.safeParse(value);
  if (!parsed.success || depthOf(parsed.data.inputSchema) > MAX_DEPTH) return null;
  const { name, description, inputSchema, annotations } = parsed.data;
  const isUserOnly = annotations?.audience?.includes('user') === true || USER_ONLY.test(name);
  return {
    name,
    description: cleanText(description, MAX_DESCRIPTION),
    parameters: { ...inputSchema, type: 'object' },
    audience: isUserOnly ? 'user' : 'model',
  };
}

/** How deep a value is, up to one more than may be: so deep that a device could not overflow the stack with it. */
function depthOf(value: unknown, depth = 0): number {
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return depth;
  return Object.values(value).reduce((deepest: number, part) => Math.max(deepest, depthOf(part, depth + 1)), depth);
}
