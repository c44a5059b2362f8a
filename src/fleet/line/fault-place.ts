import type { DialledCommand } from '../dialling/dialled-line.ts';
import type { FaultPlace } from '../events.ts';

/** What is being done when an effect fails. */
export function placeOf({ type }: DialledCommand): FaultPlace {
  if (type === 'attach' || type === 'finish_turn') return 'conversation';
  return type === 'close_link' || type === 'terminate_link' ? 'close' : 'line';
}
