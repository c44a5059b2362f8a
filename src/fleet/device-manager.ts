import type { Clock, Random } from '../clock.ts';
import type { DeviceConfig } from '../config/devices-schema.ts';
import type { ConversationActivity, DeviceReport } from '../conversation/view.ts';
import type { Protocol } from '../protocols/protocol.ts';
import type { EventReport } from '../telemetry/events.ts';
import { DeviceConnection, type SessionUser } from './device-connection.ts';
import { DialQueue, dialLimit } from './dial-queue.ts';
import type { DeviceStatus, Fleet, ReconnectResult } from './fleet.ts';

/** A conversation, as far as the fleet knows it. */
export interface FleetConversation extends SessionUser {
  readonly activity: ConversationActivity;
  /** What the device last said of itself. */
  readonly reported: DeviceReport | null;
  /** Ends the conversation for good. */
  close(): void;
}

/** What the device manager needs of the world. */
export interface DeviceManagerDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly report: (event: EventReport) => void;
  readonly protocols: ReadonlyMap<string, Protocol>;
  readonly createConversation: (device: DeviceConfig) => FleetConversation;
}

interface Member {
  readonly config: DeviceConfig;
  readonly conversation: FleetConversation;
  readonly connection: DeviceConnection;
}

/** Turns the desired devices into connections: one for each, never two. */
export class DeviceManager implements Fleet {
  readonly #deps: DeviceManagerDeps;
  readonly #members = new Map<string, Member>();
  readonly #queue: DialQueue;

  constructor(deps: DeviceManagerDeps) {
    this.#deps = deps;
    this.#queue = new DialQueue(() => dialLimit(this.#members.size));
  }

  /** Takes the devices over and dials the enabled ones at once. Called once. */
  start(devices: readonly DeviceConfig[]): void {
    for (const config of devices) {
      const protocol = this.#deps.protocols.get(config.protocol);
      if (!protocol) throw new Error(`no protocol "${config.protocol}"`);
      const conversation = this.#deps.createConversation(config);
      const connection = new DeviceConnection(config, {
        clock: this.#deps.clock,
        random: this.#deps.random,
        report: this.#deps.report,
        queue: this.#queue,
        protocol,
        user: conversation,
      });
      this.#members.set(config.name, { config, conversation, connection });
    }
  }

  list(): readonly DeviceStatus[] {
    return Array.from(this.#members.values(), statusOf);
  }

  get(name: string): DeviceStatus | undefined {
    const member = this.#members.get(name);
    return member && statusOf(member);
  }

  reconnect(name: string): ReconnectResult {
    const member = this.#members.get(name);
    if (!member) return 'unknown_device';
    if (!member.config.enabled) return 'disabled';
    member.connection.reconnect();
    return 'accepted';
  }

  /** Says goodbye to every device. Resolves when every socket is gone. */
  async stop(): Promise<void> {
    await Promise.all(Array.from(this.#members.values(), ({ connection }) => connection.stop()));
    for (const { conversation } of this.#members.values()) conversation.close();
  }
}

function statusOf({ config, connection, conversation }: Member): DeviceStatus {
  return { config, ...connection.view, activity: conversation.activity, reported: conversation.reported };
}
