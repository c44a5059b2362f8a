import { type Backoff, backoffDelayMs } from '../../core/backoff.ts';
import type { Random, Timer } from '../../core/clock.ts';
import { DialtoneError } from '../../core/errors.ts';
import { untilAborted } from '../../core/until-aborted.ts';
import { KyutaiLink, type LinkOptions } from './link.ts';

/** A channel is free again a moment after its user has left: it is asked for so often. */
const MAX_TRIES = 5;
const BACKOFF: Backoff = { baseMs: 50, factor: 1.5, capMs: 1_000, jitter: { kind: 'added', ms: 20 } };

/**
 * A link that is ready. A server without a free channel, and one that cannot be reached, is asked again a few times within
 * half a second.
 * @throws DialtoneError `engine_overloaded` without a free channel, `engine_*` otherwise; the signal's reason when that aborts
 */
export async function openLink<Message extends { readonly type: string }>(
  options: LinkOptions<Message>,
  random: Random,
): Promise<KyutaiLink<Message>> {
  const { clock, signal } = options;
  for (let attempt = 1; ; attempt++) {
    signal.throwIfAborted();
    const link = new KyutaiLink(options);
    try {
      await link.ready;
      return link;
    } catch (error) {
      if (attempt === MAX_TRIES || !mayHelp(error)) throw error;
    }
    const delayMs = backoffDelayMs(BACKOFF, attempt, random);
    let timer: Timer | undefined;
    const wait = new Promise<void>((resolve) => {
      timer = clock.setTimer(resolve, delayMs);
    });
    await untilAborted(() => wait, signal).finally(() => clock.clearTimer(timer));
  }
}

/** Opens a link and closes it. @throws DialtoneError `engine_*`; the signal's reason when that aborts */
export async function checkLink<Message extends { readonly type: string }>(
  options: LinkOptions<Message>,
): Promise<void> {
  const link = new KyutaiLink(options);
  try {
    await link.ready;
  } finally {
    link.close();
  }
}

function mayHelp(error: unknown): boolean {
  if (!(error instanceof DialtoneError)) return false;
  return error.code === 'engine_overloaded' || error.code === 'engine_unavailable';
}
