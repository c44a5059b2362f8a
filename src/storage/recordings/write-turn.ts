import { open, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { WAV_HEADER_BYTES, wavHeader } from '../../audio/wav.ts';
import { deviceFileName } from '../files/device-file-name.ts';
import { makeFolder } from '../files/make-folder.ts';
import type { RecordedSide, RecordedTurn, TurnEnded } from './recorded-turn.ts';
import { dayName, INDEX_NAME, type Side, wavName } from './recording-names.ts';
import { turnLine } from './turn-line.ts';

/** Where turns are written, and whether with what was said. */
export interface WriteOptions {
  readonly dir: string;
  readonly transcripts: boolean;
  /** Wall-clock time of the turn's end, milliseconds since 1970. */
  readonly endedAt: number;
}

/** Writes a turn: a WAV file for each side that has audio, and a line in the day's index. Returns bytes; rejects as node:fs does. */
export async function writeTurn(turn: RecordedTurn, ended: TurnEnded, options: WriteOptions): Promise<number> {
  const folder = join(options.dir, deviceFileName(turn.device), dayName(turn.startedAt));
  await makeFolder(folder);
  let bytes = 0;
  const write = async (side: Side, recorded: RecordedSide | undefined): Promise<string | undefined> => {
    if (!recorded || recorded.audio.length === 0) return undefined;
    const name = wavName(turn.startedAt, turn.turn, side);
    bytes += await writeWav(join(folder, name), recorded);
    return name;
  };
  const files = {
    user: await write('user', turn.userSide),
    assistant: await write('assistant', turn.assistantSide),
  };
  bytes += await appendLine(join(folder, INDEX_NAME), turnLine(turn, ended, files, options));
  return bytes;
}

async function writeWav(path: string, { audio }: RecordedSide): Promise<number> {
  try {
    await writeFile(path, [wavHeader(audio.length, audio.sampleRate), ...audio.pieces], { mode: 0o600, flag: 'wx' });
  } catch (error) {
    // Half a file on a full disk is of no use. A file that was there before stays.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') await rm(path, { force: true }).catch(() => undefined);
    throw error;
  }
  return WAV_HEADER_BYTES + audio.length * 2;
}

/** Appends a line whole or not at all, and not to half a line that a killed process or a full disk has left. */
async function appendLine(path: string, line: string): Promise<number> {
  const file = await open(path, 'a+', 0o600);
  try {
    const { size } = await file.stat();
    const last = Buffer.alloc(1);
    if (size > 0) await file.read(last, 0, 1, size - 1);
    const text = size > 0 && last.toString() !== '\n' ? `\n${line}\n` : `${line}\n`;
    try {
      await file.writeFile(text);
    } catch (error) {
      await file.truncate(size).catch(() => undefined);
      throw error;
    }
    return Buffer.byteLength(text);
  } finally {
    await file.close();
  }
}
