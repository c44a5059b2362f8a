import type { DeviceConfig } from '../../config/devices-schema.ts';
import type { Clock, Random, Timer } from '../../core/clock.ts';
import { toDialtoneError } from '../../core/errors.ts';
import type { DeviceEvent, DeviceListener, DeviceSession, DropReason, Protocol } from '../../protocols/protocol.ts';
import type { CloseReason, Link, LinkListener } from '../../transport/link.ts';
import type { LinkClose } from '../../transport/link-close.ts';
import type { DialQueue } from '../dialling/dial-queue.ts';
import {
  type DialledCommand,
  type DialledInput,
  type DialledTimer,
  hasSocket,
  INITIAL_DIALLED_LINE,
  stateOf,
  stepDialled,
} from '../dialling/dialled-line.ts';
import { isFlapping } from '../dialling/line-record.ts';
import type { FleetEvent } from '../events.ts';
import { FloodGuard, type FloodVerdict } from './flood-guard.ts';
import { Heartbeat } from './heartbeat.ts';
import type { InboundScheduler, Lane, Priority } from './inbound-scheduler.ts';
import { LineStatus, type LineView } from './line-status.ts';
import { TokenBucket } from './token-bucket.ts';

/** What a line serves: a conversation, as far as the fleet knows it. */
export interface SessionUser {
  /** Mono s16 at 16 kHz, any length. Only valid during the call. @param arrivedAtMs monotonic milliseconds */
  audio(samples: Int16Array, arrivedAtMs: number): void;
  event(event: DeviceEvent): void;
  /** How much somebody waits for what the device hears at the moment. */
  readonly priority: Priority;
  /** The line is up. */
  attach(session: DeviceSession): void;
  /** The line is gone; the session must not be used any more. */
  detach(): void;
  /** The line will go down: end the sentence in progress, then call `done`. */
  finish(done: () => void): void;
}

/** What a line needs of the world. */
export interface DeviceLineDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly report: (event: FleetEvent) => void;
  readonly queue: DialQueue;
  /** Does what devices ask for, a little at a time. */
  readonly backlog: InboundScheduler;
  /** Dials the device. @throws DialtoneError when it must not or cannot be reached */
  readonly dial: (device: DeviceConfig, protocol: Protocol, listener: LinkListener) => Link;
  readonly user: SessionUser;
}

/** The line of one device: carries out what the machines say, dials, closes, waits. Holds at most one link. */
export class DeviceLine {
  readonly #deps: DeviceLineDeps;
  readonly #timers = new Map<DialledTimer | 'heartbeat', Timer>();
  readonly #inbox: DialledInput[] = [];
  readonly #whenDown: (() => void)[] = [];
  #device: DeviceConfig;
  #protocol: Protocol;
  #machine = INITIAL_DIALLED_LINE;
  #link: Link | undefined;
  #session: DeviceSession | undefined;
  /** What it has said and nobody has listened to yet. */
  readonly #lane: Lane;
  /** When the message arrived that the session is being handed, monotonic milliseconds. */
  #arrivedAtMs = 0;
  #heartbeat: Heartbeat | undefined;
  /** A flood must not become a flood of reports: beyond this its drops are not counted one by one. */
  readonly #dropReports: TokenBucket;
  /** What there is too much to do for must not make more to do. */
  readonly #overloadReports: TokenBucket;
  readonly #shed = () => this.#report('overload', this.#overloadReports);
  readonly #status: LineStatus;
  #working = false;

  /** Does nothing before `start`. */
  constructor(device: DeviceConfig, protocol: Protocol, deps: DeviceLineDeps) {
    this.#device = device;
    this.#protocol = protocol;
    this.#deps = deps;
    this.#status = new LineStatus(device.name, deps.clock, deps.report);
    this.#lane = deps.backlog.lane(() => deps.user.priority);
    this.#dropReports = new TokenBucket(20, 100, deps.clock.now());
    this.#overloadReports = new TokenBucket(0.2, 1, deps.clock.now());
  }

  get view(): LineView {
    return {
      ...this.#status.view,
      state: stateOf(this.#machine),
      flapping: isFlapping(this.#machine.dial.record, this.#deps.clock.now()),
      rttMs: this.#heartbeat?.rttMs ?? null,
    };
  }

  /** Begins to dial. Also after `stop` and `disable`. */
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
    if (hasSocket(this.#machine) || stateOf(this.#machine) !== 'stopped') return;
    for (const resolve of this.#whenDown.splice(0)) resolve();
  }

  /** The one way in: an input that arrives while another is being worked on waits its turn. */
  #dispatch(input: DialledInput): void {
    this.#inbox.push(input);
    if (this.#working) return;
    this.#working = true;
    try {
      for (let next = this.#inbox.shift(); next; next = this.#inbox.shift()) this.#take(next);
    } finally {
      this.#working = false;
    }
    this.#resolveDown();
  }

  #take(input: DialledInput): void {
    const before = this.#machine;
    const { machine, effects } = stepDialled(before, input, {
      nowMs: this.#deps.clock.now(),
      random: this.#deps.random,
      reconnectDelayMs: this.#device.reconnectDelayMs,
      autoReconnect: this.#device.autoReconnect,
      helloTimeoutMs: this.#protocol.helloTimeoutMs,
    });
    this.#machine = machine;
    const [previous, state] = [stateOf(before), stateOf(machine)];
    if (state !== previous) {
      const retry = effects.find((effect) => effect.type === 'start_timer' && effect.name === 'retry');
      const retryInMs = retry?.type === 'start_timer' ? retry.ms : undefined;
      this.#status.changed({ state, previous, close: input.type === 'closed' ? input.close : undefined, retryInMs });
    }
    for (const effect of effects) this.#carryOut(effect);
    if (input.type === 'closed' && hasSocket(before) && !hasSocket(machine)) this.#forgetLink();
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
        void this.#openSession(effect.generation);
        return;
      case 'attach':
        this.#attach();
        return;
      case 'detach':
        this.#stopTimer('heartbeat');
        user.detach();
        return;
      case 'finish_turn':
        user.finish(() => this.#dispatch({ type: 'finished' }));
        return;
      case 'close_link':
        this.#link?.close(effect.reason, effect.detail);
        return;
      case 'terminate_link':
        this.#link?.close('lost', effect.detail, effect.code);
        return;
      case 'start_timer':
        this.#startTimer(effect.name, effect.ms, () => this.#dispatch({ type: 'timer', name: effect.name }));
        return;
      case 'cancel_timer':
        this.#stopTimer(effect.name);
        return;
    }
  }

  #startTimer(name: DialledTimer | 'heartbeat', ms: number, run: () => void): void {
    this.#stopTimer(name);
    this.#timers.set(name, this.#deps.clock.setTimer(run, ms));
  }

  #stopTimer(name: DialledTimer | 'heartbeat'): void {
    this.#deps.clock.clearTimer(this.#timers.get(name));
    this.#timers.delete(name);
  }

  #dial(generation: number): void {
    const { clock } = this.#deps;
    this.#status.attempt();
    const flood = new FloodGuard(clock.now());
    const closed = (close: LinkClose) => this.#dispatch({ type: 'closed', generation, close });
    const mayUse = (bytes: number, isAudio: boolean) => this.#mayUse(flood.message(bytes, isAudio, clock.now()));
    try {
      this.#link = this.#deps.dial(this.#device, this.#protocol, {
        opened: () => this.#dispatch({ type: 'opened', generation }),
        text: (text) => {
          const isAudio = this.#protocol.carriesAudio(text);
          if (mayUse(text.length, isAudio)) this.#hand(isAudio, (session) => session.receiveText(text));
        },
        bytes: (bytes) => {
          if (mayUse(bytes.length, true)) this.#hand(true, (session) => session.receiveBinary(bytes));
        },
        alive: (sign) => {
          this.#status.seen();
          if (sign === 'answered') this.#heartbeat?.answered(clock.now());
          else this.#heartbeat?.seen(clock.now());
          // A probe costs something, too.
          if (sign !== 'message') mayUse(0, true);
        },
        // Behind what the device has said before.
        closed: (close) => this.#lane.add({ run: () => closed(close) }),
      });
    } catch (cause) {
      // It must not be reached, or its entry is wrong: that does not mend itself in seconds.
      const { code, message } = toDialtoneError(cause);
      closed({ kind: 'auth_failed', code, message });
    }
  }

  #mayUse(verdict: FloodVerdict): boolean {
    if (verdict === 'pass') return true;
    this.#report('flood', this.#dropReports);
    if (verdict === 'cut') this.#link?.close('policy', 'sends more than it may: see docs/SECURITY.md');
    return false;
  }

  /** Hands a message to the session of this moment; a dear one when what is urgent is done. Audio may come too late then. */
  #hand(isAudio: boolean, receive: (session: DeviceSession) => void): void {
    const [session, link] = [this.#session, this.#link];
    if (!session || !link) return;
    const run = (sinceMs: number) => {
      if (this.#session !== session) return;
      this.#arrivedAtMs = sinceMs;
      try {
        receive(session);
      } catch (error) {
        link.close('internal_error', `a message could not be handled: ${(error as Error).message}`);
      }
    };
    if (!this.#protocol.isCostly && this.#lane.isEmpty) run(this.#deps.clock.now());
    else this.#lane.add(isAudio ? { run, shed: this.#shed } : { run });
  }

  #report(reason: DropReason, reports: TokenBucket): void {
    if (reports.take(1, this.#deps.clock.now())) this.#reportDrop(reason);
  }

  #reportDrop(reason: DropReason): void {
    this.#deps.report({ type: 'device.dropped', device: this.#device.name, reason });
  }

  #event(event: DeviceEvent): void {
    if (event.type === 'dropped') {
      this.#reportDrop(event.reason);
      return;
    }
    if (event.type === 'status') {
      const { type: _, ...values } = event;
      this.#deps.report({ type: 'device.status', device: this.#device.name, ...values });
    }
    this.#deps.user.event(event);
  }

  async #openSession(generation: number): Promise<void> {
    const link = this.#link;
    if (!link) return;
    link.pause();
    try {
      const session = await this.#protocol.open(link, this.#device, this.#listener());
      if (this.#link !== link) {
        session.close();
        return;
      }
      this.#session = session;
      this.#dispatch({ type: 'session_ready', generation });
    } catch (cause) {
      link.close('internal_error', `the session could not be set up: ${toDialtoneError(cause).message}`);
    }
  }

  /** Whom the session tells: the conversation, unless the device says more in a second than it can have heard. */
  #listener(): DeviceListener {
    const { clock, user } = this.#deps;
    const flood = new FloodGuard(clock.now());
    return {
      audio: (samples) => {
        if (this.#mayUse(flood.audio(samples.length / 16, clock.now()))) user.audio(samples, this.#arrivedAtMs);
      },
      event: (event: DeviceEvent) => this.#event(event),
    };
  }

  #attach(): void {
    const { clock, user } = this.#deps;
    this.#heartbeat = new Heartbeat(this.#protocol.keepAlive, clock.now());
    if (this.#session) user.attach(this.#session);
    this.#link?.resume();
    this.#beat();
  }

  #beat(): void {
    const beat = this.#heartbeat?.check(this.#deps.clock.now());
    if (!beat) return;
    if (beat.verdict === 'dead') {
      const message = 'nothing came from the device for too long, not even an answer to a ping';
      this.#link?.close('lost', message, 'peer_dead');
      return;
    }
    if (beat.verdict === 'probe') this.#link?.probe();
    this.#startTimer('heartbeat', beat.nextInMs, () => this.#beat());
  }

  #forgetLink(): void {
    this.#session?.close();
    this.#session = undefined;
    this.#link = undefined;
    this.#heartbeat = undefined;
    this.#stopTimer('heartbeat');
  }
}
