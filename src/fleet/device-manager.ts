import type { Pacer } from '../audio/pacer.ts';
import type { DeviceConfig } from '../config/devices-schema.ts';
import type { MisconfiguredDevice } from '../config/entry-check.ts';
import type { ConfigChanges } from '../config/live/config-changes.ts';
import { diffDevices } from '../config/live/diff-devices.ts';
import type { Picture } from '../conversation/picture.ts';
import type {
  AskRequest,
  AskResult,
  HearRequest,
  RecordingResult,
  SayRequest,
  SayResult,
} from '../conversation/proactive/requests.ts';
import type { Clock, Random } from '../core/clock.ts';
import type { DeviceTools } from '../protocols/device-tools.ts';
import type { Protocol } from '../protocols/protocol.ts';
import type { Admission, Arrival } from '../transport/arrival.ts';
import type { Link, LinkListener } from '../transport/link.ts';
import { AcceptIndex, type Recognition } from './accepting/accept-index.ts';
import { Acceptor, type Provision } from './accepting/acceptor.ts';
import { AdoptedDevices } from './accepting/adopted-devices.ts';
import { Registrations } from './accepting/registrations.ts';
import type { UnknownDevice } from './accepting/unknown-devices.ts';
import type { DeviceServices } from './device-services.ts';
import { DeviceWarnings } from './device-warnings.ts';
import { DialQueue, dialLimits } from './dialling/dial-queue.ts';
import type { FleetEvent } from './events.ts';
import type { Absence, DeviceStatus, Fleet, FleetResult, SpeechRefusal } from './fleet.ts';
import type { FleetConversation } from './fleet-conversation.ts';
import { DeviceLine, type DeviceLineDeps } from './line/device-line.ts';
import { FaultBoundary } from './line/fault-boundary.ts';
import type { InboundScheduler } from './line/inbound-scheduler.ts';
import { addressOf, close, type Member, misconfiguredStatus, statusOf } from './member.ts';
import { ReadyWaits } from './ready-waits.ts';
import { ReportedTools } from './reported-tools.ts';

/** A device is reconnected on request once in this time, milliseconds. */
const RECONNECT_SPACING_MS = 2_000;

/** What the device manager needs of the world. */
export interface DeviceManagerDeps {
  readonly clock: Clock;
  readonly pacer: Pacer;
  readonly random: Random;
  readonly report: (event: FleetEvent) => void;
  readonly protocols: ReadonlyMap<string, Protocol>;
  readonly scheduler: InboundScheduler;
  readonly dial: DeviceLineDeps['dial'];
  /** Whether a device that dials in and is in no entry is taken under the template of its protocol. Default: it is refused. */
  readonly acceptUnknown?: boolean;
  /** Devices that were given tokens. Default: none so far, and they end with the process. */
  readonly registrations?: Registrations;
  readonly createConversation: (device: DeviceConfig, services: DeviceServices) => FleetConversation;
}

/** Turns the desired devices into lines: one for each, never two. */
export class DeviceManager implements Fleet {
  readonly #deps: DeviceManagerDeps;
  readonly #queue: DialQueue;
  #members = new Map<string, Member>();
  /** Devices whose entry is wrong: they have no line. */
  #misconfigured = new Map<string, DeviceStatus>();
  /** Addresses whose last line is still going down: the next line there waits. */
  readonly #leaving = new Map<string, Promise<void>>();
  readonly #acceptor: Acceptor;
  readonly #adopted: AdoptedDevices;
  /** Devices that dial in; made anew when it is asked for after a change. */
  #index: AcceptIndex | undefined;
  readonly #readyWaits: ReadyWaits;
  #stopped = false;

  constructor(deps: DeviceManagerDeps) {
    this.#deps = deps;
    this.#readyWaits = new ReadyWaits(deps.clock);
    const registrations = deps.registrations ?? new Registrations();
    this.#adopted = new AdoptedDevices(deps.acceptUnknown ?? false, registrations.confirmed);
    this.#acceptor = new Acceptor({
      clock: deps.clock,
      report: deps.report,
      protocols: deps.protocols,
      index: () => (this.#index ??= new AcceptIndex(this.#configs(), registrations)),
      isWelcome: (name) => !this.#stopped && (this.#members.get(name)?.line.isWelcome ?? false),
      arrived: (name, open) => this.#arrived(name, open),
      adopt: (protocol, id, isConfirmed) => this.#adopt(protocol, id, isConfirmed),
      registrations,
      drop: (name) => this.#members.get(name)?.line.reconnect(),
    });
    this.#queue = new DialQueue(deps.clock, () => dialLimits(this.#members.size));
  }

  /** Takes over what devices.json says now. Touches only the devices that it changed. The first call dials them all. */
  apply(
    inFile: readonly DeviceConfig[],
    misconfigured: readonly MisconfiguredDevice[] = [],
    templates: ReadonlyMap<string, DeviceConfig> = new Map(),
  ): ConfigChanges {
    const running = Array.from(this.#members.values(), ({ config }) => config);
    const devices = [...inFile, ...this.#adopted.under(templates, inFile)];
    const diff = diffDevices(running, devices);
    this.#index = undefined;
    for (const { name } of diff.removed) this.#remove(name);
    const changed = [...diff.restarted, ...diff.updated];
    for (const config of diff.restarted) this.#configure(config, true);
    for (const config of diff.updated) this.#configure(config, false);
    for (const config of diff.added) this.#add(config);
    // An order by hand lasts until the file speaks again.
    for (const member of this.#members.values()) if (member.override) this.#endOverride(member);
    this.#members = new Map(
      devices.flatMap(({ name }) => {
        const member = this.#members.get(name);
        return member ? [[name, member] as const] : [];
      }),
    );
    this.#misconfigured = new Map(
      misconfigured.map((entry) => {
        const status = misconfiguredStatus(entry, this.#deps.clock.wallNow());
        const before = this.#misconfigured.get(entry.name);
        return [entry.name, before?.lastError?.message === status.lastError?.message ? (before ?? status) : status];
      }),
    );
    const names = (list: readonly DeviceConfig[]) => list.map(({ name }) => name);
    return {
      added: names(diff.added),
      removed: names(diff.removed),
      restarted: names(diff.restarted),
      updated: names(diff.updated),
      unchanged: devices.length - diff.added.length - changed.length,
    };
  }

  /** Whether a device that dials in may open a link, and which it is. */
  admit(arrival: Arrival): Admission {
    return this.#acceptor.admit(arrival);
  }

  /** Which device asks over HTTP, beside its link. */
  recognise(protocol: string, arrival: Arrival): Recognition {
    return this.#acceptor.recognise(protocol, arrival);
  }

  /** Says how a device may dial in that asks before it does. */
  provision(protocol: string, arrival: Arrival): Provision {
    return this.#acceptor.provision(protocol, arrival);
  }

  /** Whether the owner has let in the device that asks. */
  isConfirmed(protocol: string, arrival: Arrival): boolean {
    return this.#acceptor.isConfirmed(protocol, arrival);
  }

  confirmUnknown(code: string): string | undefined {
    return this.#acceptor.confirm(code);
  }

  forgetToken(name: string): 'accepted' | 'unknown_device' | 'misconfigured' {
    const member = this.#members.get(name);
    if (!member) return this.#missing(name);
    this.#acceptor.forgetToken(member.config);
    return 'accepted';
  }

  get unknownDevices(): readonly UnknownDevice[] {
    return this.#acceptor.unknown;
  }

  list(): readonly DeviceStatus[] {
    return [...Array.from(this.#members.values(), statusOf), ...this.#misconfigured.values()];
  }

  get(name: string): DeviceStatus | undefined {
    const member = this.#members.get(name);
    return member ? statusOf(member) : this.#misconfigured.get(name);
  }

  reconnect(name: string): FleetResult {
    const member = this.#members.get(name);
    if (!member) return this.#missing(name);
    if (member.line.view.state === 'disabled') return 'disabled';
    const now = this.#deps.clock.now();
    if (now - member.reconnectedAtMs < RECONNECT_SPACING_MS) return 'too_soon';
    member.reconnectedAtMs = now;
    member.line.reconnect();
    return 'accepted';
  }

  disconnect(name: string): FleetResult {
    const member = this.#members.get(name);
    if (!member) return this.#missing(name);
    if (member.line.view.state === 'disabled') return 'disabled';
    void member.line.stop('done', 'disconnected on request');
    return 'accepted';
  }

  setEnabled(name: string, enabled: boolean): FleetResult {
    const member = this.#members.get(name);
    if (!member) return this.#missing(name);
    member.override = enabled === member.config.enabled ? null : enabled ? 'enabled' : 'disabled';
    this.#switch(member, enabled);
    return 'accepted';
  }

  async whenReady(name: string, ms: number): Promise<boolean> {
    const member = this.#members.get(name);
    if (!member || member.line.view.state === 'disabled' || this.#stopped) return false;
    return member.line.view.state === 'ready' || this.#readyWaits.wait(name, ms);
  }

  say(name: string, request: SayRequest): SpeechRefusal | Promise<SayResult> {
    return this.#speaker(name, (conversation) => conversation.say(request));
  }

  ask(name: string, request: AskRequest): SpeechRefusal | Promise<AskResult> {
    return this.#speaker(name, (conversation) => conversation.ask(request));
  }

  hear(name: string, request: HearRequest): SpeechRefusal | Promise<AskResult> {
    return this.#speaker(name, (conversation) => conversation.hear(request));
  }

  /** Takes what the user of a device has said and the device has recorded, mono s16 at 16 kHz: a turn like any other. */
  hearRecording(name: string, samples: Int16Array): SpeechRefusal | Promise<RecordingResult> {
    return this.#speaker(name, (conversation) => conversation.hearRecording(samples));
  }

  interrupt(name: string): SpeechRefusal | 'accepted' | 'nothing' {
    return this.#speaker(name, (conversation) => conversation.interrupt());
  }

  listen(name: string): SpeechRefusal | 'accepted' {
    return this.#speaker(name, (conversation) => conversation.listen());
  }

  tools(name: string): DeviceTools | Absence | 'no_tools' {
    const member = this.#members.get(name);
    if (!member) return this.#missing(name);
    if (member.line.view.state === 'disabled') return 'disabled';
    const { tools } = member.line;
    if (tools === undefined) return 'no_tools';
    if (tools === 'not_connected') return tools;
    const { clock, report } = this.#deps;
    return new ReportedTools(tools, { device: name, clock, report });
  }

  showPicture(name: string, picture: Picture): SpeechRefusal | 'accepted' {
    return this.#speaker(name, (conversation) => conversation.show(picture));
  }

  forgetHistory(name: string): 'accepted' | 'unknown_device' | 'misconfigured' {
    const member = this.#members.get(name);
    if (!member) return this.#missing(name);
    member.faults.run('conversation', () => member.conversation.forget());
    return 'accepted';
  }

  /** Why there is no such line. */
  #missing(name: string): 'unknown_device' | 'misconfigured' {
    return this.#misconfigured.has(name) ? 'misconfigured' : 'unknown_device';
  }

  #speaker<R>(name: string, use: (conversation: FleetConversation) => R): R | SpeechRefusal {
    const member = this.#members.get(name);
    if (!member) return this.#missing(name);
    if (member.line.view.state === 'disabled') return 'disabled';
    try {
      return use(member.conversation);
    } catch (error) {
      // Its link ends with this.
      member.faults.fault('conversation', error);
      return 'not_connected';
    }
  }

  /** Says goodbye to every device, the sentences in progress first. Resolves when every socket is gone. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#readyWaits.end();
    await Promise.all([
      ...Array.from(this.#members.values(), ({ line }) => line.stop('going_away', 'going away')),
      ...this.#leaving.values(),
    ]);
    for (const member of this.#members.values()) close(member);
  }

  #configs(): DeviceConfig[] {
    return Array.from(this.#members.values(), ({ config }) => config);
  }

  #arrived(name: string, open: (listener: LinkListener) => Link): void {
    // Between its admission and now nothing can have happened: both are one call.
    this.#members.get(name)?.line.arrived(open);
  }

  /** Takes a device that no entry is for. */
  #adopt(protocol: string, id: string, isConfirmed = false): string | undefined {
    if (this.#stopped) return undefined;
    const isTaken = (name: string) => this.#members.has(name) || this.#misconfigured.has(name);
    const isAway = (name: string) => this.#members.get(name)?.line.hasLink !== true;
    const { adopted, forgotten } = this.#adopted.adopt(protocol, id, isTaken, isAway, isConfirmed);
    if (forgotten !== undefined) this.#remove(forgotten);
    if (!adopted) return undefined;
    this.#add(adopted);
    this.#index = undefined;
    return adopted.name;
  }

  #add(config: DeviceConfig): void {
    const { random, report, scheduler, dial } = this.#deps;
    const faults = new FaultBoundary(config.name, this.#deps);
    const warnings = new DeviceWarnings(config.name, this.#deps);
    let conversation: FleetConversation;
    try {
      conversation = this.#deps.createConversation(config, servicesOf(faults, warnings));
    } catch (error) {
      // It is tried again when devices.json is read again; the other devices are added all the same.
      faults.fault('conversation', error);
      return;
    }
    const line = new DeviceLine(config, this.#protocolOf(config), {
      random,
      report: (event) => {
        report(event);
        if (event.type === 'device.state' && event.state === 'ready') this.#readyWaits.ready(event.device);
      },
      warn: (code, message) => warnings.warn(code, message),
      queue: this.#queue,
      scheduler,
      dial,
      user: conversation,
      faults,
    });
    const member: Member = {
      config,
      override: null,
      reconnectedAtMs: Number.NEGATIVE_INFINITY,
      conversation,
      line,
      faults,
      warnings,
    };
    this.#members.set(config.name, member);
    const leaving = config.direction === 'dial' ? this.#leaving.get(addressOf(config)) : undefined;
    if (leaving === undefined) this.#begin(member);
    else void leaving.then(() => this.#begin(member));
  }

  /** Lets a new member dial, unless it was removed again or the process is on its way out. */
  #begin(member: Member): void {
    if (this.#stopped || this.#members.get(member.config.name) !== member) return;
    this.#switch(member, member.config.enabled);
  }

  #remove(name: string): void {
    const member = this.#members.get(name);
    if (!member) return;
    this.#members.delete(name);
    const address = addressOf(member.config);
    const before = this.#leaving.get(address);
    const leaving = Promise.all([before, member.line.stop('done', 'removed')]).then(() => {
      close(member);
      if (this.#leaving.get(address) === leaving) this.#leaving.delete(address);
    });
    this.#leaving.set(address, leaving);
  }

  #configure(config: DeviceConfig, restart: boolean): void {
    const member = this.#members.get(config.name);
    if (!member) return;
    if (member.config.direction !== config.direction) {
      // Another kind of line: the device is another one to us.
      this.#remove(config.name);
      this.#add(config);
      return;
    }
    const wasEnabled = member.config.enabled;
    member.config = config;
    // What was wrong may be right now; if not, it will be noticed again.
    member.warnings.clear();
    member.faults.run('conversation', () => member.conversation.configure(config));
    member.line.configure(config, this.#protocolOf(config), restart);
    if (config.enabled !== wasEnabled) this.#switch(member, config.enabled);
  }

  #endOverride(member: Member): void {
    member.override = null;
    this.#switch(member, member.config.enabled);
  }

  #switch({ line }: Member, on: boolean): void {
    if (on) line.start();
    else line.disable();
  }

  #protocolOf(config: DeviceConfig): Protocol {
    const protocol = this.#deps.protocols.get(config.protocol);
    if (!protocol) throw new Error(`no protocol "${config.protocol}"`);
    return protocol;
  }
}

function servicesOf(faults: FaultBoundary, warnings: DeviceWarnings): DeviceServices {
  return {
    clock: faults.clock,
    pacer: faults.pacer,
    warn: (code, message) => warnings.warn(code, message),
    // Later, so that the conversation is not told to detach while it is still at work.
    fault: (cause) => queueMicrotask(() => faults.fault('async', cause)),
  };
}
