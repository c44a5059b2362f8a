import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readManifest, sha256Of } from './manifest.ts';

/** What became of an installed model. */
export interface Verdict {
  /** How many files were compared; undefined when nothing is known to compare them with. */
  readonly compared: number | undefined;
  /** One text a file that is not as it was installed. */
  readonly problems: readonly string[];
}

/** Compares every file of an installed model with what was noted when it was installed. Files that have been added do not matter. */
export async function verifyModel(folder: string): Promise<Verdict> {
  const manifest = await readManifest(folder);
  if (manifest === undefined) return { compared: undefined, problems: [] };
  const problems: string[] = [];
  const files = Object.entries(manifest.files);
  for (const [path, noted] of files) {
    const problem = await problemOf(join(folder, path), noted);
    if (problem !== undefined) problems.push(`${path} ${problem}`);
  }
  return { compared: files.length, problems };
}

async function problemOf(path: string, noted: { bytes: number; sha256: string }): Promise<string | undefined> {
  try {
    const info = await stat(path);
    if (!info.isFile()) return 'is no file any more';
    if (info.size !== noted.bytes) return `has ${info.size} bytes instead of ${noted.bytes}`;
    return (await sha256Of(path)) === noted.sha256 ? undefined : 'has changed';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? 'is missing' : `cannot be read (${code})`;
  }
}
