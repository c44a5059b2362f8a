import { onTestFinished } from 'vitest';
import type { Clock } from '#src/core/clock';
import { createWyomingClient, type WyomingClient, type WyomingClientOptions } from '#src/engines/wyoming/client';

/** A client of the server at this address, for speech to text by its errors. It is closed behind the test. */
export function wyomingClientForTest(
  url: string,
  clock: Clock,
  more: Partial<WyomingClientOptions> = {},
): WyomingClient {
  const client = createWyomingClient(url, 'STT_WYOMING_URL', { clock, quietTimeoutMs: 10_000, ...more });
  onTestFinished(() => client.close());
  return client;
}
