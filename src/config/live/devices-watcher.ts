import { stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { type FSWatcher, watch } from 'chokidar';
import type { Clock, Timer } from '../../core/clock.ts';

/** An editor saves in several steps: they count as one change, milliseconds. */
const DEBOUNCE_MS = 300;

/** How often the file is looked at whether or not the watcher says so, milliseconds. */
const POLL_MS = 2_000;

/** Kubernetes mounts a config map as links to a folder behind this one, and swaps that. */
const KUBERNETES_LINK = '..data';

/** What watching needs, and whom it tells. */
export interface DevicesWatcherOptions {
  readonly file: string;
  readonly clock: Clock;
  /** The file may have changed. Never called twice at once. */
  readonly onChange: () => void;
  /** Why changes cannot be seen, once; null when that is over. */
  readonly onProblem: (problem: string | null) => void;
  /** Default 2 s. */
  readonly pollMs?: number;
}

/**
 * Notices changes of devices.json: by chokidar on its directory (on the file itself it goes deaf when an editor replaces
 * it), and by a look every 2 s, for mounts and shares that send no events.
 */
export class DevicesWatcher {
  readonly #options: DevicesWatcherOptions;
  readonly #file: string;
  readonly #watcher: FSWatcher | undefined;
  #seen: string | undefined;
  #debounce: Timer | undefined;
  #poll: Timer | undefined;
  #problem: string | null = null;
  #closed = false;

  constructor(options: DevicesWatcherOptions) {
    this.#options = options;
    this.#file = resolve(options.file);
    this.#watcher = this.#watch();
    void this.#look();
  }

  /** Stops watching. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#options.clock.clearTimer(this.#debounce);
    this.#options.clock.clearTimer(this.#poll);
    await this.#watcher?.close();
  }

  #watch(): FSWatcher | undefined {
    const name = basename(this.#file);
    try {
      const watcher = watch(dirname(this.#file), { depth: 0, ignoreInitial: true, followSymlinks: false });
      watcher.on('all', (_event, path) => {
        if (basename(path) === name || basename(path) === KUBERNETES_LINK) this.#changed();
      });
      // Without it the look every 2 s is enough.
      watcher.on('error', () => undefined);
      return watcher;
    } catch {
      return undefined;
    }
  }

  #changed(): void {
    const { clock, onChange } = this.#options;
    if (this.#closed) return;
    clock.clearTimer(this.#debounce);
    this.#debounce = clock.setTimer(onChange, DEBOUNCE_MS);
  }

  /** Compares what the file looks like with what it looked like before, and comes back in 2 s. */
  async #look(): Promise<void> {
    const signature = await this.#signature();
    if (this.#closed) return;
    // The first look counts as a change: the file may have changed after it was read and before the watcher began.
    if (signature !== this.#seen) this.#changed();
    this.#seen = signature;
    this.#poll = this.#options.clock.setTimer(() => void this.#look(), this.#options.pollMs ?? POLL_MS);
  }

  async #signature(): Promise<string> {
    try {
      const { ino, size, mtimeNs, ctimeNs, nlink } = await stat(this.#file, { bigint: true });
      // A bind mount of a single file holds on to the old file when the host replaces it by a new one.
      this.#setProblem(
        nlink === 0n
          ? `${this.#file} was replaced on the host, but is mounted as a single file: mount its directory instead`
          : null,
      );
      return [ino, size, mtimeNs, nlink === 0n ? '' : ctimeNs].join(' ');
    } catch (error) {
      return (error as NodeJS.ErrnoException).code ?? 'unreadable';
    }
  }

  #setProblem(problem: string | null): void {
    if (problem === this.#problem) return;
    this.#problem = problem;
    this.#options.onProblem(problem);
  }
}
