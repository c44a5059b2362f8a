/**
 * Waits for `work`, but no longer than until `signal` aborts: it rejects then with the signal's reason, whatever becomes of
 * the work. Work is not begun once the signal has aborted.
 */
export async function untilAborted<T>(work: () => PromiseLike<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work(), aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
