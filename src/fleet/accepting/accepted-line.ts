import {
  INITIAL_LINE,
  type LineCommand,
  type LineContext,
  type LineInput,
  type LineMachine,
  stepLine,
} from '../line/line-machine.ts';
import type { LineState } from '../line/line-state.ts';
import { type AcceptInput, type AcceptMachine, INITIAL_ACCEPT, stepAccept } from './accept-machine.ts';

/** The line of a device that dials in: the accept machine says whether it may come, the line machine has its link. */
export interface AcceptedLine {
  readonly accept: AcceptMachine;
  readonly line: LineMachine;
}

/** What can happen to it. What the machines tell each other is no input from outside. */
export type AcceptedInput = Exclude<AcceptInput, { type: 'down' }> | Exclude<LineInput, { type: 'link' | 'end' }>;

export const INITIAL_ACCEPTED_LINE: AcceptedLine = { accept: INITIAL_ACCEPT, line: INITIAL_LINE };

/** Its state, as it is shown. */
export function stateOfAccepted({ accept, line }: AcceptedLine): LineState {
  if (line.state !== 'waiting') return line.state;
  // A link without a line: what is left of it goes down.
  return accept.state === 'linked' ? 'draining' : accept.state;
}

/** One step of both machines: pure. */
export function stepAccepted(
  before: AcceptedLine,
  input: AcceptedInput,
  context: LineContext,
): { readonly machine: AcceptedLine; readonly effects: readonly LineCommand[] } {
  const effects: LineCommand[] = [];
  let { accept, line } = before;

  function toAccept(one: AcceptInput): void {
    const step = stepAccept(accept, one, context);
    accept = step.machine;
    for (const effect of step.effects) {
      if (effect.type === 'close_link') effects.push(effect);
      else toLine(effect);
    }
  }

  function toLine(one: LineInput): void {
    const step = stepLine(line, one, context);
    line = step.machine;
    for (const effect of step.effects) {
      if (effect.type === 'down') toAccept(effect);
      else effects.push(effect);
    }
  }

  switch (input.type) {
    case 'session_ready':
    case 'finished':
    case 'fault':
    case 'closed':
    case 'timer':
      toLine(input);
      break;
    default:
      toAccept(input);
  }
  const isSame = accept === before.accept && line === before.line;
  return { machine: isSame ? before : { accept, line }, effects };
}
