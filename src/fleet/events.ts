import type { ToolCalled } from '../conversation/events.ts';
import type { ErrorCode } from '../core/errors.ts';
import type { DeviceWarning } from '../core/warnings.ts';
import type { DeviceTouch, DropReason } from '../protocols/protocol.ts';
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
  /** The user has touched the device where it feels that. */
  | ({ readonly type: 'device.touch'; readonly device: string } & DeviceTouch)
  /** A frame or message of a device was not used. */
  | { readonly type: 'device.dropped'; readonly device: string; readonly reason: DropReason }
  /** The functions of a device are others than before. */
  | { readonly type: 'device.tools'; readonly device: string }
  /** A client called a function of a device. */
  | ToolCalled
  | DeviceWarning
  /** A device that dials in was refused before its link was there. */
  | {
      readonly type: 'arrival.refused';
      /** null: its path leads to none. */
      readonly protocol: string | null;
      readonly reason: ArrivalRefusal;
      /** What it says it is, and where it came from; missing when it is not known what it says. */
      readonly id?: string;
      readonly address?: string;
      /** How often it was refused so far, this time included. */
      readonly attempts?: number;
      /** The device whose id it says. */
      readonly device?: string;
      /** What it tells its user, and its owner can let it in by. */
      readonly code?: string;
    }
  /** A defect of ours in the code of one device: its link ends. `cause`: what was thrown, for the log alone. */
  | { readonly type: 'device.fault'; readonly device: string; readonly where: FaultPlace; readonly cause: unknown };

/** What was being done for a device when a defect of ours showed: the values of a metric label. */
export type FaultPlace =
  /** A message of the device was handled, up to the conversation. */
  | 'message'
  /** The end of a link was handled. */
  | 'close'
  | 'timer'
  /** A frame of an answer was sent. */
  | 'pacer'
  /** Messages that wait were put in order, or left out. */
  | 'lane'
  /** A session was set up. */
  | 'open'
  /** A session was told something, or closed. */
  | 'session'
  /** The conversation was made, attached, detached, configured or asked for something. */
  | 'conversation'
  /** The line changed its state. */
  | 'line'
  /** Asynchronous work of the conversation. */
  | 'async';

/** Every one, for initialising metrics. */
export const FAULT_PLACES: readonly FaultPlace[] = [
  'message',
  'close',
  'timer',
  'pacer',
  'lane',
  'open',
  'session',
  'conversation',
  'line',
  'async',
];

/** Why a device that dials in was refused: the values of a metric label. */
export type ArrivalRefusal =
  | 'unknown_path'
  | 'unknown_device'
  | 'wrong_token'
  /** It is switched off, or the process ends. */
  | 'not_wanted'
  /** As many connections as there may be, in all or of one address. */
  | 'too_many';

/** Every one, for initialising metrics. */
export const ARRIVAL_REFUSALS: readonly ArrivalRefusal[] = [
  'unknown_path',
  'unknown_device',
  'wrong_token',
  'not_wanted',
  'too_many',
];
