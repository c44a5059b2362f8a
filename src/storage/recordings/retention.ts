import type { Dirent } from 'node:fs';
import { readdir, rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DEVICE_FILE_NAME } from '../files/device-file-name.ts';
import { isDayName, timeOf } from './recording-names.ts';

/** Too large a folder is brought down to this part of its limit, so that not every turn has to make room. */
export const ROOM_AFTER_SWEEP = 0.9;

/** How long recordings are kept, and how many. */
export interface RetentionLimits {
  readonly maxAgeMs: number;
  /** All of them together. */
  readonly maxBytes: number;
}

interface RecordingFile {
  readonly path: string;
  readonly day: string;
  /** Wall-clock milliseconds since 1970. */
  readonly atMs: number;
  readonly bytes: number;
}

/**
 * Removes recordings that are too old, then the oldest until the rest is small enough, then folders that are empty. It
 * touches only files whose names are ours, and follows no links. Returns the bytes that are left. Rejects with the first
 * refusal of the file system, after it has done what it could.
 */
export async function sweep(dir: string, limits: RetentionLimits, wallMs: number): Promise<number> {
  let refusal: unknown;
  const refused = (error: unknown) => {
    refusal ??= error;
  };
  const files = (await recordingsIn(dir, refused)).sort((a, b) => a.atMs - b.atMs);
  let bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const enough = bytes > limits.maxBytes ? limits.maxBytes * ROOM_AFTER_SWEEP : bytes;
  const emptied = new Set<string>();
  for (const file of files) {
    if (wallMs - file.atMs <= limits.maxAgeMs && bytes <= enough) break;
    try {
      await rm(file.path, { force: true });
      bytes -= file.bytes;
      emptied.add(file.day);
    } catch (error) {
      refused(error);
    }
  }
  for (const day of emptied) {
    // Refused while something is left in it, as it should be.
    await rmdir(day).catch(() => undefined);
    await rmdir(join(day, '..')).catch(() => undefined);
  }
  if (refusal !== undefined) throw refusal;
  return bytes;
}

/** @param refused told of every folder and file that cannot be looked at; the others are found all the same */
async function recordingsIn(dir: string, refused: (error: unknown) => void): Promise<RecordingFile[]> {
  const files: RecordingFile[] = [];
  const ifThere = (error: unknown) => {
    // Another process may have removed it meanwhile.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') refused(error);
  };
  const list = (folder: string): Promise<readonly Dirent[]> =>
    readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
      ifThere(error);
      return [];
    });
  for (const device of await list(dir)) {
    if (!device.isDirectory() || !DEVICE_FILE_NAME.test(device.name)) continue;
    for (const day of await list(join(dir, device.name))) {
      if (!day.isDirectory() || !isDayName(day.name)) continue;
      const folder = join(dir, device.name, day.name);
      for (const file of await list(folder)) {
        const atMs = timeOf(day.name, file.name);
        if (atMs === undefined || !file.isFile()) continue;
        const path = join(folder, file.name);
        const bytes = (await stat(path).catch(ifThere))?.size;
        if (bytes !== undefined) files.push({ path, day: folder, atMs, bytes });
      }
    }
  }
  return files;
}
