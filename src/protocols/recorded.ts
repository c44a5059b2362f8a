import type { Secret } from '../core/secret.ts';

/** What a device has recorded of its user. */
export interface Recorded {
  /** Name of the device. */
  readonly device: string;
  /** Its token in devices.json; undefined: it has none there. */
  readonly token: Secret | undefined;
  /** An Ogg-Opus file, mono. */
  readonly ogg: Uint8Array;
  readonly durationMs: number;
}
