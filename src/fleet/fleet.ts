import type { DeviceConfig } from '../config/devices-schema.ts';
import type { ConversationActivity, DeviceReport } from '../conversation/view.ts';
import type { ErrorCode } from '../errors.ts';
import type { ConnectionState } from './connection-machine.ts';

/** Everything known of one device. Times are wall-clock milliseconds since 1970. */
export interface DeviceStatus {
  readonly config: DeviceConfig;
  readonly state: ConnectionState;
  /** Since when it is in that state. */
  readonly since: number;
  /** Attempts since the line was last up; 0 while it is. */
  readonly attempts: number;
  readonly lastError: { readonly code: ErrorCode; readonly message: string; readonly at: number } | null;
  readonly nextRetryAt: number | null;
  /** When anything last arrived from the device. */
  readonly lastSeenAt: number | null;
  readonly activity: ConversationActivity;
  /** What the device last said of itself. */
  readonly reported: DeviceReport | null;
}

/** What came of a wish to reconnect. */
export type ReconnectResult = 'accepted' | 'unknown_device' | 'disabled';

/** The fleet as seen from outside: what the REST API and the metrics know of it. */
export interface Fleet {
  /** All devices of devices.json in its order, disabled ones too. */
  list(): readonly DeviceStatus[];
  get(name: string): DeviceStatus | undefined;
  /** Drops the line, if there is one, and dials at once. */
  reconnect(name: string): ReconnectResult;
}
