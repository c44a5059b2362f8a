import { mkdirSync, statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';

/** What is kept of conversations is for its owner alone. */
const OWNER_ONLY = 0o700;

/**
 * Makes a folder, and those above it, unless they are there. As `mkdir` with `recursive`, which never ends where a folder that is
 * there takes no other one: the working directory was removed, or it is a mount such as /proc.
 * @param mode of the folders that are made
 * @throws Error of the file system
 */
export async function makeFolder(path: string, mode = OWNER_ONLY): Promise<void> {
  if (await made(path, mode)) return;
  await makeFolder(dirname(path), mode);
  if (!(await made(path, mode))) await mkdir(path, { mode });
}

/** The same at once. */
export function makeFolderSync(path: string, mode = OWNER_ONLY): void {
  if (madeSync(path, mode)) return;
  makeFolderSync(dirname(path), mode);
  if (!madeSync(path, mode)) mkdirSync(path, { mode });
}

async function made(path: string, mode: number): Promise<boolean> {
  try {
    await mkdir(path, { mode });
    return true;
  } catch (error) {
    return isThere(path, error);
  }
}

function madeSync(path: string, mode: number): boolean {
  try {
    mkdirSync(path, { mode });
    return true;
  } catch (error) {
    return isThere(path, error);
  }
}

/** @returns false when the folder above is missing. @throws the error, when that is not why */
function isThere(path: string, error: unknown): boolean {
  // EROFS and EPERM also come for a folder that is there.
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return true;
  if ((error as NodeJS.ErrnoException).code === 'ENOENT' && dirname(path) !== path) return false;
  throw error;
}
