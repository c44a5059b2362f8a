import { mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { Clock, Timer } from '../core/clock.ts';
import { DialtoneError } from '../core/errors.ts';

/** The owner says so often that it is still there, milliseconds. */
const SIGN_OF_LIFE_MS = 10_000;
/** A lock without a sign of life for so long was left behind, milliseconds. */
const STALE_MS = 60_000;

const ownerSchema = z.object({ id: z.string(), host: z.string(), pid: z.number() });
type Owner = z.output<typeof ownerSchema>;

/** A lock that this process holds. */
export interface InstallLock {
  /** Aborts when another process took the lock, because this one had slept too long. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

/**
 * Takes the lock of a model: two installations of it would write into the same part of a file.
 * @param id unique in the world
 * @throws DialtoneError `model_busy` when another process installs the model; errors of node:fs
 */
export async function takeInstallLock(path: string, id: string, clock: Clock): Promise<InstallLock> {
  await mkdir(dirname(path), { recursive: true });
  const mine: Owner = { id, host: hostname(), pid: process.pid };
  if (!(await create(path, mine))) {
    await removeStale(path, mine, clock);
    if (!(await create(path, mine))) {
      const text = `another process is installing this model. Wait for it; if there is none, try again in ${STALE_MS / 1000} s`;
      throw new DialtoneError('model_busy', text, { retryable: true });
    }
  }
  return hold(path, mine, clock);
}

function hold(path: string, mine: Owner, clock: Clock): InstallLock {
  const lost = new AbortController();
  const isMine = async () => (await ownerOf(path))?.id === mine.id;
  let timer: Timer | undefined;
  let released = false;
  const signOfLife = async () => {
    const now = clock.wallNow() / 1000;
    if (!(await isMine()))
      lost.abort(new DialtoneError('model_busy', 'another process has taken over this installation'));
    else await utimes(path, now, now);
  };
  const next = () => {
    if (released || lost.signal.aborted) return;
    // A disk that refuses for once is no reason to stop.
    timer = clock.setTimer(
      () =>
        void signOfLife()
          .catch(() => undefined)
          .then(next),
      SIGN_OF_LIFE_MS,
    );
  };
  next();
  return {
    lost: lost.signal,
    release: async () => {
      released = true;
      clock.clearTimer(timer);
      if (await isMine()) await rm(path, { force: true });
    },
  };
}

async function create(path: string, owner: Owner): Promise<boolean> {
  try {
    await writeFile(path, JSON.stringify(owner), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function removeStale(path: string, mine: Owner, clock: Clock): Promise<void> {
  const owner = await ownerOf(path);
  const { mtimeMs } = (await stat(path).catch(() => undefined)) ?? { mtimeMs: Number.POSITIVE_INFINITY };
  const isGone = owner?.host === mine.host && !isRunning(owner.pid);
  if (!isGone && clock.wallNow() - mtimeMs < STALE_MS) return;
  // Renamed first: of two who find it stale, one has it, and the other looks at what it got.
  const aside = `${path}.${mine.id}`;
  const moved = await rename(path, aside).then(
    () => true,
    () => false,
  );
  if (!moved) return;
  const got = await ownerOf(aside);
  if (got?.id === owner?.id) await rm(aside, { force: true });
  else await rename(aside, path);
}

/** Undefined for a lock that is gone, or whose owner has not written into it yet. */
async function ownerOf(path: string): Promise<Owner | undefined> {
  try {
    return ownerSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return undefined;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
