import type { Direction } from '../../config/device-kind.ts';
import { type AcceptInput, isWelcome } from '../accepting/accept-machine.ts';
import { type AcceptedLine, INITIAL_ACCEPTED_LINE, stateOfAccepted, stepAccepted } from '../accepting/accepted-line.ts';
import {
  type DialledCommand,
  type DialledContext,
  type DialledInput,
  type DialledLine,
  hasSocket,
  INITIAL_DIALLED_LINE,
  stateOf,
  stepDialled,
} from '../dialling/dialled-line.ts';
import type { LineRecord } from '../dialling/line-record.ts';
import type { LineState } from './line-state.ts';

/** What can happen to a line, whichever side opens its links. */
export type WayInput = DialledInput | (AcceptInput & { readonly type: 'arrived' });

/** The pure machines of one line, with what they remember. */
export interface LineWay {
  /** As it is shown. */
  readonly state: LineState;
  /** Whether there is a link, or one is being dialled. */
  readonly hasSocket: boolean;
  readonly record: LineRecord;
  /** Whether a link that the device opens would be taken now. */
  readonly isWelcome: boolean;
  /** One step. @returns what the shell must do, in order */
  take(input: WayInput, context: DialledContext): readonly DialledCommand[];
}

/** The machines for a device that is dialled, or dials in. */
export function lineWay(direction: Direction): LineWay {
  return direction === 'dial' ? new Dialled() : new Accepted();
}

class Dialled implements LineWay {
  readonly isWelcome = false;
  #machine: DialledLine = INITIAL_DIALLED_LINE;

  get state(): LineState {
    return stateOf(this.#machine);
  }

  get hasSocket(): boolean {
    return hasSocket(this.#machine);
  }

  get record(): LineRecord {
    return this.#machine.dial.record;
  }

  take(input: WayInput, context: DialledContext): readonly DialledCommand[] {
    if (input.type === 'arrived') return [];
    const { machine, effects } = stepDialled(this.#machine, input, context);
    this.#machine = machine;
    return effects;
  }
}

class Accepted implements LineWay {
  #machine: AcceptedLine = INITIAL_ACCEPTED_LINE;

  get state(): LineState {
    return stateOfAccepted(this.#machine);
  }

  get hasSocket(): boolean {
    return this.#machine.line.state !== 'waiting';
  }

  get record(): LineRecord {
    return this.#machine.accept.record;
  }

  get isWelcome(): boolean {
    return isWelcome(this.#machine.accept);
  }

  take(input: WayInput, context: DialledContext): readonly DialledCommand[] {
    switch (input.type) {
      // Nothing is dialled.
      case 'slot_granted':
      case 'opened':
        return [];
      case 'timer':
        if (input.name === 'retry' || input.name === 'connect') return [];
        return this.#step({ type: 'timer', name: input.name }, context);
      default:
        return this.#step(input, context);
    }
  }

  #step(input: Parameters<typeof stepAccepted>[1], context: DialledContext): readonly DialledCommand[] {
    const { machine, effects } = stepAccepted(this.#machine, input, context);
    this.#machine = machine;
    return effects;
  }
}
