import { z } from '@hono/zod-openapi';
import type { ConfigStatus } from '../config/live/config-status.ts';
import { cleanText } from '../core/clean-text.ts';
import { iso } from './device-dto.ts';

const names = z.array(z.string());
const lines = z.array(z.int().nullable()).openapi({
  description: 'Of each of `errors` its line in the file, from 1; null where that is not known, or the error names it.',
});

/** The running configuration as GET /v1/config shows it. */
export const configSchema = z
  .object({
    file: z.string(),
    hash: z.string().openapi({ description: 'SHA-256 of the running file, hex.' }),
    loaded_at: z.iso.datetime(),
    devices: z.int().openapi({ description: 'That run.' }),
    misconfigured: z
      .array(
        z.object({
          name: z.string(),
          entry: z.int().openapi({ description: 'Place in the file, from 0.' }),
          errors: z.array(z.string()),
          lines,
        }),
      )
      .openapi({ description: 'Entries that are wrong: the others run without them.' }),
    warnings: z.array(z.string()),
    last_reload: z
      .object({
        at: z.iso.datetime(),
        trigger: z.enum(['file', 'signal', 'api']),
        ok: z.boolean().openapi({ description: 'false: the file is wrong, and the running configuration was kept.' }),
        errors: z.array(z.string()),
        lines,
        changes: z
          .object({
            added: names,
            removed: names,
            restarted: names.openapi({ description: 'Dialled anew.' }),
            updated: names.openapi({ description: 'Changed without touching the line.' }),
            unchanged: z.int(),
          })
          .nullable(),
      })
      .nullable()
      .openapi({ description: 'null before the first one.' }),
    problem: z.string().nullable().openapi({
      description: 'Why the last good copy of the file runs in its place, or why reloading cannot work as it is.',
    }),
  })
  .openapi('Config');

export function toConfig(status: ConfigStatus): z.output<typeof configSchema> {
  const { lastReload } = status;
  const problem = status.fallback ?? status.problem;
  return {
    file: status.file,
    hash: status.hash,
    loaded_at: iso(status.loadedAt),
    devices: status.devices,
    misconfigured: status.misconfigured.map(({ name, index, errors, lines }) => ({
      name,
      entry: index,
      errors: errors.map((error) => cleanText(error)),
      lines: errors.map((_, at) => lines?.[at] ?? null),
    })),
    warnings: status.warnings.map((warning) => cleanText(warning)),
    last_reload: lastReload && {
      at: iso(lastReload.at),
      trigger: lastReload.trigger,
      ok: lastReload.ok,
      errors: lastReload.errors.map((error) => cleanText(error)),
      lines: lastReload.errors.map((_, at) => lastReload.lines?.[at] ?? null),
      changes: lastReload.changes && {
        added: [...lastReload.changes.added],
        removed: [...lastReload.changes.removed],
        restarted: [...lastReload.changes.restarted],
        updated: [...lastReload.changes.updated],
        unchanged: lastReload.changes.unchanged,
      },
    },
    problem: problem === null ? null : cleanText(problem),
  };
}
