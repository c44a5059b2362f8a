import type { DeviceConfig } from '../config/devices-schema.ts';
import type { Picture } from '../conversation/picture.ts';
import type {
  AskRequest,
  AskResult,
  HearRequest,
  SayRequest,
  SayResult,
  SpeechRefusalHere,
} from '../conversation/proactive/requests.ts';
import type { ConversationActivity, DeviceReport, TurnView } from '../conversation/view.ts';
import type { ErrorCode } from '../core/errors.ts';
import type { DeviceTools } from '../protocols/device-tools.ts';
import type { UnknownDevice } from './accepting/unknown-devices.ts';
import type { NotedWarning } from './device-warnings.ts';
import { LINE_STATES, type LineState } from './line/line-state.ts';

/** Where a device stands. `misconfigured`: its entry in devices.json is wrong, so it has no line. */
export type DeviceState = LineState | 'misconfigured';

/** Every state, for metrics and documents. */
export const DEVICE_STATES: readonly DeviceState[] = [...LINE_STATES, 'misconfigured'];

/** Why a device could not be made to speak or listen. `busy`: too many requests wait for it already. */
export type SpeechRefusal = 'unknown_device' | 'disabled' | 'misconfigured' | SpeechRefusalHere;

/** Why nothing can be asked of a device: it is not there. */
export type Absence = Exclude<SpeechRefusal, 'busy'>;

/** Everything known of one device. Times are wall-clock milliseconds since 1970. */
export interface DeviceStatus {
  readonly config: DeviceConfig;
  readonly state: DeviceState;
  /** Since when it is in that state. */
  readonly since: number;
  /** Since when its line is down although it is to be up, however often it was dialled meanwhile; null: it is not. */
  readonly downSince: number | null;
  /** Attempts since the line was last up; 0 while it is. */
  readonly attempts: number;
  readonly lastError: { readonly code: ErrorCode; readonly message: string; readonly at: number } | null;
  readonly nextRetryAt: number | null;
  /** What its owner should change, oldest first: noticed since dialtone was started or the device's entry was changed. */
  readonly warnings: readonly NotedWarning[];
  /** The line comes and goes: at least 5 unexpected losses in 5 minutes. */
  readonly flapping: boolean;
  /** How often the line came up so far. */
  readonly connections: number;
  /** Round-trip time of the last ping that was answered; null when none ever was. */
  readonly rttMs: number | null;
  /** Bytes of messages since its entry was read. */
  readonly traffic: { readonly receivedBytes: number; readonly sentBytes: number };
  /** When anything last arrived from the device. */
  readonly lastSeenAt: number | null;
  readonly activity: ConversationActivity;
  /** The turn in progress; null between turns. */
  readonly turn: TurnView | null;
  /** What the device last said of itself. */
  readonly reported: DeviceReport | null;
  /** Switched on or off over REST, unlike devices.json says; ends with the next reload. */
  readonly override: 'enabled' | 'disabled' | null;
}

/** What came of a wish. `too_soon`: a device can be reconnected once in 2 seconds. */
export type FleetResult = 'accepted' | 'unknown_device' | 'disabled' | 'misconfigured' | 'too_soon';

/** The fleet as seen from outside: what the REST API and the metrics know of it. */
export interface Fleet {
  /** All devices of devices.json in its order, disabled ones too; those with a wrong entry come last. */
  list(): readonly DeviceStatus[];
  get(name: string): DeviceStatus | undefined;
  /** Devices that dialled in and were refused, last seen first: their owner may add them. */
  readonly unknownDevices: readonly UnknownDevice[];
  /** Lets in the device that tells this code. @returns its name; undefined when no device tells it */
  confirmUnknown(code: string): string | undefined;
  /**
   * Tokens that dialtone has given to a device that dials in are right no more, and its link ends: the first that asks under its id gets
   * the next one. Nothing happens to a device that was given none.
   */
  forgetToken(name: string): 'accepted' | 'unknown_device' | 'misconfigured';
  /** Drops the line, if there is one, and dials at once. */
  reconnect(name: string): FleetResult;
  /** Drops the line; it stays down until `reconnect`, `setEnabled` or a reload that changes the device. */
  disconnect(name: string): FleetResult;
  /** Switches a device on or off until the next reload. */
  setEnabled(name: string, enabled: boolean): FleetResult;
  /**
   * Resolves with true when the device is connected, at once if it is; with false after `ms` milliseconds, and at once when no such
   * device can be.
   */
  whenReady(name: string, ms: number): Promise<boolean>;
  /** Has the device say something. Resolves when it was played, or will not be. */
  say(name: string, request: SayRequest): SpeechRefusal | Promise<SayResult>;
  /** Has the device ask something and resolves with what the user says to it. The device does not reply to that. */
  ask(name: string, request: AskRequest): SpeechRefusal | Promise<AskResult>;
  /** Opens the microphone and resolves with what the user says next. The device does not reply to that. */
  hear(name: string, request: HearRequest): SpeechRefusal | Promise<AskResult>;
  /** Cuts the answer in progress short. `nothing`: none was in progress. */
  interrupt(name: string): SpeechRefusal | 'accepted' | 'nothing';
  /** Opens the microphone, whatever activation the device has: what is said next is a turn. */
  listen(name: string): SpeechRefusal | 'accepted';
  /** The functions of a connected device, as long as its session lives. `no_tools`: it has none. */
  tools(name: string): DeviceTools | Absence | 'no_tools';
  /** The user of a device has shown a picture, whether it is connected or not: what they say within 10 minutes is about it. */
  showPicture(name: string, picture: Picture): SpeechRefusal | 'accepted';
  /** Forgets what was said with the device. */
  forgetHistory(name: string): 'accepted' | 'unknown_device' | 'misconfigured';
}
