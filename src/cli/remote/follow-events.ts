import { setTimeout as wait } from 'node:timers/promises';
import { EXIT } from '../exit-codes.ts';
import type { BackendClient } from './backend-client.ts';
import { BackendError } from './backend-error.ts';
import type { ServerSentEvent } from './server-sent-events.ts';

/** So long after the stream ended it is opened again, milliseconds. */
const AGAIN_MS = 1_000;

/** What following the events of a backend needs. */
export interface FollowOptions {
  readonly signal: AbortSignal;
  readonly onEvent: (event: ServerSentEvent) => void;
  /** The stream has ended, and is opened again until it comes. */
  readonly onLost?: () => void;
  readonly onBack?: () => void;
  /** Whether a backend that does not answer at the start may come later. Default: it is an error. */
  readonly waits?: boolean;
}

/** Follows what happens in a backend until `signal` aborts, also over a restart of it. @throws BackendError at the start */
export async function followEvents(client: BackendClient, options: FollowOptions): Promise<void> {
  const { signal, onEvent, onLost, onBack, waits = false } = options;
  let lastId: string | undefined;
  let isFirst = !waits;
  let isLost = false;
  while (!signal.aborted) {
    try {
      for await (const event of client.events(lastId, signal)) {
        if (isLost) onBack?.();
        isLost = false;
        isFirst = false;
        lastId = event.id ?? lastId;
        onEvent(event);
      }
    } catch (error) {
      if (signal.aborted) break;
      // Later it may be a restart of the backend, which takes a while.
      if (isFirst || !(error instanceof BackendError) || error.exitCode !== EXIT.unavailable) throw error;
    }
    if (signal.aborted) break;
    if (!isLost) onLost?.();
    isLost = true;
    await wait(AGAIN_MS, undefined, { signal }).catch(() => undefined);
  }
}
