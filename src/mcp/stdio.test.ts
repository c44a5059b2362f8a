import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { ManualClock } from '../core/manual-clock.ts';
import { ownArchives } from './archives.ts';
import { serveStdio } from './stdio.ts';
import { StripOrders } from './strip-tools.ts';

const PING = '{"jsonrpc":"2.0","id":1,"method":"ping"}\n';

async function serve() {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const errors: unknown[] = [];
  let told = '';
  output.on('data', (chunk) => {
    told += chunk;
  });
  const server = await serveStdio({
    backend: { get: async () => ({}), post: async () => ({}), upload: async () => ({}) },
    mayWrite: true,
    device: undefined,
    archives: ownArchives(),
    orders: new StripOrders(),
    touches: {},
    clock: new ManualClock(0),
    version: '1',
    onError: (error) => errors.push(error),
    input,
    output,
  });
  return { errors, input, server, told: () => told };
}

it('what is no message is told, and the next one is answered', async () => {
  const { errors, input, server, told } = await serve();
  input.write(`garbage\n{\n[]\n${PING}`);
  await expect.poll(told).toBe('{"result":{},"jsonrpc":"2.0","id":1}\n');
  expect(errors).toHaveLength(3);
  await server.close();
});

it('a line without end ends the server, which says why', async () => {
  const { errors, input, server } = await serve();
  input.write('x'.repeat(11 * 1024 * 1024));
  await server.ended;
  expect(String(errors[0])).toContain('maximum size');
});

it('ends with its client', async () => {
  const { input, server } = await serve();
  input.end(PING);
  await server.ended;
  await server.close();
});
