import { readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { parseName } from './file-names.ts';

/** How long the history of a device outlives its entry in devices.json, milliseconds. */
const KEEP_MS = 30 * 24 * 3_600_000;

/**
 * Removes what is left of writes that never ended, and what was not used for 30 days: histories of devices that are no
 * longer known, and files that were set aside. Only files that bear our names. Rejects as node:fs does.
 *
 * The history of a known device is marked as used today, so that its 30 days begin when its entry is taken out.
 */
export async function tidy(dir: string, known: readonly string[], wallMs: number): Promise<void> {
  const isKnown = new Set(known);
  for (const name of await readdir(dir)) {
    const file = parseName(name);
    if (!file) continue;
    const path = join(dir, name);
    if (file.kind === 'unfinished') await rm(path, { force: true });
    else if (file.kind === 'history' && isKnown.has(file.device)) await utimes(path, wallMs / 1000, wallMs / 1000);
    else {
      const { mtimeMs } = await stat(path);
      // It was written while the clock was wrong: its 30 days begin now.
      if (mtimeMs > wallMs) await utimes(path, wallMs / 1000, wallMs / 1000);
      else if (wallMs - mtimeMs > KEEP_MS) await rm(path, { force: true });
    }
  }
}
