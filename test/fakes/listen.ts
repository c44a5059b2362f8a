import type { AddressInfo, Server } from 'node:net';

/**
 * Has a server listen on loopback.
 * @param port 0: any free one. Default 0
 * @returns its port. Rejects when the port is in use
 */
export async function listenOnLoopback(server: Server, port = 0): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
  return (server.address() as AddressInfo).port;
}
