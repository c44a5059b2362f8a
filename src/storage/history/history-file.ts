import { z } from 'zod';
import type { HistoryEntry } from '../../conversation/ports.ts';

/** Raised when a file of today could not be read by the program of yesterday. */
const VERSION = 1;

const fileSchema = z.object({
  version: z.literal(VERSION),
  device: z.string(),
  entries: z.array(
    z.object({
      role: z.enum(['user', 'assistant']),
      content: z.string().min(1),
      interrupted: z.literal(true).optional(),
      truncated: z.literal(true).optional(),
      unanswered: z.literal(true).optional(),
      at: z.number(),
    }),
  ),
});

/** Stands in place of an image: the language model sees that there was one, and no file holds it. */
const IMAGE_NOTE = '[an image that was not kept]';

/** A history as the text of its file, without the images in it: {@link IMAGE_NOTE} stands behind the words for each. */
export function encodeHistory(device: string, entries: readonly HistoryEntry[]): string {
  return `${JSON.stringify({ version: VERSION, device, entries: entries.map(inWords) }, null, 1)}\n`;
}

function inWords({ images = [], ...entry }: HistoryEntry): HistoryEntry {
  if (images.length === 0) return entry;
  return { ...entry, content: [entry.content, ...images.map(() => IMAGE_NOTE)].join(' ').trim() };
}

/**
 * The history in the text of a file.
 * @throws Error that says why it is not one of this device
 */
export function decodeHistory(text: string, device: string): readonly HistoryEntry[] {
  const parsed = fileSchema.safeParse(parseJson(text));
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error).replace(/\s+/g, ' '));
  if (parsed.data.device !== device) throw new Error('it is the history of another device');
  return parsed.data.entries.map(({ role, content, interrupted, truncated, unanswered, at }) => ({
    role,
    content,
    at,
    ...(interrupted ? { interrupted } : {}),
    ...(truncated ? { truncated } : {}),
    ...(unanswered ? { unanswered } : {}),
  }));
}

/** What JSON.parse says of a mistake repeats the text around it, which is nothing for a log. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('it is not JSON, or cut short');
  }
}
