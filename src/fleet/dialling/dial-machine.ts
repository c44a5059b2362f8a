import type { Random } from '../../core/clock.ts';
import type { LinkClose } from '../../transport/link-close.ts';
import { EMPTY_RECORD, type LineRecord, recordLoss } from './line-record.ts';
import { RETRY } from './retry-delay.ts';
import { planRetry } from './retry-plan.ts';

/** Where the life of one device's line stands. */
export type ConnectionState =
  /** Switched off. */
  | 'disabled'
  /** Waits for a dial slot. */
  | 'queued'
  /** DNS, TCP, TLS and the WebSocket upgrade. */
  | 'connecting'
  /** The socket is open; the session is being set up, or the device's hello is awaited. */
  | 'handshaking'
  /** The line is up and the conversation attached. */
  | 'ready'
  /** Waits for the next attempt. */
  | 'backoff'
  /** The device refused because it has a client already; waits longer. */
  | 'busy'
  /** The device refused who we are, or we refused it; waits much longer. */
  | 'auth_failed'
  /** The line is on its way down; what follows waits until the socket is gone. */
  | 'draining'
  /** Nothing happens until somebody asks: shut down, disconnected, or `auto_reconnect: false` after a loss. */
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
type AfterDrain = 'queued' | 'disabled' | 'stopped';

/** The machine's memory. Times are monotonic milliseconds. */
export interface ConnectionMachine {
  readonly state: ConnectionState;
  /** Number of the newest socket. Events of an older one are not believed. */
  readonly generation: number;
  /** Whether the newest socket exists: from `dial` until its `closed`. Nothing is dialled meanwhile. */
  readonly linkAlive: boolean;
  /** When it became `ready`; null when it is not. */
  readonly readyAt: number | null;
  readonly record: LineRecord;
  /** What the way down leads to; null outside `draining`. */
  readonly drain: Drain | null;
}

/** The way down. */
interface Drain {
  readonly next: AfterDrain;
  /** The sentence in progress may end first. */
  readonly finishing: boolean;
  readonly closeCode: number;
  readonly reason: string;
}

/** What can happen to a connection. `generation` says to which socket. */
export type ConnectionInput =
  | { readonly type: 'enable' }
  | { readonly type: 'disable' }
  | { readonly type: 'slot_granted' }
  | { readonly type: 'opened'; readonly generation: number }
  | { readonly type: 'session_ready'; readonly generation: number }
  /** The socket is gone, for whatever reason: the last thing that is ever said of it. */
  | { readonly type: 'closed'; readonly generation: number; readonly loss: LinkClose }
  /** The conversation has ended its sentence. */
  | { readonly type: 'finished' }
  | { readonly type: 'timer'; readonly name: TimerName }
  /** Somebody wants a new line, now. */
  | { readonly type: 'reconnect' }
  /** The device is reached in another way from now on: the line ends gently and is dialled anew. */
  | { readonly type: 'restart' }
  /** The end. `gently`: the sentence in progress may end. */
  | { readonly type: 'stop'; readonly closeCode: number; readonly reason: string; readonly gently: boolean };

export type TimerName = 'retry' | 'connect' | 'hello' | 'drain';

/** Who is dialled first when there are not enough slots. */
export type DialPriority = 'manual' | 'recently_up' | 'new' | 'dead';

/** What the shell must do, in order. */
export type ConnectionEffect =
  | { readonly type: 'request_slot'; readonly priority: DialPriority }
  | { readonly type: 'release_slot' }
  | { readonly type: 'dial'; readonly generation: number }
  | { readonly type: 'open_session'; readonly generation: number }
  | { readonly type: 'attach'; readonly generation: number }
  | { readonly type: 'detach' }
  /** Ask the conversation to end its sentence; `finished` follows. */
  | { readonly type: 'finish_turn' }
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

/** How long a sentence in progress may go on, and how long a closing handshake may take, milliseconds. */
const DRAIN_TIMEOUT_MS = 2_000;

/**
 * How long a dial may take altogether, milliseconds. The socket has a limit of 10 s of its own, but that one counts from the
 * last byte: a device that drips its answer would hold a dial slot for as long as it likes.
 */
const CONNECT_TIMEOUT_MS = 15_000;

/** How long opening a session may take when the protocol itself has no hello, milliseconds. */
const SESSION_TIMEOUT_MS = 5_000;

/** A line that was up this short a time ago is dialled before those that have been down for long, milliseconds. */
const RECENTLY_UP_MS = 600_000;

export const INITIAL_CONNECTION: ConnectionMachine = {
  state: 'stopped',
  generation: 0,
  linkAlive: false,
  readyAt: null,
  record: EMPTY_RECORD,
  drain: null,
};

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
      return enable(machine, context);
    case 'disable':
      return end(machine, { next: 'disabled', finishing: true, closeCode: 1000, reason: 'disabled' });
    case 'stop':
      return end(machine, {
        next: 'stopped',
        finishing: input.gently,
        closeCode: input.closeCode,
        reason: input.reason,
      });
    case 'reconnect':
      return reconnect(machine, context);
    case 'restart':
      return restart(machine, context);
    case 'slot_granted':
      return slotGranted(machine);
    case 'finished':
      return machine.drain?.finishing ? closeNow(machine, machine.drain) : same(machine);
    case 'timer':
      return timer(machine, input.name, context);
    case 'opened':
      return isCurrent(machine, input.generation) && machine.state === 'connecting'
        ? opened(machine, context)
        : same(machine);
    case 'session_ready':
      return isCurrent(machine, input.generation) && machine.state === 'handshaking'
        ? ready(machine, context)
        : same(machine);
    case 'closed':
      return isCurrent(machine, input.generation) ? closed(machine, input.loss, context) : same(machine);
  }
}

/** A dial is over, well or not. */
const DIALLED: readonly ConnectionEffect[] = [{ type: 'cancel_timer', name: 'connect' }, { type: 'release_slot' }];

function same(machine: ConnectionMachine): Step {
  return { machine, effects: [] };
}

function isCurrent(machine: ConnectionMachine, generation: number): boolean {
  return machine.linkAlive && machine.generation === generation;
}

function queue(machine: ConnectionMachine, priority: DialPriority): Step {
  return { machine: { ...machine, state: 'queued', drain: null }, effects: [{ type: 'request_slot', priority }] };
}

function priorityOf({ record }: ConnectionMachine, { nowMs }: ConnectionContext): DialPriority {
  if (record.lostAtMs !== null && nowMs - record.lostAtMs < RECENTLY_UP_MS) return 'recently_up';
  return record.failures === 0 ? 'new' : 'dead';
}

function enable(machine: ConnectionMachine, context: ConnectionContext): Step {
  if (machine.state === 'disabled' || machine.state === 'stopped') return queue(machine, priorityOf(machine, context));
  // Switched off and on again before the socket was gone.
  if (machine.drain) return same({ ...machine, drain: { ...machine.drain, next: 'queued' } });
  return same(machine);
}

function slotGranted(machine: ConnectionMachine): Step {
  // A slot granted too late, or while an old socket still lives, goes back.
  if (machine.state !== 'queued' || machine.linkAlive) return { machine, effects: [{ type: 'release_slot' }] };
  const generation = machine.generation + 1;
  return {
    machine: { ...machine, state: 'connecting', generation, linkAlive: true },
    effects: [
      { type: 'start_timer', name: 'connect', ms: CONNECT_TIMEOUT_MS },
      { type: 'dial', generation },
    ],
  };
}

function opened(machine: ConnectionMachine, context: ConnectionContext): Step {
  return {
    machine: { ...machine, state: 'handshaking' },
    effects: [
      ...DIALLED,
      { type: 'open_session', generation: machine.generation },
      { type: 'start_timer', name: 'hello', ms: context.helloTimeoutMs ?? SESSION_TIMEOUT_MS },
    ],
  };
}

function ready(machine: ConnectionMachine, context: ConnectionContext): Step {
  return {
    machine: { ...machine, state: 'ready', readyAt: context.nowMs },
    effects: [
      { type: 'cancel_timer', name: 'hello' },
      { type: 'attach', generation: machine.generation },
    ],
  };
}

function timer(machine: ConnectionMachine, name: TimerName, context: ConnectionContext): Step {
  switch (name) {
    case 'retry':
      return isWaiting(machine.state) ? queue(machine, priorityOf(machine, context)) : same(machine);
    case 'connect':
      return machine.state === 'connecting' ? { machine, effects: [{ type: 'terminate_link' }] } : same(machine);
    case 'hello':
      // The device never became ready. `closed` comes from the shell with the right reason.
      return machine.state === 'handshaking' ? { machine, effects: [{ type: 'terminate_link' }] } : same(machine);
    case 'drain':
      if (!machine.drain) return same(machine);
      return machine.drain.finishing
        ? closeNow(machine, machine.drain)
        : { machine, effects: [{ type: 'terminate_link' }] };
  }
}

function isWaiting(state: ConnectionState): boolean {
  return state === 'backoff' || state === 'busy' || state === 'auth_failed';
}

/** Leaves every state for `drain.next`, through `draining` while a socket lives. */
function end(machine: ConnectionMachine, drain: Drain & { readonly next: 'disabled' | 'stopped' }): Step {
  if (machine.state === drain.next) return same(machine);
  if (machine.drain) return hurry(machine, machine.drain, drain);
  if (machine.linkAlive) return goDown(machine, drain);
  const effects: ConnectionEffect[] = [];
  if (machine.state === 'queued') effects.push({ type: 'release_slot' });
  if (isWaiting(machine.state)) effects.push({ type: 'cancel_timer', name: 'retry' });
  return { machine: { ...machine, state: drain.next, record: EMPTY_RECORD }, effects };
}

/** On the way down already: another goal, and no more waiting for the sentence when nobody wants that any more. */
function hurry(machine: ConnectionMachine, running: Drain, wanted: Drain): Step {
  const drain = { ...running, next: wanted.next };
  return running.finishing && !wanted.finishing
    ? closeNow(machine, { ...drain, closeCode: wanted.closeCode, reason: wanted.reason })
    : same({ ...machine, drain });
}

function goDown(machine: ConnectionMachine, drain: Drain): Step {
  if (machine.state === 'ready' && drain.finishing) {
    return {
      machine: { ...machine, state: 'draining', drain },
      effects: [{ type: 'finish_turn' }, { type: 'start_timer', name: 'drain', ms: DRAIN_TIMEOUT_MS }],
    };
  }
  const effects: ConnectionEffect[] = [];
  if (machine.state === 'connecting') effects.push(...DIALLED);
  if (machine.state === 'handshaking') effects.push({ type: 'cancel_timer', name: 'hello' });
  const down = closeNow(machine, drain);
  return { machine: down.machine, effects: [...effects, ...down.effects] };
}

/** Detaches, asks the other side to close, and gives it 2 s. */
function closeNow(machine: ConnectionMachine, drain: Drain): Step {
  const { closeCode, reason } = drain;
  const attached: readonly ConnectionEffect[] = machine.readyAt === null ? [] : [{ type: 'detach' }];
  return {
    machine: { ...machine, state: 'draining', readyAt: null, drain: { ...drain, finishing: false } },
    effects: [
      ...attached,
      { type: 'close_link', closeCode, reason },
      { type: 'start_timer', name: 'drain', ms: DRAIN_TIMEOUT_MS },
    ],
  };
}

function reconnect(machine: ConnectionMachine, context: ConnectionContext): Step {
  switch (machine.state) {
    case 'disabled':
    case 'queued':
    case 'handshaking':
      // Off, or about to be up.
      return same(machine);
    case 'draining':
      // On the way to a new attempt already; a shutdown or a disabling is not undone.
      return same(machine);
    case 'connecting':
    case 'ready':
      return goDown(
        { ...machine, record: EMPTY_RECORD },
        { next: 'queued', finishing: false, closeCode: 1012, reason: 'reconnect requested' },
      );
    case 'backoff':
    case 'busy':
    case 'auth_failed':
    case 'stopped':
      return wake(machine, context, 'manual');
  }
}

function restart(machine: ConnectionMachine, context: ConnectionContext): Step {
  if (machine.state === 'disabled' || machine.state === 'queued') return same(machine);
  const drain: Drain = { next: 'queued', finishing: true, closeCode: 1012, reason: 'configuration changed' };
  if (machine.drain) return same(machine);
  return machine.linkAlive ? goDown({ ...machine, record: EMPTY_RECORD }, drain) : wake(machine, context, 'new');
}

/** Stops waiting and dials, with a clean record: whatever was wrong, somebody has seen to it. */
function wake(machine: ConnectionMachine, _context: ConnectionContext, priority: DialPriority): Step {
  const { machine: next, effects } = queue({ ...machine, record: EMPTY_RECORD }, priority);
  const waited: readonly ConnectionEffect[] = isWaiting(machine.state) ? [{ type: 'cancel_timer', name: 'retry' }] : [];
  return { machine: next, effects: [...waited, ...effects] };
}

function closed(machine: ConnectionMachine, loss: LinkClose, context: ConnectionContext): Step {
  const gone: ConnectionMachine = { ...machine, linkAlive: false, readyAt: null, drain: null };
  switch (machine.state) {
    case 'draining': {
      const next = machine.drain?.next ?? 'stopped';
      const before: ConnectionEffect[] = [{ type: 'cancel_timer', name: 'drain' }];
      if (machine.readyAt !== null) before.push({ type: 'detach' });
      if (next !== 'queued') return { machine: { ...gone, state: next, record: EMPTY_RECORD }, effects: before };
      const queued = queue(gone, 'manual');
      return { machine: queued.machine, effects: [...before, ...queued.effects] };
    }
    case 'connecting':
      return wait(gone, loss, context, DIALLED);
    case 'handshaking':
      return wait(gone, loss, context, [{ type: 'cancel_timer', name: 'hello' }]);
    case 'ready': {
      const livedMs = context.nowMs - (machine.readyAt ?? context.nowMs);
      const record = recordLoss(machine.record, loss.kind === 'failed', livedMs, context.nowMs);
      return wait({ ...gone, record }, loss, context, [{ type: 'detach' }], livedMs >= RETRY.stableMs);
    }
    default:
      return same(gone);
  }
}

function wait(
  gone: ConnectionMachine,
  loss: LinkClose,
  context: ConnectionContext,
  before: readonly ConnectionEffect[],
  wasStable = false,
): Step {
  const failed = { ...gone.record, failures: gone.record.failures + 1 };
  if (!context.autoReconnect) return { machine: { ...gone, state: 'stopped', record: failed }, effects: before };
  const plan = planRetry(gone.record, loss, context, wasStable);
  return {
    machine: { ...gone, state: plan.state, record: plan.counts ? failed : gone.record },
    effects: [...before, { type: 'start_timer', name: 'retry', ms: plan.ms }],
  };
}
