import type { CloseReason } from '../../transport/link.ts';
import { EMPTY_RECORD, type LineRecord, recordClose } from '../dialling/line-record.ts';
import type { CloseLink, LineDown } from '../line/line-machine.ts';

/** Where a device stands that dials in. */
type AcceptPhase =
  /** Switched off. */
  | 'disabled'
  /** Not wanted until it is asked for: shut down, or disconnected. */
  | 'stopped'
  /** The device may come. */
  | 'waiting'
  /** There is a link: the line machine has it. */
  | 'linked';

/** Where a device goes once its link is gone. */
type AfterLink = 'disabled' | 'stopped' | 'waiting';

/** The machine's memory. */
export interface AcceptMachine {
  readonly state: AcceptPhase;
  readonly record: LineRecord;
  /** What the way down leads to; null when the link is wanted. */
  readonly next: AfterLink | null;
}

/** What can happen. */
export type AcceptInput =
  | { readonly type: 'enable' }
  | { readonly type: 'disable' }
  /** The end. `gently`: the sentence in progress may end. */
  | { readonly type: 'stop'; readonly reason: CloseReason; readonly detail: string; readonly gently: boolean }
  /** A new link is asked for: the device has to dial again, as it does by itself. */
  | { readonly type: 'reconnect' }
  /** The device is known in another way from now on: the link ends gently. */
  | { readonly type: 'restart' }
  /** The device has opened a link, with a number higher than any before. */
  | { readonly type: 'arrived'; readonly generation: number; readonly ifTaken: 'supersede' | 'refuse' }
  /** There is no link any more. */
  | LineDown;

/** What comes of a step, in order: a command for the shell, and inputs for the line machine. */
type AcceptEffect =
  | CloseLink
  | { readonly type: 'link'; readonly generation: number; readonly ifTaken: 'supersede' | 'refuse' }
  /** The line machine is to end the link; `down` follows. */
  | { readonly type: 'end'; readonly reason: CloseReason; readonly detail: string; readonly gently: boolean };

export const INITIAL_ACCEPT: AcceptMachine = { state: 'stopped', record: EMPTY_RECORD, next: null };

interface Step {
  readonly machine: AcceptMachine;
  readonly effects: readonly AcceptEffect[];
}

/** Whether a link of the device would be taken now. */
export function isWelcome({ state, next }: AcceptMachine): boolean {
  return state === 'waiting' || (state === 'linked' && (next === null || next === 'waiting'));
}

/** One step of a device that dials in: pure. An input that means nothing in the present state changes nothing. */
export function stepAccept(machine: AcceptMachine, input: AcceptInput, { nowMs }: { readonly nowMs: number }): Step {
  switch (input.type) {
    case 'enable':
      return enable(machine);
    case 'disable':
      return end(machine, { next: 'disabled', reason: 'done', detail: 'disabled', gently: true });
    case 'stop':
      return end(machine, { ...input, next: 'stopped' });
    case 'reconnect':
      return anew(machine, 'reconnect requested', false);
    case 'restart':
      return anew(machine, 'configuration changed', true);
    case 'arrived':
      return arrived(machine, input);
    case 'down':
      return machine.state === 'linked' ? down(machine, input, nowMs) : same(machine);
  }
}

function same(machine: AcceptMachine): Step {
  return { machine, effects: [] };
}

/** The record is clean: what was wrong before does not count when the device is wanted again. */
function waiting(machine: AcceptMachine): Step {
  return same({ ...machine, state: 'waiting', record: EMPTY_RECORD });
}

function enable(machine: AcceptMachine): Step {
  if (machine.state === 'disabled' || machine.state === 'stopped') return waiting(machine);
  // Switched off and on again before the link was gone.
  return machine.next === null ? same(machine) : same({ ...machine, next: 'waiting' });
}

interface Ending {
  readonly next: AfterLink;
  readonly reason: CloseReason;
  readonly detail: string;
  readonly gently: boolean;
}

function end(machine: AcceptMachine, { next, reason, detail, gently }: Ending): Step {
  if (machine.state === 'linked') {
    return { machine: { ...machine, next }, effects: [{ type: 'end', reason, detail, gently }] };
  }
  return same(machine.state === next ? machine : { ...machine, state: next, record: EMPTY_RECORD });
}

function anew(machine: AcceptMachine, detail: string, gently: boolean): Step {
  if (machine.state === 'stopped') return waiting(machine);
  // On its way down already; a shutdown or a disabling is not undone.
  if (machine.state !== 'linked' || machine.next !== null) return same(machine);
  return end({ ...machine, record: EMPTY_RECORD }, { next: 'waiting', reason: 'restart', detail, gently });
}

function arrived(machine: AcceptMachine, { generation, ifTaken }: AcceptInput & { type: 'arrived' }): Step {
  if (!isWelcome(machine)) {
    const detail = 'this device is switched off';
    return { machine, effects: [{ type: 'close_link', generation, reason: 'busy', detail }] };
  }
  // A link that is on its way down is no reason to refuse the one that was asked for.
  const rule = machine.next === null ? ifTaken : 'supersede';
  return {
    machine: { ...machine, state: 'linked', next: null },
    effects: [{ type: 'link', generation, ifTaken: rule }],
  };
}

function down(machine: AcceptMachine, { close, livedMs }: LineDown, nowMs: number): Step {
  if (machine.next !== null) return same({ state: machine.next, record: EMPTY_RECORD, next: null });
  const { record } = machine;
  const counted = livedMs === null ? record : recordClose(record, close.kind === 'failed', livedMs, nowMs);
  return same({ state: 'waiting', record: counted, next: null });
}
