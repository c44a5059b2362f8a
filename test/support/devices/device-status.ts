import type { Picture } from '#src/conversation/picture';
import type { AskRequest, AskResult, HearRequest, SayRequest, SayResult } from '#src/conversation/proactive/requests';
import type { DeviceStatus, Fleet, FleetResult, SpeechRefusal } from '#src/fleet/fleet';
import type { DeviceTools } from '#src/protocols/device-tools';
import { isEnabled } from '#src/telemetry/is-enabled';
import { deviceConfig } from './devices.ts';

/** A device's status with defaults, for tests of what only reads it. `entry` is as in devices.json. */
export function deviceStatus(
  entry: { name: string } & Record<string, unknown>,
  rest: Partial<DeviceStatus> = {},
): DeviceStatus {
  const config = deviceConfig(entry);
  return {
    config,
    state: config.enabled ? 'ready' : 'disabled',
    since: Date.UTC(2026, 0, 1),
    downSince: null,
    attempts: 0,
    lastError: null,
    nextRetryAt: null,
    flapping: false,
    warnings: [],
    connections: 1,
    rttMs: null,
    traffic: { receivedBytes: 0, sentBytes: 0 },
    lastSeenAt: null,
    activity: 'idle',
    turn: null,
    reported: null,
    override: null,
    ...rest,
  };
}

type Spoken = 'say' | 'ask' | 'hear' | 'interrupt' | 'listen' | 'forget' | 'forget_token';

/** A fleet that is only data, and remembers what was asked of it. */
export class StillFleet implements Fleet {
  devices: DeviceStatus[];
  unknownDevices: Fleet['unknownDevices'] = [];
  /** The device that is let in by its code. */
  confirmUnknown: Fleet['confirmUnknown'] = () => undefined;
  readonly reconnected: string[] = [];
  readonly disconnected: string[] = [];
  /** What devices were told to say, ask and do, in order. */
  readonly told: {
    readonly device: string;
    readonly what: Spoken;
    readonly request?: SayRequest | AskRequest | HearRequest;
  }[] = [];
  /** What comes of something to be said or asked, by a device that is connected. */
  said: (device: string) => 'busy' | Promise<SayResult> = async () => ({ outcome: 'played', heard: '', spokenMs: 0 });
  asked: (device: string) => 'busy' | Promise<AskResult> = async () => ({
    outcome: 'answered',
    answer: '',
    heard: '',
    spokenMs: 0,
  });
  /** Whether there is an answer to interrupt. */
  isSpeaking = true;
  /** What a reconnect of a device that could be reconnected comes to. */
  answer: () => FleetResult = () => 'accepted';

  constructor(devices: DeviceStatus[]) {
    this.devices = devices;
  }

  list(): readonly DeviceStatus[] {
    return this.devices;
  }

  get(name: string): DeviceStatus | undefined {
    return this.devices.find(({ config }) => config.name === name);
  }

  /** Pictures that were shown, in order. */
  readonly shown: { readonly device: string; readonly picture: Picture }[] = [];

  showPicture(name: string, picture: Picture): ReturnType<Fleet['showPicture']> {
    const device = this.get(name);
    if (!device) return 'unknown_device';
    if (device.state === 'disabled' || device.state === 'misconfigured') return device.state;
    this.shown.push({ device: name, picture });
    return 'accepted';
  }

  /** Functions by device; a device that is missing has none. */
  readonly toolsOf = new Map<string, DeviceTools>();

  tools(name: string): ReturnType<Fleet['tools']> {
    const device = this.get(name);
    if (!device) return 'unknown_device';
    return device.state === 'ready' ? (this.toolsOf.get(name) ?? 'no_tools') : 'not_connected';
  }

  async whenReady(name: string, _ms: number): Promise<boolean> {
    return this.get(name)?.state === 'ready';
  }

  reconnect(name: string): FleetResult {
    return this.#wish(name, this.reconnected, this.answer);
  }

  disconnect(name: string): FleetResult {
    return this.#wish(name, this.disconnected, () => 'accepted');
  }

  setEnabled(name: string, enabled: boolean): FleetResult {
    const device = this.get(name);
    if (!device) return 'unknown_device';
    const override = enabled === device.config.enabled ? null : enabled ? 'enabled' : 'disabled';
    const state = enabled ? 'queued' : 'disabled';
    this.devices = this.devices.map((other) => (other === device ? { ...other, override, state } : other));
    return 'accepted';
  }

  say(name: string, request: SayRequest): SpeechRefusal | Promise<SayResult> {
    return this.#tell(name, 'say', request) ?? this.said(name);
  }

  ask(name: string, request: AskRequest): SpeechRefusal | Promise<AskResult> {
    return this.#tell(name, 'ask', request) ?? this.asked(name);
  }

  hear(name: string, request: HearRequest): SpeechRefusal | Promise<AskResult> {
    return this.#tell(name, 'hear', request) ?? this.asked(name);
  }

  interrupt(name: string): SpeechRefusal | 'accepted' | 'nothing' {
    return this.#tell(name, 'interrupt') ?? (this.isSpeaking ? 'accepted' : 'nothing');
  }

  listen(name: string): SpeechRefusal | 'accepted' {
    return this.#tell(name, 'listen') ?? 'accepted';
  }

  forgetToken(name: string): 'accepted' | 'unknown_device' {
    if (!this.get(name)) return 'unknown_device';
    this.told.push({ device: name, what: 'forget_token' });
    return 'accepted';
  }

  forgetHistory(name: string): 'accepted' | 'unknown_device' {
    if (!this.get(name)) return 'unknown_device';
    this.told.push({ device: name, what: 'forget' });
    return 'accepted';
  }

  #tell(device: string, what: Spoken, request?: SayRequest | AskRequest | HearRequest): SpeechRefusal | undefined {
    const status = this.get(device);
    if (!status) return 'unknown_device';
    if (!isEnabled(status)) return 'disabled';
    if (status.state !== 'ready') return 'not_connected';
    this.told.push({ device, what, ...(request ? { request } : {}) });
    return undefined;
  }

  #wish(name: string, granted: string[], answer: () => FleetResult): FleetResult {
    const device = this.get(name);
    if (!device) return 'unknown_device';
    if (!isEnabled(device)) return 'disabled';
    const result = answer();
    if (result === 'accepted') granted.push(name);
    return result;
  }
}
