import type { CloseReason } from '../../transport/link.ts';
import type { LinkClose } from '../../transport/link-close.ts';

/** Where a device's line stands, whichever side opens its links. */
export type LinePhase =
  /** There is no link: the device will open one, or is dialled. */
  | 'waiting'
  /** The link is up; the session is being set up, or the device's hello is awaited. */
  | 'handshaking'
  /** The session is up and the conversation attached. */
  | 'ready'
  /** The link is on its way down, because we want it so. */
  | 'draining';

/** The machine's memory. Times are monotonic milliseconds. */
export interface LineMachine {
  readonly state: LinePhase;
  /** Number of the newest link, 0 before the first. What is told of an older one is not believed. */
  readonly generation: number;
  /** When it became `ready`; null when this link never was. */
  readonly readyAtMs: number | null;
  /** Whether the conversation has the session. */
  readonly isAttached: boolean;
  /** The sentence in progress may end first: what is said to the device then. */
  readonly finishing: Goodbye | null;
  /** The goodbye was said: the other end has 2 s to agree. */
  readonly isClosing: boolean;
}

/** Why a link ends. */
interface Goodbye {
  readonly reason: CloseReason;
  readonly detail: string;
}

/** What can happen to a line. `generation` says to which link. */
export type LineInput =
  /**
   * A link is up, with a number that is higher than any before. `ifTaken`: what becomes of it when the device has one
   * already; a device that we dial never has.
   */
  | { readonly type: 'link'; readonly generation: number; readonly ifTaken: 'supersede' | 'refuse' }
  | { readonly type: 'session_ready'; readonly generation: number }
  /** The link is gone, for whatever reason: nothing more is told of it. */
  | { readonly type: 'closed'; readonly generation: number; readonly close: LinkClose }
  /** The line is to go down. `gently`: the sentence in progress may end. */
  | { readonly type: 'end'; readonly reason: CloseReason; readonly detail: string; readonly gently: boolean }
  /** The conversation has ended its sentence. */
  | { readonly type: 'finished' }
  /** A defect of ours: the link must end, and the conversation leaves it at once. */
  | { readonly type: 'fault'; readonly detail: string }
  | { readonly type: 'timer'; readonly name: LineTimer };

export type LineTimer = 'hello' | 'drain';

/** What the shell must do. */
export type LineCommand =
  | { readonly type: 'open_session'; readonly generation: number }
  | { readonly type: 'attach'; readonly generation: number }
  | { readonly type: 'detach' }
  /** Ask the conversation to end its sentence; `finished` follows. */
  | { readonly type: 'finish_turn' }
  /** Say goodbye; `closed` follows. */
  | CloseLink
  /** End the link at once; `closed` follows. */
  | TerminateLink
  | { readonly type: 'start_timer'; readonly name: LineTimer; readonly ms: number }
  | { readonly type: 'cancel_timer'; readonly name: LineTimer };

/** There is no link any more. `livedMs`: how long it was `ready`; null: never. For whatever gets the line its next link. */
export interface LineDown {
  readonly type: 'down';
  readonly close: LinkClose;
  readonly livedMs: number | null;
}

/** What comes of a step, in order. */
export type LineEffect = LineCommand | LineDown;

export interface CloseLink {
  readonly type: 'close_link';
  readonly generation: number;
  readonly reason: CloseReason;
  readonly detail: string;
}

export interface TerminateLink {
  readonly type: 'terminate_link';
  readonly generation: number;
  readonly code: LinkClose['code'];
  readonly detail: string;
}

/** What the machine is told about the device and the world. */
export interface LineContext {
  readonly nowMs: number;
  /** null: this protocol has no hello. */
  readonly helloTimeoutMs: number | null;
}

/** How long a sentence in progress may go on, and how long the other end may take to agree to a close, milliseconds. */
export const DRAIN_TIMEOUT_MS = 2_000;

/** How long opening a session may take when the protocol itself has no hello, milliseconds. */
const SESSION_TIMEOUT_MS = 5_000;

export const INITIAL_LINE: LineMachine = {
  state: 'waiting',
  generation: 0,
  readyAtMs: null,
  isAttached: false,
  finishing: null,
  isClosing: false,
};

interface Step {
  readonly machine: LineMachine;
  readonly effects: readonly LineEffect[];
}

/**
 * One step of a line's life: pure. An input that means nothing in the present state changes nothing; above all what is
 * told late of an old link.
 */
export function stepLine(machine: LineMachine, input: LineInput, context: LineContext): Step {
  switch (input.type) {
    case 'link':
      return link(machine, input, context);
    case 'session_ready':
      return machine.state === 'handshaking' && !machine.isClosing && input.generation === machine.generation
        ? ready(machine, context)
        : same(machine);
    case 'closed':
      return machine.state !== 'waiting' && input.generation === machine.generation
        ? closed(machine, input.close, context)
        : same(machine);
    case 'end':
      return end(machine, input);
    case 'finished':
      return machine.finishing ? closeNow(machine, machine.finishing) : same(machine);
    case 'fault':
      return fault(machine, input.detail);
    case 'timer':
      return timer(machine, input.name, context);
  }
}

function same(machine: LineMachine): Step {
  return { machine, effects: [] };
}

function link(machine: LineMachine, input: LineInput & { type: 'link' }, context: LineContext): Step {
  const { generation, ifTaken } = input;
  if (machine.state !== 'waiting' && ifTaken === 'refuse') {
    // The words are those of the ESP32Service.
    return { machine, effects: [{ type: 'close_link', generation, reason: 'busy', detail: 'Service busy' }] };
  }
  const effects: LineEffect[] = machine.isAttached ? [{ type: 'detach' }] : [];
  if (machine.state !== 'waiting') {
    const detail = 'a newer connection of this device has come';
    effects.push({ type: 'close_link', generation: machine.generation, reason: 'superseded', detail });
  }
  effects.push(
    { type: 'open_session', generation },
    { type: 'start_timer', name: 'hello', ms: context.helloTimeoutMs ?? SESSION_TIMEOUT_MS },
  );
  return { machine: { ...INITIAL_LINE, state: 'handshaking', generation }, effects };
}

function ready(machine: LineMachine, { nowMs }: LineContext): Step {
  return {
    machine: { ...machine, state: 'ready', readyAtMs: nowMs, isAttached: true },
    effects: [
      { type: 'cancel_timer', name: 'hello' },
      { type: 'attach', generation: machine.generation },
    ],
  };
}

function closed(machine: LineMachine, close: LinkClose, { nowMs }: LineContext): Step {
  const livedMs = machine.readyAtMs === null ? null : nowMs - machine.readyAtMs;
  const effects: LineEffect[] = [];
  if (machine.state === 'handshaking') effects.push({ type: 'cancel_timer', name: 'hello' });
  if (machine.finishing || machine.isClosing) effects.push({ type: 'cancel_timer', name: 'drain' });
  if (machine.isAttached) effects.push({ type: 'detach' });
  effects.push({ type: 'down', close, livedMs });
  return { machine: { ...INITIAL_LINE, generation: machine.generation }, effects };
}

function end(machine: LineMachine, { reason, detail, gently }: LineInput & { type: 'end' }): Step {
  switch (machine.state) {
    case 'waiting':
      return same(machine);
    case 'handshaking': {
      const { machine: down, effects } = closeNow(machine, { reason, detail });
      return { machine: down, effects: [{ type: 'cancel_timer', name: 'hello' }, ...effects] };
    }
    case 'ready':
      if (!gently || machine.isClosing) return closeNow(machine, { reason, detail });
      return {
        machine: { ...machine, state: 'draining', finishing: { reason, detail } },
        effects: [{ type: 'finish_turn' }, { type: 'start_timer', name: 'drain', ms: DRAIN_TIMEOUT_MS }],
      };
    case 'draining':
      // On the way down already; without `gently` there is no time for the sentence any more.
      return machine.finishing && !gently ? closeNow(machine, { reason, detail }) : same(machine);
  }
}

function closeNow(machine: LineMachine, goodbye: Goodbye): Step {
  const { machine: closing, effects } = sayGoodbye(machine, goodbye);
  return { machine: { ...closing, state: 'draining' }, effects };
}

/** Detaches, says goodbye, and gives the other end 2 s to agree. */
function sayGoodbye(machine: LineMachine, { reason, detail }: Goodbye): Step {
  if (machine.isClosing) return same(machine);
  const attached: readonly LineEffect[] = machine.isAttached ? [{ type: 'detach' }] : [];
  return {
    machine: { ...machine, isAttached: false, finishing: null, isClosing: true },
    effects: [
      ...attached,
      { type: 'close_link', generation: machine.generation, reason, detail },
      { type: 'start_timer', name: 'drain', ms: DRAIN_TIMEOUT_MS },
    ],
  };
}

/** The state stays until the link is gone, as after any failure: it counts as the end of a line that was up, say. */
function fault(machine: LineMachine, detail: string): Step {
  return machine.state === 'waiting' ? same(machine) : sayGoodbye(machine, { reason: 'internal_error', detail });
}

function timer(machine: LineMachine, name: LineTimer, { helloTimeoutMs }: LineContext): Step {
  const { generation } = machine;
  switch (name) {
    case 'hello': {
      if (machine.state !== 'handshaking') return same(machine);
      const seconds = (helloTimeoutMs ?? SESSION_TIMEOUT_MS) / 1_000;
      const whose = helloTimeoutMs === null ? 'the session was not set up' : 'the device did not say its hello';
      return sayGoodbye(machine, { reason: 'hello_timeout', detail: `${whose} within ${seconds} seconds` });
    }
    case 'drain': {
      if (machine.finishing) return closeNow(machine, machine.finishing);
      if (!machine.isClosing) return same(machine);
      const detail = 'the device did not agree to the close in time';
      return { machine, effects: [{ type: 'terminate_link', generation, code: 'link_lost', detail }] };
    }
  }
}
