import { expect, onTestFinished, test, vi } from 'vitest';
import { startHttpServer } from '../http/server.ts';
import { healthcheck } from './healthcheck.ts';

async function listen(fetch: (request: Request) => Response): Promise<number> {
  const server = await startHttpServer({ api: { fetch }, host: '127.0.0.1', port: 0 });
  onTestFinished(() => server.close());
  return Number(new URL(server.url).port);
}

function captureStderr() {
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  onTestFinished(() => write.mockRestore());
  return () => write.mock.calls.map(([text]) => String(text)).join('');
}

test('asks /livez on this machine, also when the backend listens everywhere', async () => {
  const asked: string[] = [];
  const PORT = await listen((request) => {
    asked.push(new URL(request.url).pathname);
    return new Response('{}');
  });
  expect(await healthcheck({ HOST: '127.0.0.1', PORT })).toBe(0);
  expect(await healthcheck({ HOST: '0.0.0.0', PORT })).toBe(0);
  expect(asked).toEqual(['/livez', '/livez']);
});

test('is 1 and says why when the answer is no, or none comes', async () => {
  const stderr = captureStderr();
  const PORT = await listen(() => new Response('', { status: 503 }));
  expect(await healthcheck({ HOST: '127.0.0.1', PORT })).toBe(1);
  expect(stderr()).toContain('answered 503');
  expect(await healthcheck({ HOST: '127.0.0.1', PORT: 1 })).toBe(1);
  expect(stderr()).toContain('127.0.0.1:1');
  expect(await healthcheck({ HOST: '127.0.0.1', PORT: 0 })).toBe(1);
  expect(stderr()).toContain('Set PORT');
});
