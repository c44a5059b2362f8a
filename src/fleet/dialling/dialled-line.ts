import {
  INITIAL_LINE,
  type LineCommand,
  type LineContext,
  type LineInput,
  type LineMachine,
  type LineTimer,
  stepLine,
} from '../line/line-machine.ts';
import type { LineState } from '../line/line-state.ts';
import {
  type DialCommand,
  type DialContext,
  type DialInput,
  type DialMachine,
  type DialTimer,
  INITIAL_DIAL,
  stepDial,
} from './dial-machine.ts';

/** The line of a device that we dial: the dial machine gets it a link, the line machine has it from then on. */
export interface DialledLine {
  readonly dial: DialMachine;
  readonly line: LineMachine;
}

/** What can happen to it. What the machines tell each other is no input from outside. */
export type DialledInput = Exclude<DialInput, { type: 'down' }> | Exclude<LineInput, { type: 'link' | 'end' }>;

/** What the shell must do. */
export type DialledCommand = DialCommand | LineCommand;

export type DialledTimer = DialTimer | LineTimer;

export type DialledContext = Omit<DialContext, 'line'> & LineContext;

export const INITIAL_DIALLED_LINE: DialledLine = { dial: INITIAL_DIAL, line: INITIAL_LINE };

/** Its state, as it is shown. */
export function stateOf({ dial, line }: DialledLine): LineState {
  if (line.state !== 'waiting') return line.state;
  // A link without a line, or a broken-off dial: what is left of it goes down.
  return dial.state === 'breaking_off' || dial.state === 'linked' ? 'draining' : dial.state;
}

/** Whether a socket exists: from `dial` until its `closed`. Nothing is dialled meanwhile. */
export function hasSocket({ dial, line }: DialledLine): boolean {
  return dial.state === 'connecting' || dial.state === 'breaking_off' || line.state !== 'waiting';
}

/** One step of both machines: pure. Each ignores what is not its own business. */
export function stepDialled(
  before: DialledLine,
  input: DialledInput,
  context: DialledContext,
): { readonly machine: DialledLine; readonly effects: readonly DialledCommand[] } {
  const effects: DialledCommand[] = [];
  let { dial, line } = before;

  function toDial(one: DialInput): void {
    const step = stepDial(dial, one, { ...context, line: line.state });
    dial = step.machine;
    for (const effect of step.effects) {
      if (effect.type === 'link') toLine({ ...effect, ifTaken: 'refuse' });
      else if (effect.type === 'end') toLine(effect);
      else effects.push(effect);
    }
  }

  function toLine(one: LineInput): void {
    const step = stepLine(line, one, context);
    line = step.machine;
    for (const effect of step.effects) {
      if (effect.type === 'down') toDial(effect);
      else effects.push(effect);
    }
  }

  switch (input.type) {
    case 'session_ready':
    case 'finished':
    case 'fault':
      toLine(input);
      break;
    case 'closed':
      if (line.state === 'waiting') toDial(input);
      else toLine(input);
      break;
    case 'timer':
      if (input.name === 'hello' || (input.name === 'drain' && line.state !== 'waiting')) {
        toLine({ type: 'timer', name: input.name });
      } else toDial({ type: 'timer', name: input.name });
      break;
    default:
      toDial(input);
  }
  const isSame = dial === before.dial && line === before.line;
  return { machine: isSame ? before : { dial, line }, effects };
}
