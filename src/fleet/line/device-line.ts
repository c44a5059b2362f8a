import type { DeviceConfig } from '../../config/devices-schema.ts';
import type { Clock, Random, Timer } from '../../core/clock.ts';
import { toDialtoneError } from '../../core/errors.ts';
import type { DeviceEvent, DeviceListener, DeviceSession, DropReason, Protocol } from '../../protocols/protocol.ts';
import type { CloseReason, Link, LinkListener } from '../../transport/link.ts';
import type { LinkClose } from '../../transport/link-close.ts';
import {
  type ConnectionEffect,
  type ConnectionInput,
  type ConnectionMachine,
  INITIAL_CONNECTION,
  step,
  type TimerName,
} from '../dialling/dial-machine.ts';
import type { DialQueue } from '../dialling/dial-queue.ts';
import { isFlapping } from '../dialling/line-record.ts';
import type { FleetEvent } from '../events.ts';
import { FloodGuard, type FloodVerdict } from './flood-guard.ts';
import { Heartbeat } from './heartbeat.ts';
import type { InboundScheduler, Lane, Priority } from './inbound-scheduler.ts';
import { TokenBucket } from './token-bucket.ts';

const DIAL_TOO_SLOW: LinkClose = { kind: 'failed', code: 'connect_timeout', message: 'the dial took too long' };
const SESSION_TOO_SLOW: LinkClose = {
  kind: 'failed',
  code: 'hello_timeout',
  message: 'the session could not be set up in time',
};

/** What a connection serves: a conversation, as far as the fleet knows it. */
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

/** What a connection needs of the world. */
export interface ConnectionDeps {
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

/** What is known of a connection. Times are wall-clock milliseconds. */
export interface ConnectionView {
  readonly state: ConnectionMachine['state'];
  readonly since: number;
  readonly attempts: number;
  readonly connections: number;
  readonly lastError: { readonly code: LinkClose['code']; readonly message: string; readonly at: number } | null;
  readonly nextRetryAt: number | null;
  readonly lastSeenAt: number | null;
  readonly flapping: boolean;
  readonly rttMs: number | null;
}

/** Carries out what the connection machine says: dials, closes, waits. Holds at most one socket. */
export class DeviceConnection {
  readonly #deps: ConnectionDeps;
  readonly #timers = new Map<TimerName | 'heartbeat', Timer>();
  readonly #inbox: ConnectionInput[] = [];
  readonly #whenDown: (() => void)[] = [];
  #device: DeviceConfig;
  #protocol: Protocol;
  #machine: ConnectionMachine = INITIAL_CONNECTION;
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
  #working = false;
  #since: number;
  #attempts = 0;
  #connections = 0;
  #lastError: ConnectionView['lastError'] = null;
  #nextRetryAt: number | null = null;
  #lastSeenAt: number | null = null;

  /** Does nothing before `start`. */
  constructor(device: DeviceConfig, protocol: Protocol, deps: ConnectionDeps) {
    this.#device = device;
    this.#protocol = protocol;
    this.#deps = deps;
    this.#since = deps.clock.wallNow();
    this.#lane = deps.backlog.lane(() => deps.user.priority);
    this.#dropReports = new TokenBucket(20, 100, deps.clock.now());
    this.#overloadReports = new TokenBucket(0.2, 1, deps.clock.now());
  }

  get view(): ConnectionView {
    return {
      state: this.#machine.state,
      since: this.#since,
      attempts: this.#attempts,
      connections: this.#connections,
      lastError: this.#lastError,
      nextRetryAt: this.#nextRetryAt,
      lastSeenAt: this.#lastSeenAt,
      flapping: isFlapping(this.#machine.record, this.#deps.clock.now()),
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
    if (this.#machine.linkAlive || this.#machine.state !== 'stopped') return;
    for (const resolve of this.#whenDown.splice(0)) resolve();
  }

  /** The one way in: an input that arrives while another is being worked on waits its turn. */
  #dispatch(input: ConnectionInput): void {
    this.#inbox.push(input);
    if (this.#working) return;
    this.#working = true;
    for (let next = this.#inbox.shift(); next; next = this.#inbox.shift()) this.#take(next);
    this.#working = false;
    this.#resolveDown();
  }

  #take(input: ConnectionInput): void {
    const before = this.#machine;
    const { machine, effects } = step(before, input, {
      nowMs: this.#deps.clock.now(),
      random: this.#deps.random,
      reconnectDelayMs: this.#device.reconnectDelayMs,
      autoReconnect: this.#device.autoReconnect,
      helloTimeoutMs: this.#protocol.helloTimeoutMs,
    });
    this.#machine = machine;
    if (machine.state !== before.state) this.#announce(before, input, effects);
    for (const effect of effects) this.#carryOut(effect);
    if (input.type === 'closed' && before.linkAlive && !machine.linkAlive) this.#forgetLink();
  }

  #announce(before: ConnectionMachine, input: ConnectionInput, effects: readonly ConnectionEffect[]): void {
    const { state } = this.#machine;
    const now = this.#deps.clock.wallNow();
    this.#since = now;
    const retry = effects.find((effect) => effect.type === 'start_timer' && effect.name === 'retry');
    this.#nextRetryAt = retry?.type === 'start_timer' ? Math.round(now + retry.ms) : null;
    // A line that we closed ourselves is no error.
    const close = input.type === 'closed' && before.state !== 'draining' ? input.close : undefined;
    const error = close && { code: close.code, message: close.message };
    if (error) this.#lastError = { ...error, at: now };
    if (state === 'ready') {
      this.#attempts = 0;
      this.#connections += 1;
    }
    this.#deps.report({
      type: 'device.state',
      device: this.#device.name,
      state,
      previous: before.state,
      ...(error ? { error } : {}),
      ...(this.#nextRetryAt === null ? {} : { nextRetryAt: this.#nextRetryAt }),
    });
  }

  #carryOut(effect: ConnectionEffect): void {
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
      case 'terminate_link': {
        const { code, message } = this.#machine.state === 'connecting' ? DIAL_TOO_SLOW : SESSION_TOO_SLOW;
        this.#link?.close('lost', message, code);
        return;
      }
      case 'start_timer':
        this.#startTimer(effect.name, effect.ms, () => this.#dispatch({ type: 'timer', name: effect.name }));
        return;
      case 'cancel_timer':
        this.#stopTimer(effect.name);
        return;
    }
  }

  #startTimer(name: TimerName | 'heartbeat', ms: number, run: () => void): void {
    this.#stopTimer(name);
    this.#timers.set(name, this.#deps.clock.setTimer(run, ms));
  }

  #stopTimer(name: TimerName | 'heartbeat'): void {
    this.#deps.clock.clearTimer(this.#timers.get(name));
    this.#timers.delete(name);
  }

  #dial(generation: number): void {
    const { clock, report } = this.#deps;
    this.#attempts += 1;
    report({ type: 'device.attempt', device: this.#device.name, attempt: this.#attempts });
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
          this.#lastSeenAt = clock.wallNow();
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
