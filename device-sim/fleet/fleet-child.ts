// A process that holds a part of a fleet. Its parent calls by name, one message each way.
import { FleetPart, type FleetPartOptions } from './fleet-part.ts';

/** What a parent asks. */
export type FleetCall =
  | { readonly id: number; readonly call: 'start'; readonly options: FleetPartOptions }
  | { readonly id: number; readonly call: 'progress' | 'talk' | 'results' | 'stop' };

/** What it is told. */
export interface FleetAnswer {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
}

let part: FleetPart | undefined;

async function answer(message: FleetCall): Promise<unknown> {
  if (message.call === 'start') {
    part = new FleetPart(message.options, Math.random);
    return part.start();
  }
  if (!part) throw new Error('start comes first');
  if (message.call === 'progress') return part.progress;
  if (message.call === 'results') return part.results();
  return message.call === 'talk' ? part.talk() : part.stop();
}

process.on('message', (message: FleetCall) => {
  const reply = (more: Omit<FleetAnswer, 'id'>) => process.send?.({ id: message.id, ...more });
  answer(message).then(
    (result) => reply({ result }),
    (error: unknown) => reply({ error: error instanceof Error ? error.message : String(error) }),
  );
});
// Ctrl-C reaches the whole group: the parent says when to end.
process.on('SIGINT', () => {});
process.on('disconnect', () => process.exit(0));
