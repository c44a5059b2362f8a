import { availableParallelism, totalmem } from 'node:os';

const CORES_PER_HOST = 4;
const MOST_BY_DEFAULT = 4;

/** A model may take so much of the memory with all its copies. */
const SHARE_OF_MEMORY = 1 / 8;

/**
 * How many hosts there are where the settings do not say: recognition step by step keeps one core of each busy, while jobs use
 * several. Up to 3 cores: one.
 */
export function defaultHosts(cores = availableParallelism()): number {
  return cores < CORES_PER_HOST ? 1 : Math.min(MOST_BY_DEFAULT, 1 + Math.floor(cores / CORES_PER_HOST));
}

/**
 * How many copies of a model there may be, up to `wanted`.
 * @param modelBytes of its files, about what a copy takes
 * @param memoryBytes of the machine or the container
 */
export function mostCopies(wanted: number, modelBytes: number, memoryBytes = memory()): number {
  const room = Math.floor((memoryBytes * SHARE_OF_MEMORY) / Math.max(1, modelBytes));
  return Math.max(1, Math.min(wanted, room));
}

function memory(): number {
  // Not known everywhere; where a container has no limit, it is none or far more than there is.
  const limit = process.constrainedMemory?.() ?? 0;
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}
