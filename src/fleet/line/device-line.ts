import type { DeviceConfig } from '../../config/devices-schema.ts';
import type { Random, Timer } from '../../core/clock.ts';
import { toDialtoneError } from '../../core/errors.ts';
import type { WarningCode } from '../../core/warnings.ts';
import type { DeviceTools } from '../../protocols/device-tools.ts';
import type { DeviceSession, Protocol } from '../../protocols/protocol.ts';
import type { CloseReason, LifeSign, Link, LinkListener } from '../../transport/link.ts';
import { LinkContest } from '../accepting/link-contest.ts';
import type { DialQueue } from '../dialling/dial-queue.ts';
import type { DialledCommand, DialledTimer } from '../dialling/dialled-line.ts';
import { isFlapping } from '../dialling/line-record.ts';
import type { FleetEvent } from '../events.ts';
import type { FaultBoundary } from './fault-boundary.ts';
import { placeOf } from './fault-place.ts';
import { GuardedSession } from './guarded-session.ts';
import type { InboundScheduler } from './inbound-scheduler.ts';
import { Ingest } from './ingest.ts';
import { isUp, type LineState } from './line-state.ts';
import { LineStatus, type LineView } from './line-status.ts';
import { type LineWay, lineWay, type WayInput } from './line-way.ts';
import { LinkWatch } from './link-watch.ts';
import type { SessionUser } from './session-user.ts';
import { Traffic } from './traffic.ts';

/** What a line needs of the world. */
export interface DeviceLineDeps {
  readonly random: Random;
  readonly report: (event: FleetEvent) => void;
  /** Something about the device that its owner should change. */
  readonly warn: (code: WarningCode, message: string) => void;
  readonly queue: DialQueue;
  /** Handles what devices send, a little at a time. */
  readonly scheduler: InboundScheduler;
  /** Dials the device. @throws DialtoneError when it must not or cannot be reached */
  readonly dial: (device: DeviceConfig, protocol: Protocol, listener: LinkListener) => Link;
  readonly user: SessionUser;
  /** Catches what the code of this device throws; its clock is that of the line. */
  readonly faults: FaultBoundary;
}

/**
 * The line of one device, whichever side opens its links: does what the machines say, dials, closes, waits. Hears one link at
 * most: what comes late of an older one, or of one that is refused, is not believed.
 */
export class DeviceLine {
  readonly #deps: DeviceLineDeps;
  readonly #status: LineStatus;
  readonly #ingest: Ingest;
  readonly #timers = new Map<DialledTimer, Timer>();
  readonly #inbox: WayInput[] = [];
  readonly #whenDown: (() => void)[] = [];
  #device: DeviceConfig;
  #protocol: Protocol;
  readonly #way: LineWay;
  /** Those that are not gone yet, by their number. */
  readonly #links = new Map<number, Link>();
  readonly #traffic = new Traffic();
  /** Number of the newest link that was wanted: the one that is heard. */
  #heard = 0;
  /** Number of the newest link that the device has opened. */
  #arrivals = 0;
  #session: DeviceSession | undefined;
  /** The session of the link that is up, as others get it. */
  #guarded: GuardedSession | undefined;
  /** While the line is ready. */
  #watch: LinkWatch | undefined;
  readonly #contest: LinkContest;
  #working = false;

  /** Does nothing before `start`. */
  constructor(device: DeviceConfig, protocol: Protocol, deps: DeviceLineDeps) {
    this.#device = device;
    this.#protocol = protocol;
    this.#deps = deps;
    this.#way = lineWay(device.direction);
    const { faults, scheduler, user, report, warn } = deps;
    this.#status = new LineStatus(device.name, faults.clock, report);
    this.#ingest = new Ingest(protocol, {
      device: device.name,
      clock: faults.clock,
      scheduler,
      user,
      report,
      warn,
      onFlood: () => this.#link?.close('policy', 'sends more than it may: see docs/SECURITY.md'),
      faults,
    });
    this.#contest = new LinkContest(faults.clock, (generation, ifTaken) => {
      if (this.#links.has(generation)) this.#dispatch({ type: 'arrived', generation, ifTaken });
    });
    faults.whenFaulty((detail) => this.#dispatch({ type: 'fault', detail }));
  }

  get view(): LineView {
    return {
      ...this.#status.view,
      state: this.#way.state,
      flapping: isFlapping(this.#way.record, this.#deps.faults.clock.now()),
      rttMs: this.#watch?.rttMs ?? null,
      traffic: this.#traffic.total,
    };
  }

  /** Whether a link that the device opens would be taken now. */
  get isWelcome(): boolean {
    return this.#way.isWelcome;
  }

  /** Whether the device has a link already. */
  get hasLink(): boolean {
    return this.#way.hasSocket;
  }

  /** The functions of the link that is up; undefined: the device has none. */
  get tools(): DeviceTools | 'not_connected' | undefined {
    return this.#guarded ? this.#guarded.tools : 'not_connected';
  }

  /** The device has opened a link. @param open makes it; called once, at once */
  arrived(open: (listener: LinkListener) => Link): void {
    const generation = ++this.#arrivals;
    const link = this.#traffic.counted(open(this.#listenTo(generation)));
    this.#links.set(generation, link);
    const { ifTaken = 'refuse' } = this.#protocol.accept ?? {};
    this.#contest.arrived(generation, link, { old: isUp(this.#way.state) ? this.#link : undefined, ifTaken });
  }

  /** Begins to dial, or to take what the device opens. Also after `stop` and `disable`. */
  start(): void {
    this.#dispatch({ type: 'enable' });
  }

  /** Drops the line, if there is one, and dials at once. Joins an attempt that is about to succeed. */
  reconnect(): void {
    this.#dispatch({ type: 'reconnect' });
  }

  /** Ends the line gently and stays down. */
  disable(): void {
    this.#dispatch({ type: 'disable' });
  }

  /** Takes other words for the device; the next attempt uses them. @param restart whether that is now */
  configure(device: DeviceConfig, protocol: Protocol, restart: boolean): void {
    this.#device = device;
    this.#protocol = protocol;
    if (restart) this.#dispatch({ type: 'restart' });
  }

  /**
   * Ends the line, the sentence in progress first. Resolves when the socket is gone: after 4 seconds at the latest.
   * @param detail what the device is told, and the log
   */
  stop(reason: CloseReason, detail: string, gently = true): Promise<void> {
    return new Promise((resolve) => {
      this.#whenDown.push(resolve);
      this.#dispatch({ type: 'stop', reason, detail, gently });
      this.#resolveDown();
    });
  }

  #resolveDown(): void {
    if (this.#way.hasSocket || this.#way.state !== 'stopped') return;
    for (const resolve of this.#whenDown.splice(0)) resolve();
  }

  /** The one way in: an input that arrives while another is being worked on waits its turn. Never throws. */
  #dispatch(input: WayInput): void {
    this.#inbox.push(input);
    if (this.#working) return;
    this.#working = true;
    try {
      for (let next = this.#inbox.shift(); next; next = this.#inbox.shift()) this.#takeGuarded(next);
    } finally {
      this.#working = false;
    }
    this.#resolveDown();
  }

  #takeGuarded(input: WayInput): void {
    try {
      this.#take(input);
    } catch (error) {
      // A fault that cannot be dealt with must not make the next one.
      if (input.type === 'fault') this.#deps.faults.note('line', error);
      else this.#deps.faults.fault('line', error);
    }
  }

  #take(input: WayInput): void {
    const before = { state: this.#way.state, hasSocket: this.#way.hasSocket };
    const effects = this.#way.take(input, {
      nowMs: this.#deps.faults.clock.now(),
      random: this.#deps.random,
      reconnectDelayMs: this.#device.reconnectDelayMs,
      autoReconnect: this.#device.autoReconnect,
      helloTimeoutMs: this.#protocol.helloTimeoutMs,
    });
    this.#announce(before.state, input, effects);
    for (const effect of effects) this.#carryOutGuarded(effect);
    if (input.type !== 'closed') return;
    this.#links.delete(input.generation);
    if (before.hasSocket && !this.#way.hasSocket) this.#forgetSession();
    if (input.generation === this.#heard) this.#contest.gone();
  }

  #announce(previous: LineState, input: WayInput, effects: readonly DialledCommand[]): void {
    const { state } = this.#way;
    if (state === previous) return;
    const retry = effects.find((effect) => effect.type === 'start_timer' && effect.name === 'retry');
    const retryInMs = retry?.type === 'start_timer' ? retry.ms : undefined;
    const close = input.type === 'closed' ? input.close : undefined;
    // What is told of it must not keep it from happening.
    this.#deps.faults.run('line', () => this.#status.changed({ state, previous, close, retryInMs }));
  }

  /** What one effect throws must not keep the next ones from being done. */
  #carryOutGuarded(effect: DialledCommand): void {
    try {
      this.#carryOut(effect);
    } catch (error) {
      this.#deps.faults.fault(placeOf(effect), error);
    }
  }

  #carryOut(effect: DialledCommand): void {
    const { queue, user } = this.#deps;
    switch (effect.type) {
      case 'request_slot':
        queue.request(this.#device.name, effect.priority, () => this.#dispatch({ type: 'slot_granted' }));
        return;
      case 'release_slot':
        queue.release(this.#device.name);
        return;
      case 'dial':
        this.#dial(effect.generation);
        return;
      case 'open_session':
        // A link that replaces another: what is left of the old session goes first.
        if (this.#session) this.#forgetSession();
        if (this.#device.direction === 'accept') this.#hear(effect.generation);
        void this.#openSession(effect.generation);
        return;
      case 'attach':
        this.#attach();
        return;
      case 'detach':
        this.#watch?.stop();
        // What comes from now on is not wanted, and a session that has failed must not fail again.
        this.#ingest.session = undefined;
        this.#detach();
        return;
      case 'finish_turn':
        user.finish(() => this.#dispatch({ type: 'finished' }));
        return;
      case 'close_link':
        this.#links.get(effect.generation)?.close(effect.reason, effect.detail);
        return;
      case 'terminate_link':
        this.#links.get(effect.generation)?.close('lost', effect.detail, effect.code);
        return;
      case 'start_timer':
        this.#startTimer(effect.name, effect.ms, () => this.#dispatch({ type: 'timer', name: effect.name }));
        return;
      case 'cancel_timer':
        this.#stopTimer(effect.name);
        return;
    }
  }

  /** A conversation that throws may have to be told twice: the second time it has no turn left that could fail. */
  #detach(): void {
    const { faults, user } = this.#deps;
    if (faults.run('conversation', () => user.detach())) return;
    // One that still throws sends nothing more, all the same.
    if (!faults.run('conversation', () => user.detach())) faults.pacer.clear();
  }

  #startTimer(name: DialledTimer, ms: number, run: () => void): void {
    this.#stopTimer(name);
    this.#timers.set(name, this.#deps.faults.clock.setTimer(run, ms));
  }

  #stopTimer(name: DialledTimer): void {
    this.#deps.faults.clock.clearTimer(this.#timers.get(name));
    this.#timers.delete(name);
  }

  #dial(generation: number): void {
    this.#status.attempt();
    this.#hear(generation);
    try {
      const link = this.#deps.dial(this.#device, this.#protocol, this.#listenTo(generation));
      this.#links.set(generation, this.#traffic.counted(link));
    } catch (cause) {
      // It must not be reached, or its entry is wrong: that does not mend itself in seconds.
      const { code, message } = toDialtoneError(cause);
      if (code === 'internal') this.#deps.faults.note('line', cause);
      this.#dispatch({ type: 'closed', generation, close: { kind: 'auth_failed', code, message } });
    }
  }

  get #link(): Link | undefined {
    return this.#links.get(this.#heard);
  }

  #hear(generation: number): void {
    this.#heard = generation;
    this.#ingest.linked(this.#protocol);
  }

  #listenTo(generation: number): LinkListener {
    const isHeard = () => generation === this.#heard;
    return {
      opened: () => this.#dispatch({ type: 'opened', generation }),
      text: (text) => {
        this.#traffic.received(text);
        if (isHeard()) this.#ingest.text(text);
      },
      bytes: (bytes) => {
        this.#traffic.received(bytes);
        if (isHeard()) this.#ingest.bytes(bytes);
      },
      alive: (sign) => isHeard() && this.#alive(sign),
      // What the device said before its end is handled first.
      closed: (close) => this.#ingest.afterAll(() => this.#dispatch({ type: 'closed', generation, close })),
    };
  }

  #alive(sign: LifeSign): void {
    this.#status.seen();
    this.#contest.alive();
    this.#watch?.alive(sign);
    if (sign !== 'message') this.#ingest.probe();
  }

  async #openSession(generation: number): Promise<void> {
    const link = this.#link;
    if (!link) return;
    try {
      link.pause();
      const session = await this.#protocol.open(
        link,
        this.#device,
        this.#ingest.createListener(),
        this.#deps.faults.clock,
      );
      if (this.#link !== link) {
        session.close();
        return;
      }
      this.#session = session;
      this.#ingest.session = session;
      if (session.greeted) {
        link.resume();
        await session.greeted;
        if (this.#session !== session) return;
        link.pause();
      }
      this.#dispatch({ type: 'session_ready', generation });
    } catch (cause) {
      // A link that is gone is not the present one's fault.
      if (this.#link === link) this.#deps.faults.fault('open', cause);
      else this.#deps.faults.note('open', cause);
    }
  }

  #attach(): void {
    const { faults, user } = this.#deps;
    const [link, session] = [this.#link, this.#session];
    if (!link || !session) return;
    const delay = () => (session === this.#session ? this.#watch : undefined);
    this.#guarded = new GuardedSession(session, delay, (error) => this.#sessionThrew(session, error));
    user.attach(this.#guarded);
    link.resume();
    const probe = session.probe ? () => this.#probeBySession(session) : () => link.probe();
    this.#watch = new LinkWatch(link, probe, this.#protocol.keepAlive, faults.clock);
  }

  #probeBySession(session: DeviceSession): void {
    this.#deps.faults.run('session', () => session.probe?.());
  }

  /** A session that is over is not the present link's fault. */
  #sessionThrew(session: DeviceSession, error: unknown): void {
    if (session === this.#session) this.#deps.faults.fault('session', error);
    else this.#deps.faults.note('session', error);
  }

  #forgetSession(): void {
    const session = this.#session;
    this.#session = undefined;
    this.#guarded?.end();
    this.#guarded = undefined;
    this.#ingest.session = undefined;
    this.#watch?.stop();
    this.#watch = undefined;
    if (session) this.#deps.faults.run('session', () => session.close());
  }
}
