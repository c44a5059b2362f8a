import type { Random } from '../clock.ts';
import type { ErrorCode } from '../errors.ts';
import { backoffMs, RETRY, withJitter } from './retry-delay.ts';

/** Where the life of one device's line stands. */
export type ConnectionState =
  /** `enabled: false` */
  | 'disabled'
  /** Waits for a dial slot. */
  | 'queued'
  /** DNS, TCP and the WebSocket upgrade. */
  | 'connecting'
  /** The socket is open; the session is being set up, or the device's hello is awaited. */
  | 'handshaking'
  /** The line is up and the conversation attached. */
  | 'ready'
  /** Waits for the next attempt. */
  | 'backoff'
  /** The device refused because it has a client already; waits longer. */
  | 'busy'
  /** The device refused who we are; waits much longer. */
  | 'auth_failed'
  /** The socket is being closed; what follows waits until it is gone. */
  | 'draining'
  /** Nothing happens until somebody asks: shut down, or `auto_reconnect: false` after a loss. */
  | 'stopped';

/** Every state, for metrics and documents. */
export const CONNECTION_STATES: readonly ConnectionState[] = [
  'disabled',
  'queued',
  'connecting',
  'handshaking',
  'ready',
  'backoff',
  'busy',
  'auth_failed',
  'draining',
  'stopped',
];

/** What comes after `draining`. */
export type AfterDrain = 'queued' | 'disabled' | 'stopped';

/** The machine's memory. Times are monotonic milliseconds. */
export interface ConnectionMachine {
  readonly state: ConnectionState;
  /** Number of the newest socket. Events of an older one are not believed. */
  readonly generation: number;
  /** Whether the newest socket exists: from `dial` until its `closed`. Nothing is dialled meanwhile. */
  readonly linkAlive: boolean;
  /** Failures since the line was last stable. */
  readonly failures: number;
  /** When it became `ready`; null when it is not. */
  readonly readyAt: number | null;
  readonly afterDrain: AfterDrain;
}

/** What can happen to a connection. `generation` says to which socket. */
export type ConnectionInput =
  | { readonly type: 'enable' }
  | { readonly type: 'disable' }
  | { readonly type: 'slot_granted' }
  | { readonly type: 'opened'; readonly generation: number }
  | { readonly type: 'session_ready'; readonly generation: number }
  /** The socket is gone, for whatever reason: the last thing that is ever said of it. */
  | { readonly type: 'closed'; readonly generation: number; readonly loss: Loss }
  | { readonly type: 'timer'; readonly name: TimerName }
  | { readonly type: 'reconnect' }
  | { readonly type: 'stop' };

/** Why a line was lost or never came up. */
export interface Loss {
  readonly kind: 'failed' | 'announced' | 'busy' | 'auth_failed';
  readonly code: ErrorCode;
  readonly message: string;
  /** What the device asked for by Retry-After. */
  readonly retryAfterMs?: number;
}

export type TimerName = 'retry' | 'hello' | 'drain';

/** What the shell must do, in order. */
export type ConnectionEffect =
  | { readonly type: 'request_slot'; readonly urgent: boolean }
  | { readonly type: 'release_slot' }
  | { readonly type: 'dial'; readonly generation: number }
  | { readonly type: 'open_session'; readonly generation: number }
  | { readonly type: 'attach'; readonly generation: number }
  | { readonly type: 'detach' }
  /** Ask the other side to close; the shell makes sure that `closed` follows. */
  | { readonly type: 'close_link'; readonly closeCode: number; readonly reason: string }
  /** Do not ask: the socket must be gone now. `closed` follows. */
  | { readonly type: 'terminate_link' }
  | { readonly type: 'start_timer'; readonly name: TimerName; readonly ms: number }
  | { readonly type: 'cancel_timer'; readonly name: TimerName };

/** What the machine is told about the device and the world. */
export interface ConnectionContext {
  readonly nowMs: number;
  readonly random: Random;
  readonly reconnectDelayMs: number;
  readonly autoReconnect: boolean;
  /** null: this protocol has no hello. */
  readonly helloTimeoutMs: number | null;
}

/** How long a closing handshake may take before the socket is torn down, milliseconds. */
export const DRAIN_TIMEOUT_MS = 2_000;

/** How long opening a session may take when the protocol itself has no hello, milliseconds. */
const SESSION_TIMEOUT_MS = 5_000;

export function initialMachine(): ConnectionMachine {
  return { state: 'stopped', generation: 0, linkAlive: false, failures: 0, readyAt: null, afterDrain: 'stopped' };
}

interface Step {
  readonly machine: ConnectionMachine;
  readonly effects: readonly ConnectionEffect[];
}

/**
 * One step of a connection's life: pure. An input that means nothing in the present state changes nothing; above all
 * the late word of an old socket.
 */
export function step(machine: ConnectionMachine, input: ConnectionInput, context: ConnectionContext): Step {
  switch (input.type) {
    case 'enable':
      return machine.state === 'disabled' || machine.state === 'stopped' ? queue(machine, false) : same(machine);
    case 'disable':
      return end(machine, 'disabled', 1000, 'disabled');
    case 'stop':
      return end(machine, 'stopped', 1001, 'going away');
    case 'reconnect':
      return reconnect(machine);
    case 'slot_granted':
      return slotGranted(machine);
    case 'timer':
      return timer(machine, input.name);
    case 'opened':
      if (!isCurrent(machine, input.generation) || machine.state !== 'connecting') return same(machine);
      return {
        machine: { ...machine, state: 'handshaking' },
        effects: [
          { type: 'release_slot' },
          { type: 'open_session', generation: machine.generation },
          { type: 'start_timer', name: 'hello', ms: context.helloTimeoutMs ?? SESSION_TIMEOUT_MS },
        ],
      };
    case 'session_ready':
      if (!isCurrent(machine, input.generation) || machine.state !== 'handshaking') return same(machine);
      return {
        machine: { ...machine, state: 'ready', readyAt: context.nowMs },
        effects: [
          { type: 'cancel_timer', name: 'hello' },
          { type: 'attach', generation: machine.generation },
        ],
      };
    case 'closed':
      return isCurrent(machine, input.generation) ? closed(machine, input.loss, context) : same(machine);
  }
}

function same(machine: ConnectionMachine): Step {
  return { machine, effects: [] };
}

function isCurrent(machine: ConnectionMachine, generation: number): boolean {
  return machine.linkAlive && machine.generation === generation;
}

function queue(machine: ConnectionMachine, urgent: boolean): Step {
  return { machine: { ...machine, state: 'queued' }, effects: [{ type: 'request_slot', urgent }] };
}

function slotGranted(machine: ConnectionMachine): Step {
  // A slot granted too late, or while an old socket still lives, goes back.
  if (machine.state !== 'queued' || machine.linkAlive) return { machine, effects: [{ type: 'release_slot' }] };
  const generation = machine.generation + 1;
  return {
    machine: { ...machine, state: 'connecting', generation, linkAlive: true },
    effects: [{ type: 'dial', generation }],
  };
}

function timer(machine: ConnectionMachine, name: TimerName): Step {
  if (name === 'retry' && isWaiting(machine.state)) return queue(machine, false);
  if (name === 'drain' && machine.state === 'draining') return { machine, effects: [{ type: 'terminate_link' }] };
  // The device never became ready. `closed` comes from the shell with the right reason.
  if (name === 'hello' && machine.state === 'handshaking') return { machine, effects: [{ type: 'terminate_link' }] };
  return same(machine);
}

function isWaiting(state: ConnectionState): boolean {
  return state === 'backoff' || state === 'busy' || state === 'auth_failed';
}

/** Leaves every state for `target`, through `draining` while a socket lives. */
function end(machine: ConnectionMachine, target: 'disabled' | 'stopped', closeCode: number, reason: string): Step {
  if (machine.state === target) return same(machine);
  if (machine.state === 'draining') return same({ ...machine, afterDrain: target });
  if (!machine.linkAlive) {
    const effects: ConnectionEffect[] = [];
    if (machine.state === 'queued') effects.push({ type: 'release_slot' });
    if (isWaiting(machine.state)) effects.push({ type: 'cancel_timer', name: 'retry' });
    return { machine: { ...machine, state: target, failures: 0 }, effects };
  }
  return drain(machine, target, closeCode, reason);
}

function drain(machine: ConnectionMachine, afterDrain: AfterDrain, closeCode: number, reason: string): Step {
  const effects: ConnectionEffect[] = [];
  if (machine.state === 'connecting') effects.push({ type: 'release_slot' });
  if (machine.state === 'handshaking') effects.push({ type: 'cancel_timer', name: 'hello' });
  if (machine.state === 'ready') effects.push({ type: 'detach' });
  effects.push({ type: 'close_link', closeCode, reason }, { type: 'start_timer', name: 'drain', ms: DRAIN_TIMEOUT_MS });
  return { machine: { ...machine, state: 'draining', readyAt: null, afterDrain }, effects };
}

function reconnect(machine: ConnectionMachine): Step {
  switch (machine.state) {
    case 'disabled':
    case 'queued':
    case 'handshaking':
      return same(machine);
    case 'draining':
      // On the way to a new attempt already; a shutdown or a disabling is not undone.
      return same(machine);
    case 'connecting':
    case 'ready':
      return drain({ ...machine, failures: 0 }, 'queued', 1012, 'reconnect requested');
    case 'backoff':
    case 'busy':
    case 'auth_failed': {
      const queued = queue({ ...machine, failures: 0 }, true);
      return { machine: queued.machine, effects: [{ type: 'cancel_timer', name: 'retry' }, ...queued.effects] };
    }
    case 'stopped':
      return queue({ ...machine, failures: 0 }, true);
  }
}

function closed(machine: ConnectionMachine, loss: Loss, context: ConnectionContext): Step {
  const gone: ConnectionMachine = { ...machine, linkAlive: false, readyAt: null };
  switch (machine.state) {
    case 'draining': {
      const cancel: ConnectionEffect = { type: 'cancel_timer', name: 'drain' };
      if (machine.afterDrain !== 'queued') {
        return { machine: { ...gone, state: machine.afterDrain, failures: 0 }, effects: [cancel] };
      }
      const queued = queue(gone, true);
      return { machine: queued.machine, effects: [cancel, ...queued.effects] };
    }
    case 'connecting':
      return wait(gone, loss, context, [{ type: 'release_slot' }], false);
    case 'handshaking':
      return wait(gone, loss, context, [{ type: 'cancel_timer', name: 'hello' }], false);
    case 'ready': {
      const stable = machine.readyAt !== null && context.nowMs - machine.readyAt >= RETRY.stableMs;
      return wait(gone, loss, context, [{ type: 'detach' }], stable);
    }
    default:
      return same(gone);
  }
}

function wait(
  gone: ConnectionMachine,
  loss: Loss,
  context: ConnectionContext,
  before: readonly ConnectionEffect[],
  wasStable: boolean,
): Step {
  if (!context.autoReconnect) {
    return { machine: { ...gone, state: 'stopped', failures: gone.failures + 1 }, effects: before };
  }
  const { state, failures, ms } = plan(wasStable ? 0 : gone.failures, loss, context, wasStable);
  return {
    machine: { ...gone, state, failures },
    effects: [...before, { type: 'start_timer', name: 'retry', ms }],
  };
}

function plan(
  failures: number,
  loss: Loss,
  context: ConnectionContext,
  wasStable: boolean,
): { state: ConnectionState; failures: number; ms: number } {
  const { random } = context;
  switch (loss.kind) {
    case 'busy': {
      const asked = loss.retryAfterMs ?? RETRY.busyMs;
      return { state: 'busy', failures: failures + 1, ms: withJitter(Math.min(asked, RETRY.busyMaxMs), random) };
    }
    case 'auth_failed':
      return { state: 'auth_failed', failures: failures + 1, ms: withJitter(RETRY.authFailedMs, random) };
    case 'announced':
    case 'failed':
      // Wi-Fi blips: a line that had proved itself is dialled again at once, and is no failure yet.
      if (wasStable && loss.kind === 'failed') return { state: 'backoff', failures: 0, ms: random() * RETRY.blipMs };
      if (wasStable) return { state: 'backoff', failures: 0, ms: withJitter(RETRY.announcedMs, random) };
      return {
        state: 'backoff',
        failures: failures + 1,
        ms: backoffMs(context.reconnectDelayMs, failures + 1, random),
      };
  }
}
