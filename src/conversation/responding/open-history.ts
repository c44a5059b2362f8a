import type { Clock } from '../../core/clock.ts';
import type { HistoryKeeping } from '../ports.ts';
import { History } from './history.ts';

const IN_MEMORY: HistoryKeeping = { store: undefined, maxTokens: 3_000, maxMessages: 40 };

/** The history of a device: what the store knows of it, and whatever is said from now on, which the store learns. */
export function openHistory(device: string, clock: Clock, keeping: HistoryKeeping = IN_MEMORY): History {
  const { store, maxTokens, maxMessages } = keeping;
  return new History({
    maxTokens,
    maxMessages,
    initial: store?.load(device) ?? [],
    onChange: (entries) => store?.save(device, entries),
    now: () => clock.wallNow(),
  });
}
