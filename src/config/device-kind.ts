import type { z } from 'zod';

/** Which side opens a device's links: dialtone dials the device, or the device dials dialtone. */
export type Direction = 'dial' | 'accept';

/** Keys of a device's entry and what they may hold. */
export type DeviceFields = Readonly<Record<string, z.ZodType>>;

/**
 * How the devices of one protocol are written in devices.json. This folder is handed one for each protocol and knows none by
 * name; an entry of the protocol registry has all of it.
 */
export interface DeviceKind {
  /** Value of `protocol`. */
  readonly id: string;
  /** One sentence for the author of devices.json. */
  readonly description: string;
  /** Which side may open links; the first is that of an entry without `direction`. */
  readonly directions: readonly [Direction, ...Direction[]];
  /** The port, the path of the URL and `duplex` of an entry that names none. Port and path only mean something for `dial`. */
  readonly defaultPort: number;
  readonly defaultPath: string;
  readonly defaultDuplex: 'full' | 'half';
  /** How far ahead of the loudspeaker audio is sent to a device whose entry does not say, milliseconds. */
  readonly defaultAheadMs: number;
  /** Whether such a device has a button, for "push_to_talk". */
  readonly hasButton: boolean;
  /**
   * Keys of its own. What they hold is `options` of the device. The entry of a device of another kind may have them, too, so
   * that `protocol` can be changed alone; they mean nothing then.
   */
  readonly fields: DeviceFields;
}

/** All kinds; the first is that of an entry without `protocol`. */
export type DeviceKinds = readonly [DeviceKind, ...DeviceKind[]];

/** A fact of every kind, as a sentence for the author of devices.json: `"full" for "a", "half" for "b"`. */
export function listByKind(kinds: readonly DeviceKind[], factOf: (kind: DeviceKind) => string): string {
  return kinds.map((kind) => `${factOf(kind)} for "${kind.id}"`).join(', ');
}
