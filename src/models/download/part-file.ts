import { type FileHandle, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { z } from 'zod';

/** What the part belongs to: without that the rest of another file could be put behind it. */
export interface PartOrigin {
  readonly url: string;
  /** A strong ETag or the time of the last change, which the server is asked to compare. */
  readonly validator: string;
  /** Bytes of the whole file. */
  readonly total?: number | undefined;
}

const originSchema = z.object({
  url: z.string(),
  validator: z.string(),
  total: z.number().int().nonnegative().optional(),
});

/** A file that is being fetched, and what was known of it when its first part came: `name.part` and `name.part.json`. */
export class PartFile {
  readonly path: string;
  readonly #notes: string;

  /** @param path of the part itself */
  constructor(path: string) {
    this.path = path;
    this.#notes = `${path}.json`;
  }

  /** What there is of the file from this address, and where it came from. Undefined: nothing that can be gone on with. */
  async begun(url: string): Promise<{ bytes: number; origin: PartOrigin } | undefined> {
    const bytes = (await stat(this.path).catch(absent))?.size ?? 0;
    const text = await readFile(this.#notes, 'utf8').catch(absent);
    if (bytes === 0 || text === undefined) return undefined;
    const origin = originSchema.safeParse(parsed(text));
    return origin.success && origin.data.url === url ? { bytes, origin: origin.data } : undefined;
  }

  /** Begins it anew. Without an origin it cannot be gone on with later. */
  async begin(origin: PartOrigin | undefined): Promise<FileHandle> {
    await this.remove();
    if (origin !== undefined) await writeFile(this.#notes, JSON.stringify(origin));
    return open(this.path, 'w');
  }

  /** Goes on with it. */
  goOn(): Promise<FileHandle> {
    return open(this.path, 'a');
  }

  /** Removes it and what is known of it. */
  async remove(): Promise<void> {
    // The notes first: a part without them is begun anew.
    await rm(this.#notes, { force: true });
    await rm(this.path, { force: true });
  }
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
  return undefined;
}

/** A process that was killed may have left half a text. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
