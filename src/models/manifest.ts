import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** Stands in the folder of every model that dialtone has installed. */
export const MANIFEST = 'dialtone-model.json';

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const bytes = z.number().int().nonnegative();

const manifestSchema = z.object({
  model: z.string(),
  installedAt: z.string(),
  /** What was fetched. `compared`: whether dialtone knew the SHA-256 beforehand. */
  downloads: z.array(z.object({ url: z.string(), bytes, sha256: hash, compared: z.boolean() })),
  /** Every file of the model by its path, with "/" on every system. */
  files: z.record(z.string(), z.object({ bytes, sha256: hash })),
});

/** What was installed, so that it can be checked later. */
export type Manifest = z.output<typeof manifestSchema>;

/** The SHA-256 of a file, hex. */
export async function sha256Of(path: string): Promise<string> {
  const sha256 = createHash('sha256');
  for await (const piece of createReadStream(path)) sha256.update(piece as Buffer);
  return sha256.digest('hex');
}

/** Notes every file that is in the folder, and what was fetched. */
export async function writeManifest(folder: string, about: Omit<Manifest, 'files'>): Promise<void> {
  const files: Manifest['files'] = {};
  for (const path of (await filesIn(folder)).sort()) {
    const file = join(folder, path);
    files[path] = { bytes: (await stat(file)).size, sha256: await sha256Of(file) };
  }
  const manifest: Manifest = { ...about, files };
  await writeFile(join(folder, MANIFEST), `${JSON.stringify(manifest, undefined, 2)}\n`, { flag: 'wx' });
}

/** The manifest of a folder; undefined when there is none, or none that can be understood. */
export async function readManifest(folder: string): Promise<Manifest | undefined> {
  try {
    return manifestSchema.parse(JSON.parse(await readFile(join(folder, MANIFEST), 'utf8')));
  } catch {
    return undefined;
  }
}

async function filesIn(folder: string, prefix = ''): Promise<string[]> {
  const entries = await readdir(join(folder, prefix), { withFileTypes: true });
  const lists = await Promise.all(
    entries.map((entry) => {
      const path = `${prefix}${entry.name}`;
      return entry.isDirectory() ? filesIn(folder, `${path}/`) : [path];
    }),
  );
  return lists.flat();
}
