import { z } from 'zod';
import type { PinMachine } from './pin-machine.ts';

/** Less than this of an answer is nothing that a user would miss, milliseconds. */
const MISSED_MS = 60;

/** What a link of a pin left behind when it was lost, for the next link of the same pin. */
export interface LeftBehind {
  /** What the pin was at, in the words of the machine. */
  readonly does: string;
  /** The pin has not played an answer to its end. */
  readonly isUnheard: boolean;
  /** There were words of that answer. */
  readonly isWritten: boolean;
  /** The download that the pin was offered, or that was made of the answer when the link was lost. */
  readonly offer?: string | undefined;
}

const schema = z.object({
  does: z.string(),
  isUnheard: z.boolean(),
  isWritten: z.boolean(),
  offer: z.string().optional(),
});

/** As one word, for the memory of devices. */
export function noteOf(left: LeftBehind): string {
  return JSON.stringify(left);
}

/** What a word says. */
export function leftBehindOf(note: string): LeftBehind {
  return schema.parse(JSON.parse(note));
}

/** How far a pin is with an answer when its link is lost. */
export interface UnplayedAnswer {
  readonly pin: PinMachine;
  /** Until all that has come of it will have been played, milliseconds. */
  readonly leftMs: number;
  /** All of it that has come. */
  readonly frames: readonly Int16Array[];
  /** There are words of it. */
  readonly isWritten: boolean;
}

/** Whether the pin has not played the answer to its end, or waits for one. */
export function isUnheardBy({ pin, leftMs }: UnplayedAnswer): boolean {
  if (pin.answer === 'none') return pin.does === 'processing';
  return pin.answer !== 'ending' || leftMs >= MISSED_MS;
}
