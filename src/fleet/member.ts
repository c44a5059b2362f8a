import type { DeviceConfig } from '../config/devices-schema.ts';
import type { MisconfiguredDevice } from '../config/entry-check.ts';
import type { DeviceWarnings } from './device-warnings.ts';
import type { DeviceStatus } from './fleet.ts';
import type { FleetConversation } from './fleet-conversation.ts';
import type { DeviceLine } from './line/device-line.ts';
import type { FaultBoundary } from './line/fault-boundary.ts';

/** One device of the fleet, with all that it has. */
export interface Member {
  config: DeviceConfig;
  override: 'enabled' | 'disabled' | null;
  reconnectedAtMs: number;
  readonly conversation: FleetConversation;
  readonly line: DeviceLine;
  readonly faults: FaultBoundary;
  readonly warnings: DeviceWarnings;
}

/** The device as it is shown. */
export function statusOf(member: Member): DeviceStatus {
  const { config, override, line, warnings } = member;
  return { config, override, ...line.view, warnings: warnings.list, ...talkOf(member) };
}

/** What the conversation says of itself. The list of all devices must not fail for one of them. */
function talkOf({ conversation, faults }: Member): Pick<DeviceStatus, 'activity' | 'turn' | 'reported'> {
  try {
    const { activity, turn, reported } = conversation;
    return { activity, turn, reported };
  } catch (error) {
    faults.fault('conversation', error);
    return { activity: 'idle', turn: null, reported: null };
  }
}

/** A device whose entry is wrong, as it is shown. */
export function misconfiguredStatus({ shown, errors }: MisconfiguredDevice, now: number): DeviceStatus {
  return {
    config: shown,
    state: 'misconfigured',
    since: now,
    downSince: null,
    attempts: 0,
    connections: 0,
    lastError: { code: 'config_invalid', message: errors.join('; '), at: now },
    nextRetryAt: null,
    lastSeenAt: null,
    flapping: false,
    rttMs: null,
    traffic: { receivedBytes: 0, sentBytes: 0 },
    warnings: [],
    activity: 'idle',
    turn: null,
    reported: null,
    override: null,
  };
}

/** Where it is dialled. */
export function addressOf({ host, port }: DeviceConfig): string {
  return `${host.toLowerCase()}:${port}`;
}

/** Ends its conversation for good. */
export function close({ conversation, faults }: Member): void {
  faults.run('conversation', () => conversation.close());
}
