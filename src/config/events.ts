import type { ConfigChanges } from './live/config-changes.ts';

/** What made dialtone read devices.json again. */
export type ReloadTrigger = 'file' | 'signal' | 'api';

/** What the configuration reports. */
export type ConfigEvent =
  /** A new devices.json was applied, or refused: `errors` then says why, and nothing was changed. */
  {
    readonly type: 'config.reloaded';
    readonly ok: boolean;
    readonly trigger: ReloadTrigger;
    readonly changes: ConfigChanges | null;
    readonly errors: readonly string[];
  };
