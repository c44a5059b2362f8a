import type { Log } from './telemetry/log.ts';

/** Writes what a devices.json probably does not mean into the log: at a start all of it, at a reload what was not said before. */
export class ConfigWarnings {
  readonly #log: Log;
  #said: readonly string[] = [];

  constructor(log: Log) {
    this.#log = log;
  }

  /** @param warnings of the file that runs now */
  write(warnings: readonly string[]): void {
    const said = new Set(this.#said);
    for (const warning of warnings) if (!said.has(warning)) this.#log.warn({ event: 'config.warning' }, warning);
    this.#said = warnings;
  }
}
