import type { ReloadTrigger } from '../events.ts';
import type { ConfigChanges } from './config-changes.ts';

/** Where the running configuration comes from, and how the last reload went. Times: wall-clock milliseconds. */
export interface ConfigStatus {
  readonly file: string;
  /** SHA-256 of the running file's bytes, hex. */
  readonly hash: string;
  readonly loadedAt: number;
  readonly devices: number;
  /** Entries of the running file that are wrong. */
  readonly misconfigured: readonly {
    readonly name: string;
    readonly index: number;
    readonly errors: readonly string[];
    /** Of each error its line in the file, from 1; null where that is not known. Missing: of none. */
    readonly lines?: readonly (number | null)[];
  }[];
  readonly warnings: readonly string[];
  /** null before the first reload. `ok: false`: the file on disk is wrong and the running configuration was kept. */
  readonly lastReload: {
    readonly at: number;
    readonly trigger: ReloadTrigger;
    readonly ok: boolean;
    readonly errors: readonly string[];
    /** As above. */
    readonly lines?: readonly (number | null)[];
    readonly changes: ConfigChanges | null;
  } | null;
  /** Why the last good copy runs in place of the file, or null. */
  readonly fallback: string | null;
  /** A hint that reloading cannot work as it is (a single-file mount that was replaced on the host), or null. */
  readonly problem: string | null;
}

/** The running configuration as seen from outside. */
export interface LiveConfig {
  readonly status: ConfigStatus;
  /** Reads the file again now; resolves with the status after it. Joins a reload under way. */
  reload(trigger: ReloadTrigger): Promise<ConfigStatus>;
}
