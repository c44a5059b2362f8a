import type { Clock } from '../../core/clock.ts';
import { toDialtoneError } from '../../core/errors.ts';
import type { DevicesConfig } from '../devices-file.ts';
import type { DeviceConfig } from '../devices-schema.ts';
import type { MisconfiguredDevice } from '../entry-check.ts';
import type { ConfigEvent, ReloadTrigger } from '../events.ts';
import { problemLines } from '../json/problem-lines.ts';
import type { ConfigChanges } from './config-changes.ts';
import type { ConfigStatus, LiveConfig } from './config-status.ts';

/** What reloading needs of the world. */
export interface ConfigReloaderDeps {
  readonly clock: Clock;
  readonly report: (event: ConfigEvent) => void;
  /** Makes the fleet what the file says; touches only what is different. */
  readonly apply: (
    devices: readonly DeviceConfig[],
    misconfigured: readonly MisconfiguredDevice[],
    templates: DevicesConfig['templates'],
  ) => ConfigChanges;
  /** Reads and checks the file. */
  readonly read: (file: string) => DevicesConfig;
  /** Told of every file that runs now. Default: it is not told. */
  readonly onRunning?: (config: DevicesConfig) => void;
}

/**
 * The running configuration: reads devices.json again when told to. A file that is wrong changes nothing, unless only entries
 * are wrong that were wrong before. Reading and applying are one synchronous step, so two reloads are never under way at once and
 * the last one wins.
 */
export class ConfigReloader implements LiveConfig {
  readonly #deps: ConfigReloaderDeps;
  #running: DevicesConfig;
  #loadedAt: number;
  #lastReload: ConfigStatus['lastReload'] = null;
  #problem: string | null = null;
  #fallback: string | null;
  /** The running configuration's mistakes, once they were asked for. */
  #misconfigured: ConfigStatus['misconfigured'] | undefined;

  /** @param fallback why the last good copy runs in place of the file. Default: the file runs */
  constructor(config: DevicesConfig, deps: ConfigReloaderDeps, fallback: string | null = null) {
    this.#running = config;
    this.#fallback = fallback;
    this.#deps = deps;
    this.#loadedAt = deps.clock.wallNow();
  }

  get status(): ConfigStatus {
    const { file, hash, devices, warnings } = this.#running;
    this.#misconfigured ??= withLines(this.#running);
    return {
      file,
      hash,
      loadedAt: this.#loadedAt,
      devices: devices.length,
      misconfigured: this.#misconfigured,
      fallback: this.#fallback,
      warnings,
      lastReload: this.#lastReload,
      problem: this.#problem,
    };
  }

  /** Why the watcher cannot see changes, or null. */
  set problem(text: string | null) {
    this.#problem = text;
  }

  async reload(trigger: ReloadTrigger): Promise<ConfigStatus> {
    this.#reload(trigger);
    return this.status;
  }

  #reload(trigger: ReloadTrigger): void {
    const { clock, apply, read, onRunning } = this.#deps;
    let next: DevicesConfig;
    try {
      next = read(this.#running.file);
    } catch (cause) {
      const { details, message } = toDialtoneError(cause);
      this.#note(trigger, details.length > 0 ? details : [message], null);
      return;
    }
    // The watcher also wakes for a save without a change. By hand it is read for good: tokens may come from other files.
    const isSame = next.hash === this.#running.hash;
    if (trigger === 'file' && isSame && this.#fallback === null && this.#lastReload?.ok !== false) return;
    const mistakes = this.#newMistakes(next);
    if (mistakes.length > 0) {
      this.#note(trigger, mistakes, null, problemLines(next.text, mistakes));
      return;
    }
    const changes = apply(next.devices, next.misconfigured, next.templates);
    this.#running = next;
    this.#misconfigured = undefined;
    this.#fallback = null;
    onRunning?.(next);
    this.#loadedAt = clock.wallNow();
    this.#note(trigger, [], changes);
  }

  /** What is wrong with entries that were right, or not there, before: running devices must not be lost by a slip. */
  #newMistakes({ misconfigured }: DevicesConfig): string[] {
    const known = new Set(this.#running.misconfigured.map(mistakeOf));
    return misconfigured.flatMap((entry) => (known.has(mistakeOf(entry)) ? [] : entry.errors));
  }

  #note(
    trigger: ReloadTrigger,
    errors: readonly string[],
    changes: ConfigChanges | null,
    lines?: readonly (number | null)[],
  ): void {
    const ok = changes !== null;
    const last = this.#lastReload;
    this.#lastReload = { at: this.#deps.clock.wallNow(), trigger, ok, errors, ...(lines ? { lines } : {}), changes };
    // A wrong file that is saved again with the same mistakes has been complained of.
    const isRepeated = trigger === 'file' && !ok && last?.ok === false && last.errors.join() === errors.join();
    if (!isRepeated) this.#deps.report({ type: 'config.reloaded', ok, trigger, changes, errors });
  }
}

/** The entries that are wrong, with the lines of their mistakes. */
function withLines({ text, misconfigured }: DevicesConfig): ConfigStatus['misconfigured'] {
  const lines = problemLines(
    text,
    misconfigured.flatMap(({ errors }) => errors),
  );
  return misconfigured.map(({ name, index, errors }) => ({
    name,
    index,
    errors,
    lines: lines.splice(0, errors.length),
  }));
}

/** By what an entry that is wrong is known again: its name, or without one its errors, wherever it stands. */
function mistakeOf({ name, isNamed, errors }: MisconfiguredDevice): string {
  return isNamed ? `named ${name}` : errors.map((error) => error.replace(/^devices\[\d+\]/, '')).join('\n');
}
