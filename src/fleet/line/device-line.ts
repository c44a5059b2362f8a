import type { DeviceConfig } from '../../config/devices-schema.ts';
import type { Clock, Random, Timer } from '../../core/clock.ts';
import { toDialtoneError } from '../../core/errors.ts';
import type { DeviceSession, Protocol } from '../../protocols/protocol.ts';
import type { CloseReason, LifeSign, Link, LinkListener } from '../../transport/link.ts';
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
import { Heartbeat } from './heartbeat.ts';
import type { InboundScheduler } from './inbound-scheduler.ts';
import { Ingest } from './ingest.ts';
import { LineStatus, type LineView } from './line-status.ts';
import type { SessionUser } from './session-user.ts';

/** What a line needs of the world. */
export interface DeviceLineDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly report: (event: FleetEvent) => void;
  readonly queue: DialQueue;
  /** Handles what devices send, a little at a time. */
  readonly scheduler: InboundScheduler;
  /** Dials the device. @throws DialtoneError when it must not or cannot be reached */
  readonly dial: (device: DeviceConfig, protocol: Protocol, listener: LinkListener) => Link;
  readonly user: SessionUser;
}

/** The line of one device: does what the machines say, dials, closes, waits. Holds at most one link. */
export class DeviceLine {
  readonly #deps: DeviceLineDeps;
  readonly #status: LineStatus;
  readonly #ingest: Ingest;
  readonly #timers = new Map<DialledTimer | 'heartbeat', Timer>();
  readonly #inbox: DialledInput[] = [];
  readonly #whenDown: (() => void)[] = [];
  #device: DeviceConfig;
  #protocol: Protocol;
  #machine = INITIAL_DIALLED_LINE;
  #link: Link | undefined;
  #session: DeviceSession | undefined;
  #heartbeat: Heartbeat | undefined;
  #working = false;

  /** Does nothing before `start`. */
  constructor(device: DeviceConfig, protocol: Protocol, deps: DeviceLineDeps) {
    this.#device = device;
    this.#protocol = protocol;
    this.#deps = deps;
    this.#status = new LineStatus(device.name, deps.clock, deps.report);
    this.#ingest = new Ingest(protocol, {
      device: device.name,
      clock: deps.clock,
      scheduler: deps.scheduler,
      user: deps.user,
      report: deps.report,
      onFlood: () => this.#link?.close('policy', 'sends more than it may: see docs/SECURITY.md'),
      onFault: (error) =>
        this.#link?.close('internal_error', `a message could not be handled: ${toDialtoneError(error).message}`),
    });
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
    this.#status.attempt();
    this.#ingest.linked(this.#protocol);
    try {
      this.#link = this.#deps.dial(this.#device, this.#protocol, this.#listenTo(generation));
    } catch (cause) {
      // It must not be reached, or its entry is wrong: that does not mend itself in seconds.
      const { code, message } = toDialtoneError(cause);
      this.#dispatch({ type: 'closed', generation, close: { kind: 'auth_failed', code, message } });
    }
  }

  #listenTo(generation: number): LinkListener {
    return {
      opened: () => this.#dispatch({ type: 'opened', generation }),
      text: (text) => this.#ingest.text(text),
      bytes: (bytes) => this.#ingest.bytes(bytes),
      alive: (sign) => this.#alive(sign),
      // What the device said before its end is handled first.
      closed: (close) => this.#ingest.afterAll(() => this.#dispatch({ type: 'closed', generation, close })),
    };
  }

  #alive(sign: LifeSign): void {
    this.#status.seen();
    const now = this.#deps.clock.now();
    if (sign === 'answered') this.#heartbeat?.answered(now);
    else this.#heartbeat?.seen(now);
    if (sign !== 'message') this.#ingest.probe();
  }

  async #openSession(generation: number): Promise<void> {
    const link = this.#link;
    if (!link) return;
    link.pause();
    try {
      const session = await this.#protocol.open(link, this.#device, this.#ingest.createListener());
      if (this.#link !== link) {
        session.close();
        return;
      }
      this.#session = session;
      this.#ingest.session = session;
      this.#dispatch({ type: 'session_ready', generation });
    } catch (cause) {
      link.close('internal_error', `the session could not be set up: ${toDialtoneError(cause).message}`);
    }
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
    this.#ingest.session = undefined;
    this.#link = undefined;
    this.#heartbeat = undefined;
    this.#stopTimer('heartbeat');
  }
}
