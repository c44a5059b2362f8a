import type { z } from 'zod';
import { settingsSchema } from '../settings.ts';

/** The settings as a Markdown table: name, default, what it is for. */
export function settingsTable(): string {
  const rows = Object.entries(settingsSchema.shape).map(([name, schema]) => {
    const { description } = schema.meta() ?? {};
    if (!description) throw new Error(`${name} has no description in settings.ts`);
    return `| \`${name}\` | ${defaultOf(schema)} | ${escapeCell(description)} |`;
  });
  return ['| variable | default | what it is for |', '| --- | --- | --- |', ...rows].join('\n');
}

/** The default as it is written in the environment; empty when there is none. */
function defaultOf(schema: z.ZodType): string {
  const parsed = schema.safeParse(undefined);
  if (!parsed.success || parsed.data === undefined) return '';
  return `\`${escapeCell(String(parsed.data))}\``;
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|').replace(/\s+/g, ' ');
}
