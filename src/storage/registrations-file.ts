import { readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { Registration, RegistrationKeeping } from '../config/registration.ts';
import { fileErrorText } from '../core/file-error.ts';
import { brokenName } from './files/broken-name.ts';
import { makeFolder } from './files/make-folder.ts';
import { writeAtomically } from './files/write-atomically.ts';

const hash = z.string().regex(/^[0-9a-f]{64}$/);

const fileSchema = z.object({
  version: z.literal(1),
  devices: z.array(
    z.object({
      protocol: z.string(),
      id: z.string(),
      name: z.string().nullable(),
      client: hash.nullable(),
      tokens: z.array(hash),
    }),
  ),
});

/** The registrations in `STATE_DIR/registrations.json`. */
export class RegistrationsFile implements RegistrationKeeping {
  readonly kept: readonly Registration[];
  readonly #path: string;
  readonly #warn: (text: string) => void;
  #all: (() => readonly Registration[]) | undefined;
  #writing = Promise.resolve();

  private constructor(path: string, kept: readonly Registration[], warn: (text: string) => void) {
    this.#path = path;
    this.kept = kept;
    this.#warn = warn;
  }

  /**
   * Reads the file. Never rejects: one that cannot be read, a newer one say, is told of and set aside, and devices register anew.
   * @param wallMs the time of day, for the name that it gets then
   */
  static async open(stateDir: string, wallMs: number, warn: (text: string) => void): Promise<RegistrationsFile> {
    const path = join(stateDir, 'registrations.json');
    let kept: readonly Registration[] = [];
    try {
      kept = decode(await readFile(path, 'utf8'));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
        const aside = await setAside(path, wallMs);
        warn(
          `${path} cannot be read (${fileErrorText(error)}). ${aside} Devices that were confirmed must be confirmed again.`,
        );
      }
    }
    return new RegistrationsFile(path, kept, warn);
  }

  readonly changed = (all: () => readonly Registration[]): void => {
    const isPending = this.#all !== undefined;
    this.#all = all;
    // Those that change while the file is written are written together.
    if (!isPending) this.#writing = this.#writing.then(() => this.#write());
  };

  /** Resolves when everything is written. Never rejects. */
  async close(): Promise<void> {
    await this.#writing;
  }

  async #write(): Promise<void> {
    const devices = this.#all?.() ?? [];
    this.#all = undefined;
    try {
      await makeFolder(dirname(this.#path));
      await writeAtomically(this.#path, JSON.stringify({ version: 1, devices }));
    } catch (error) {
      this.#warn(`which devices have been let in cannot be written: ${fileErrorText(error)}`);
    }
  }
}

/** @throws Error that repeats nothing of the text */
function decode(text: string): readonly Registration[] {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw new Error('it is not JSON, or cut short');
  }
  const parsed = fileSchema.safeParse(content);
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error).replace(/\s+/g, ' '));
  return parsed.data.devices;
}

/** What became of the file, as a sentence. */
async function setAside(path: string, wallMs: number): Promise<string> {
  const aside = brokenName(path, wallMs);
  try {
    await rename(path, aside);
    return `It is ${aside} now.`;
  } catch (error) {
    return `It cannot be set aside (${fileErrorText(error)}).`;
  }
}
