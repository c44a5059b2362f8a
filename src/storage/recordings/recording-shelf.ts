import { constants } from 'node:fs';
import { type FileHandle, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { deviceFileName } from '../files/device-file-name.ts';
import { INDEX_NAME, isDayName, timeOf } from './recording-names.ts';

/** Most of the index of a day that is read, bytes: the newest lines, some 10,000. */
const MAX_INDEX_BYTES = 8_000_000;

/** A longer file is none of ours, bytes: two minutes at 48 kHz. */
const MAX_AUDIO_BYTES = 12_000_000;

/** A recording of a turn: a line of the index beside its audio. */
export interface ShelvedTurn {
  /** Folder of the day (UTC), as in `2026-01-31`. */
  readonly day: string;
  /** The line, as it was written. */
  readonly line: Readonly<Record<string, unknown>>;
}

/** Reads what a FileTurnRecorder writes. Nothing is kept in memory: the files say what there is. */
export class RecordingShelf {
  readonly #dir: string;

  /** @param dir folder of the recordings */
  constructor(dir: string) {
    this.#dir = dir;
  }

  /** The last recordings of a device, newest first; none where there is no folder. Rejects as node:fs does for a disk that refuses. */
  async list(device: string, limit: number): Promise<readonly ShelvedTurn[]> {
    const folder = join(this.#dir, deviceFileName(device));
    const days = (await orNothing(readdir(folder)))?.filter(isDayName).sort().reverse() ?? [];
    const found: ShelvedTurn[] = [];
    for (const day of days) {
      const text = (await readEnd(join(folder, day, INDEX_NAME), MAX_INDEX_BYTES))?.toString('utf8') ?? '';
      for (const line of text.split('\n').reverse()) {
        if (found.length >= limit) return found;
        const parsed = parseLine(line);
        if (parsed) found.push({ day, line: parsed });
      }
    }
    return found;
  }

  /**
   * The audio of one side of a turn, as WAV; undefined: there is none of this name. Only names that a recorder gives are looked for. Rejects
   * as node:fs does for a disk that refuses.
   */
  async audio(device: string, day: string, file: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    if (!isDayName(day) || file === INDEX_NAME || timeOf(day, file) === undefined) return undefined;
    const bytes = await readEnd(join(this.#dir, deviceFileName(device), day, file), MAX_AUDIO_BYTES);
    return bytes && new Uint8Array(bytes);
  }
}

/** The last bytes of a file; undefined: there is no such file. */
async function readEnd(path: string, most: number): Promise<Buffer | undefined> {
  const file = await orNothing(open(path, constants.O_RDONLY | constants.O_NOFOLLOW));
  if (!file) return undefined;
  try {
    return await endOf(file, most);
  } finally {
    await file.close();
  }
}

async function endOf(file: FileHandle, most: number): Promise<Buffer | undefined> {
  const stat = await file.stat();
  if (!stat.isFile()) return undefined;
  const size = Math.min(stat.size, most);
  const { bytesRead, buffer } = await file.read(Buffer.alloc(size), 0, size, stat.size - size);
  return buffer.subarray(0, bytesRead);
}

/** A line that is cut, or none of ours, is left out. */
function parseLine(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

/** What is not there, or is another kind of file, is nothing; every other failure is one. */
async function orNothing<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}
