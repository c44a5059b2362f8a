import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { startWebServer } from '../../../test/support/web-server.ts';
import { BackendClient } from './backend-client.ts';
import { followEvents } from './follow-events.ts';

it('a stream of events ends with its signal, also when garbage was collected meanwhile', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const server = await startWebServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write('event: snapshot\ndata: {}\n\n');
  });
  const stop = new AbortController();
  let following: Promise<void> | undefined;
  await new Promise<void>((resolve) => {
    const client = new BackendClient(server.url.replace(/\/$/, ''), undefined);
    following = followEvents(client, { signal: stop.signal, onEvent: () => resolve() });
  });
  // What only a request that is under way refers to is collected in rounds.
  for (let round = 0; round < 20; round++) {
    await setImmediate();
    collect();
  }
  stop.abort();
  expect(await following).toBeUndefined();
});
