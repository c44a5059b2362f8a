import { createServer } from 'node:http';
import { DialtoneError } from '#src/core/errors';
import type { HealthReport } from './health-report.ts';

/** A health server that listens. */
export interface HealthServer {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Serves `GET /health`: 200 while a backend is connected, 503 while none is, with the same JSON body. The Pi audio device of
 * this family does so on port 8081. Throws DialtoneError `port_in_use`, else what `node:net` throws.
 */
export async function startHealthServer(host: string, port: number, report: () => HealthReport): Promise<HealthServer> {
  const server = createServer((request, response) => {
    if (request.url?.split('?')[0] !== '/health' || request.method !== 'GET') {
      response.writeHead(404, { 'Content-Type': 'application/json' }).end('{"error":"there is only GET /health"}\n');
      return;
    }
    const health = report();
    response.writeHead(health.connected ? 200 : 503, {
      'Content-Type': 'application/json',
      'Cache-Control': 'no-store',
    });
    response.end(`${JSON.stringify(health, null, 2)}\n`);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const inUse = `Port ${port} on ${host} is in use: choose another --health-port.`;
      reject(error.code === 'EADDRINUSE' ? new DialtoneError('port_in_use', inUse, { cause: error }) : error);
    });
    server.listen(port, host, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
