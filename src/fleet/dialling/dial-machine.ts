import type { Random } from '../../core/clock.ts';
import type { CloseReason } from '../../transport/link.ts';
import type { LinkClose } from '../../transport/link-close.ts';
import {
  type CloseLink,
  DRAIN_TIMEOUT_MS,
  type LineDown,
  type LinePhase,
  type TerminateLink,
} from '../line/line-machine.ts';
import { EMPTY_RECORD, type LineRecord, recordClose } from './line-record.ts';
import { RETRY } from './retry-delay.ts';
import { planRetry } from './retry-plan.ts';

/** What is done to get a link to a device that we dial. */
export type DialPhase =
  /** Switched off. */
  | 'disabled'
  /** Nothing happens until it is asked for: shut down, disconnected, or `auto_reconnect: false` after a loss. */
  | 'stopped'
  /** Waits for a dial slot. */
  | 'queued'
  /** DNS, TCP, TLS and the upgrade. */
  | 'connecting'
  /** A dial is being broken off; what follows waits until its socket is gone. */
  | 'breaking_off'
  /** There is a link: the line machine has it. */
  | 'linked'
  /** Waits for the next attempt. */
  | 'backoff'
  /** The device refused because it has a client already; waits longer. */
  | 'busy'
  /** The device refused our credentials, or dialtone refused the device; waits much longer. */
  | 'auth_failed';

/** Where a device that is not wanted any more, or wanted anew, goes once its socket is gone. */
type AfterLink = 'queued' | 'disabled' | 'stopped';

/** The machine's memory. */
export interface DialMachine {
  readonly state: DialPhase;
  /** Number of the newest dial, and of the link that comes of it. */
  readonly generation: number;
  readonly record: LineRecord;
  /** What the way down leads to; null when the link is wanted. */
  readonly next: AfterLink | null;
}

/** What can happen. `generation` says to which dial. */
export type DialInput =
  | { readonly type: 'enable' }
  | { readonly type: 'disable' }
  /** The end. `gently`: the sentence in progress may end. */
  | { readonly type: 'stop'; readonly reason: CloseReason; readonly detail: string; readonly gently: boolean }
  /** A new link is asked for, now. */
  | { readonly type: 'reconnect' }
  /** The device is reached in another way from now on: the link ends gently and the device is dialled anew. */
  | { readonly type: 'restart' }
  | { readonly type: 'slot_granted' }
  | { readonly type: 'opened'; readonly generation: number }
  /** The socket is gone before it was up. */
  | { readonly type: 'closed'; readonly generation: number; readonly close: LinkClose }
  /** The link that came of it is gone. */
  | LineDown
  | { readonly type: 'timer'; readonly name: DialTimer };

export type DialTimer = 'retry' | 'connect' | 'drain';

/** The order of dials when there are not enough slots. */
export type DialPriority = 'manual' | 'recently_up' | 'new' | 'dead';

/** What the shell must do. */
export type DialCommand =
  | { readonly type: 'request_slot'; readonly priority: DialPriority }
  | { readonly type: 'release_slot' }
  | { readonly type: 'dial'; readonly generation: number }
  | CloseLink
  | TerminateLink
  | { readonly type: 'start_timer'; readonly name: DialTimer; readonly ms: number }
  | { readonly type: 'cancel_timer'; readonly name: DialTimer };

/** What comes of a step, in order: commands for the shell, and inputs for the line machine. */
export type DialEffect =
  | DialCommand
  /** The dial has come to a link: the line machine takes it over. */
  | { readonly type: 'link'; readonly generation: number }
  /** The line machine is to end the link; `down` follows. */
  | { readonly type: 'end'; readonly reason: CloseReason; readonly detail: string; readonly gently: boolean };

/** What the machine is told about the device and the world. */
export interface DialContext {
  /** Monotonic milliseconds. */
  readonly nowMs: number;
  readonly random: Random;
  readonly reconnectDelayMs: number;
  readonly autoReconnect: boolean;
  /** What the line machine does. */
  readonly line: LinePhase;
}

/**
 * How long a dial may take altogether, milliseconds. The transport has a limit of 10 s of its own, but that one counts from
 * the last byte: a device that drips its answer would hold a dial slot for as long as it likes.
 */
const CONNECT_TIMEOUT_MS = 15_000;

/** A line that was up this short a time ago is dialled before those that have been down for long, milliseconds. */
const RECENTLY_UP_MS = 600_000;

export const INITIAL_DIAL: DialMachine = { state: 'stopped', generation: 0, record: EMPTY_RECORD, next: null };

interface Step {
  readonly machine: DialMachine;
  readonly effects: readonly DialEffect[];
}

/**
 * One step on the way to a link: pure. An input that means nothing in the present state changes nothing; above all what is
 * told late of an old socket.
 */
export function stepDial(machine: DialMachine, input: DialInput, context: DialContext): Step {
  switch (input.type) {
    case 'enable':
      return enable(machine, context);
    case 'disable':
      return end(machine, { next: 'disabled', reason: 'done', detail: 'disabled', gently: true });
    case 'stop':
      return end(machine, { ...input, next: 'stopped' });
    case 'reconnect':
      return reconnect(machine, context);
    case 'restart':
      return restart(machine);
    case 'slot_granted':
      return slotGranted(machine);
    case 'opened':
      return machine.state === 'connecting' && input.generation === machine.generation
        ? opened(machine)
        : same(machine);
    case 'closed':
      return input.generation === machine.generation ? closed(machine, input.close, context) : same(machine);
    case 'down':
      return machine.state === 'linked' ? down(machine, input, context) : same(machine);
    case 'timer':
      return timer(machine, input.name, context);
  }
}

/** A dial is over, well or not. */
const DIALLED: readonly DialEffect[] = [{ type: 'cancel_timer', name: 'connect' }, { type: 'release_slot' }];

function same(machine: DialMachine): Step {
  return { machine, effects: [] };
}

function queue(machine: DialMachine, priority: DialPriority): Step {
  return { machine: { ...machine, state: 'queued', next: null }, effects: [{ type: 'request_slot', priority }] };
}

function priorityOf({ record }: DialMachine, { nowMs }: DialContext): DialPriority {
  if (record.lostAtMs !== null && nowMs - record.lostAtMs < RECENTLY_UP_MS) return 'recently_up';
  return record.failures === 0 ? 'new' : 'dead';
}

function enable(machine: DialMachine, context: DialContext): Step {
  if (machine.state === 'disabled' || machine.state === 'stopped') return queue(machine, priorityOf(machine, context));
  // Switched off and on again before the socket was gone.
  return machine.next === null ? same(machine) : same({ ...machine, next: 'queued' });
}

interface Ending {
  readonly next: AfterLink;
  readonly reason: CloseReason;
  readonly detail: string;
  readonly gently: boolean;
}

function end(machine: DialMachine, { next, reason, detail, gently }: Ending): Step {
  const wanted = { ...machine, next };
  switch (machine.state) {
    case 'linked':
      return { machine: wanted, effects: [{ type: 'end', reason, detail, gently }] };
    case 'connecting':
      return {
        machine: { ...wanted, state: 'breaking_off' },
        effects: [
          ...DIALLED,
          { type: 'close_link', generation: machine.generation, reason, detail },
          { type: 'start_timer', name: 'drain', ms: DRAIN_TIMEOUT_MS },
        ],
      };
    case 'breaking_off':
      return same(wanted);
    case 'queued':
      return { machine: endedAs(machine, next), effects: [{ type: 'release_slot' }] };
    case 'backoff':
    case 'busy':
    case 'auth_failed':
      return { machine: endedAs(machine, next), effects: [{ type: 'cancel_timer', name: 'retry' }] };
    case 'disabled':
    case 'stopped':
      return same(machine.state === next ? machine : endedAs(machine, next));
  }
}

/** The record is clean: what was wrong before does not count when the device is wanted again. */
function endedAs(machine: DialMachine, state: 'disabled' | 'stopped' | 'queued'): DialMachine {
  return { ...machine, state, record: EMPTY_RECORD, next: null };
}

function reconnect(machine: DialMachine, { line }: DialContext): Step {
  switch (machine.state) {
    case 'disabled':
    case 'queued':
    case 'breaking_off':
      // Off, or on its way to a new attempt; a shutdown or a disabling is not undone.
      return same(machine);
    case 'linked':
      // A line that is about to be up is joined.
      return machine.next !== null || line === 'handshaking' ? same(machine) : dialAnew(machine, 'reconnect requested');
    case 'connecting':
      return dialAnew(machine, 'reconnect requested');
    case 'backoff':
    case 'busy':
    case 'auth_failed':
    case 'stopped':
      return wake(machine, 'manual');
  }
}

function restart(machine: DialMachine): Step {
  if (machine.state === 'disabled' || machine.state === 'queued' || machine.next !== null) return same(machine);
  const hasSocket = machine.state === 'linked' || machine.state === 'connecting';
  return hasSocket ? dialAnew(machine, 'configuration changed', true) : wake(machine, 'new');
}

function dialAnew(machine: DialMachine, detail: string, gently = false): Step {
  return end({ ...machine, record: EMPTY_RECORD }, { next: 'queued', reason: 'restart', detail, gently });
}

/** Stops waiting and dials, with a clean record: whatever was wrong may be right now. */
function wake(machine: DialMachine, priority: DialPriority): Step {
  const { machine: next, effects } = queue({ ...machine, record: EMPTY_RECORD }, priority);
  const waited: readonly DialEffect[] = isWaiting(machine) ? [{ type: 'cancel_timer', name: 'retry' }] : [];
  return { machine: next, effects: [...waited, ...effects] };
}

function slotGranted(machine: DialMachine): Step {
  // A slot that comes too late goes back.
  if (machine.state !== 'queued') return { machine, effects: [{ type: 'release_slot' }] };
  const generation = machine.generation + 1;
  return {
    machine: { ...machine, state: 'connecting', generation },
    effects: [
      { type: 'start_timer', name: 'connect', ms: CONNECT_TIMEOUT_MS },
      { type: 'dial', generation },
    ],
  };
}

function opened(machine: DialMachine): Step {
  return {
    machine: { ...machine, state: 'linked' },
    effects: [...DIALLED, { type: 'link', generation: machine.generation }],
  };
}

function closed(machine: DialMachine, close: LinkClose, context: DialContext): Step {
  switch (machine.state) {
    case 'connecting':
      return failed(machine, close, context, DIALLED);
    case 'breaking_off': {
      const { machine: next, effects } = goOn(machine, machine.next ?? 'stopped');
      return { machine: next, effects: [{ type: 'cancel_timer', name: 'drain' }, ...effects] };
    }
    default:
      return same(machine);
  }
}

function down(machine: DialMachine, { close, livedMs }: LineDown, context: DialContext): Step {
  if (machine.next !== null) return goOn(machine, machine.next);
  if (livedMs === null) return failed(machine, close, context, []);
  const record = recordClose(machine.record, close.kind === 'failed', livedMs, context.nowMs);
  return failed({ ...machine, record }, close, context, [], livedMs >= RETRY.stableMs);
}

function goOn(machine: DialMachine, next: AfterLink): Step {
  return next === 'queued' ? queue(machine, 'manual') : same(endedAs(machine, next));
}

function failed(
  machine: DialMachine,
  close: LinkClose,
  context: DialContext,
  before: readonly DialEffect[],
  wasStable = false,
): Step {
  const counted = { ...machine.record, failures: machine.record.failures + 1 };
  if (!context.autoReconnect) return { machine: { ...machine, state: 'stopped', record: counted }, effects: before };
  const plan = planRetry(machine.record, close, context, wasStable);
  return {
    machine: { ...machine, state: plan.state, record: plan.counts ? counted : machine.record },
    effects: [...before, { type: 'start_timer', name: 'retry', ms: plan.ms }],
  };
}

function timer(machine: DialMachine, name: DialTimer, context: DialContext): Step {
  switch (name) {
    case 'retry':
      return isWaiting(machine) ? queue(machine, priorityOf(machine, context)) : same(machine);
    case 'connect':
      return machine.state === 'connecting' ? terminate(machine, 'connect_timeout') : same(machine);
    case 'drain':
      return machine.state === 'breaking_off' ? terminate(machine, 'connect_timeout') : same(machine);
  }
}

function terminate(machine: DialMachine, code: LinkClose['code']): Step {
  const { generation } = machine;
  return { machine, effects: [{ type: 'terminate_link', generation, code, detail: 'the dial took too long' }] };
}

function isWaiting({ state }: DialMachine): boolean {
  return state === 'backoff' || state === 'busy' || state === 'auth_failed';
}
