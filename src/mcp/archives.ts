import { constants } from 'node:fs';
import { open, realpath } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { MAX_AVATAR_BYTES } from '../protocols/device-tools.ts';

/** The folder of `STATE_DIR` whose files clients over HTTP may name. */
const FOLDER = 'avatar-sets';

/** The files that clients may name as the set of a face. */
export interface Archives {
  /** Which they are, in words for a client. */
  readonly which: string;
  /** Reads one. @throws Error whose message is for the client */
  read(path: string): Promise<Uint8Array<ArrayBuffer>>;
}

/** All that this process may read: its client has started it, and could read them itself. */
export function ownArchives(): Archives {
  return { which: 'a file of the computer on which "dialtone mcp" runs', read: readArchive };
}

/** Those in one folder of the state: a client over HTTP is elsewhere, and the other files of this machine are none of its business. */
export function stateArchives(stateDir: string | undefined): Archives {
  const which = `a file in the folder ${FOLDER} of the STATE_DIR of the backend`;
  return {
    which,
    read: async (path) => {
      if (stateDir === undefined) {
        throw new Error(
          `over HTTP it is ${which}, which is not set: set it, or use "dialtone mcp", which reads your own files`,
        );
      }
      const file = await pathWithin(resolve(stateDir, FOLDER), path);
      if (file === undefined) throw new Error(`there is no such file: over HTTP it is ${which}`);
      return readArchive(file);
    },
  };
}

/** Where a file is, links followed; undefined: it is not in the folder. */
async function pathWithin(folder: string, path: string): Promise<string | undefined> {
  try {
    const root = await realpath(folder);
    const file = await realpath(resolve(root, path));
    const way = relative(root, file);
    return way === '' || way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way) ? undefined : file;
  } catch {
    return undefined;
  }
}

async function readArchive(path: string): Promise<Uint8Array<ArrayBuffer>> {
  // A pipe whose other end is not there must not be waited for.
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)).catch(() => {
    throw new Error('the file cannot be read: is it there?');
  });
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw new Error('that is no file');
    if (stats.size === 0 || stats.size > MAX_AVATAR_BYTES) {
      throw new Error(`the file has ${stats.size} bytes: a set has up to ${MAX_AVATAR_BYTES}`);
    }
    const bytes = new Uint8Array(stats.size);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
    return bytes.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
