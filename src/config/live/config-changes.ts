/** What a new devices.json changed: names of devices. */
export interface ConfigChanges {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Dialled again, because their address or access changed. */
  readonly restarted: readonly string[];
  /** Voice, instructions or delays apply from the next turn or attempt; the line was not touched. */
  readonly updated: readonly string[];
  readonly unchanged: number;
}
