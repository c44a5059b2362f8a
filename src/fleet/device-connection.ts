import type { Clock, Random, Timer } from '../clock.ts';
import type { DeviceConfig } from '../config/devices-schema.ts';
import type { DeviceListener, DeviceSession, Protocol } from '../protocols/protocol.ts';
import type { EventReport } from '../telemetry/events.ts';
import {
  type ConnectionEffect,
  type ConnectionInput,
  type ConnectionMachine,
  initialMachine,
  type Loss,
  step,
  type TimerName,
} from './connection-machine.ts';
import type { DialQueue } from './dial-queue.ts';
import { WebSocketLink } from './websocket-link.ts';

/** What a connection serves: a conversation, as far as the fleet knows it. */
export interface SessionUser extends DeviceListener {
  /** The line is up. */
  attach(session: DeviceSession): void;
  /** The line is gone; the session must not be used any more. */
  detach(): void;
}

/** What a connection needs of the world. */
export interface ConnectionDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly report: (event: EventReport) => void;
  readonly queue: DialQueue;
  readonly protocol: Protocol;
  readonly user: SessionUser;
}

/** What is known of a connection. Times are wall-clock milliseconds. */
export interface ConnectionView {
  readonly state: ConnectionMachine['state'];
  readonly since: number;
  readonly attempts: number;
  readonly lastError: { readonly code: Loss['code']; readonly message: string; readonly at: number } | null;
  readonly nextRetryAt: number | null;
  readonly lastSeenAt: number | null;
}

/** Carries out what the connection machine says: dials, closes, waits. Holds at most one socket. */
export class DeviceConnection {
  readonly #device: DeviceConfig;
  readonly #deps: ConnectionDeps;
  readonly #timers = new Map<TimerName, Timer>();
  readonly #inbox: ConnectionInput[] = [];
  #machine: ConnectionMachine = initialMachine();
  #link: WebSocketLink | undefined;
  #session: DeviceSession | undefined;
  #working = false;
  #since: number;
  #attempts = 0;
  #lastError: ConnectionView['lastError'] = null;
  #nextRetryAt: number | null = null;
  #lastSeenAt: number | null = null;
  #idle: (() => void)[] = [];

  constructor(device: DeviceConfig, deps: ConnectionDeps) {
    this.#device = device;
    this.#deps = deps;
    this.#since = deps.clock.wallNow();
    this.#dispatch({ type: device.enabled ? 'enable' : 'disable' });
  }

  get view(): ConnectionView {
    return {
      state: this.#machine.state,
      since: this.#since,
      attempts: this.#attempts,
      lastError: this.#lastError,
      nextRetryAt: this.#nextRetryAt,
      lastSeenAt: this.#lastSeenAt,
    };
  }

  /** Drops the line, if there is one, and dials at once. Joins an attempt that is about to succeed. */
  reconnect(): void {
    this.#dispatch({ type: 'reconnect' });
  }

  /** Ends the line for good. Resolves when the socket is gone, after 2 seconds at the latest. */
  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.#idle.push(resolve);
      this.#dispatch({ type: 'stop' });
      this.#resolveIdle();
    });
  }

  #resolveIdle(): void {
    if (this.#machine.state !== 'stopped' || this.#machine.linkAlive) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  /** The one way in: an input that arrives while another is being worked on waits its turn. */
  #dispatch(input: ConnectionInput): void {
    this.#inbox.push(input);
    if (this.#working) return;
    this.#working = true;
    for (let next = this.#inbox.shift(); next; next = this.#inbox.shift()) this.#take(next);
    this.#working = false;
  }

  #take(input: ConnectionInput): void {
    const before = this.#machine;
    const { machine, effects } = step(before, input, {
      nowMs: this.#deps.clock.now(),
      random: this.#deps.random,
      reconnectDelayMs: this.#device.reconnectDelayMs,
      autoReconnect: this.#device.autoReconnect,
      helloTimeoutMs: this.#deps.protocol.helloTimeoutMs,
    });
    this.#machine = machine;
    if (input.type === 'closed' && input.generation === before.generation) this.#forgetLink();
    this.#nextRetryAt =
      retryAt(effects, this.#deps.clock.wallNow()) ?? (machine.state === before.state ? this.#nextRetryAt : null);
    if (machine.state !== before.state) this.#announce(before, input);
    for (const effect of effects) this.#carryOut(effect);
    this.#resolveIdle();
  }

  #announce(before: ConnectionMachine, input: ConnectionInput): void {
    const { state } = this.#machine;
    const now = this.#deps.clock.wallNow();
    this.#since = now;
    // A line that we closed ourselves is no error.
    const loss = input.type === 'closed' && before.state !== 'draining' ? input.loss : undefined;
    const error = loss && { code: loss.code, message: loss.message };
    if (error) this.#lastError = { ...error, at: now };
    if (state === 'ready') this.#attempts = 0;
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
    const { clock, queue, user } = this.#deps;
    switch (effect.type) {
      case 'request_slot':
        queue.request(this.#device.name, effect.urgent, () => this.#dispatch({ type: 'slot_granted' }));
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
        if (this.#session) user.attach(this.#session);
        this.#link?.resume();
        return;
      case 'detach':
        user.detach();
        return;
      case 'close_link':
        this.#link?.close(effect.closeCode, effect.reason);
        return;
      case 'terminate_link':
        this.#link?.terminate({
          kind: 'failed',
          code: 'hello_timeout',
          message: 'the session could not be set up in time',
        });
        return;
      case 'start_timer': {
        const { name } = effect;
        clock.clearTimer(this.#timers.get(name));
        this.#timers.set(
          name,
          clock.setTimer(() => this.#dispatch({ type: 'timer', name }), effect.ms),
        );
        return;
      }
      case 'cancel_timer':
        clock.clearTimer(this.#timers.get(effect.name));
        this.#timers.delete(effect.name);
        return;
    }
  }

  #dial(generation: number): void {
    const { clock, protocol, report } = this.#deps;
    const { host, port, path, name } = this.#device;
    this.#attempts += 1;
    report({ type: 'device.attempt', device: name, attempt: this.#attempts });
    const address = { host, port, path: path ?? protocol.defaultPath, subprotocols: protocol.subprotocols };
    this.#link = new WebSocketLink(
      address,
      {
        opened: () => this.#dispatch({ type: 'opened', generation }),
        text: (text) => this.#session?.receiveText(text),
        binary: (bytes) => this.#session?.receiveBinary(bytes),
        alive: () => {
          this.#lastSeenAt = clock.wallNow();
        },
        closed: (loss) => this.#dispatch({ type: 'closed', generation, loss }),
      },
      () => clock.wallNow(),
    );
  }

  async #openSession(generation: number): Promise<void> {
    const link = this.#link;
    if (!link) return;
    link.pause();
    try {
      const session = await this.#deps.protocol.open(link, this.#device, this.#deps.user);
      if (this.#link !== link) {
        session.close();
        return;
      }
      this.#session = session;
      this.#dispatch({ type: 'session_ready', generation });
    } catch (error) {
      link.fail(1011, 'internal', `the session could not be set up: ${(error as Error).message}`);
      link.resume();
    }
  }

  #forgetLink(): void {
    this.#session?.close();
    this.#session = undefined;
    this.#link = undefined;
  }
}

function retryAt(effects: readonly ConnectionEffect[], nowWallMs: number): number | undefined {
  const timer = effects.find((effect) => effect.type === 'start_timer' && effect.name === 'retry');
  return timer?.type === 'start_timer' ? Math.round(nowWallMs + timer.ms) : undefined;
}
