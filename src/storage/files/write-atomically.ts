import { open, rename, rm } from 'node:fs/promises';

/** What a file is called while it is written. */
export const UNFINISHED = '.tmp';

/**
 * Puts a file in place of the one that is there, for the owner only. A reader, also after a power cut, finds the old
 * file or the new one, never a part. Never twice at once for the same path. Rejects as node:fs does; the old file then stays.
 */
export async function writeAtomically(path: string, text: string): Promise<void> {
  const unfinished = `${path}${UNFINISHED}`;
  // One that a killed process has left may have other rights.
  await rm(unfinished, { force: true });
  try {
    const file = await open(unfinished, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** Has the names in a folder survive a power cut. Does nothing where a system does not know that. */
export async function syncFolder(path: string): Promise<void> {
  try {
    const folder = await open(path, 'r');
    await folder.sync().finally(() => folder.close());
  } catch {
    // Windows opens no folders.
  }
}
