import type { ErrorCode } from '../core/errors.ts';
import type { DropReason } from '../protocols/protocol.ts';
import type { LineState } from './line/line-state.ts';

/** What the fleet reports of its devices. Times are wall-clock milliseconds since 1970. */
export type FleetEvent =
  /** A device's line changed state. */
  | {
      readonly type: 'device.state';
      readonly device: string;
      readonly state: LineState;
      readonly previous: LineState;
      /** Why, when it is a failure. */
      readonly error?: { readonly code: ErrorCode; readonly message: string };
      /** Time of the next attempt, when one is planned. */
      readonly nextRetryAt?: number;
    }
  | { readonly type: 'device.attempt'; readonly device: string; readonly attempt: number }
  /** What a device said of itself; a value it did not send is missing. */
  | {
      readonly type: 'device.status';
      readonly device: string;
      readonly uptimeMs?: number;
      readonly heapFreeBytes?: number;
      readonly wifiRssiDbm?: number;
    }
  /** A frame or message of a device was not used. */
  | { readonly type: 'device.dropped'; readonly device: string; readonly reason: DropReason };
