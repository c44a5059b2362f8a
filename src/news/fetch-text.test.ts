import type { ServerResponse } from 'node:http';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { startWebServer } from '../../test/support/web-server.ts';
import { systemClock } from '../core/clock.ts';
import { type FetchLimits, fetchText } from './fetch-text.ts';

const LIMITS: FetchLimits = { maxBytes: 50_000, timeoutMs: 20_000, maxRedirects: 3 };

async function fetchFrom(
  answer: (response: ServerResponse, path: string) => void,
  limits: Partial<FetchLimits> = {},
  signal = new AbortController().signal,
) {
  const server = await startWebServer((request, response) => answer(response, request.url ?? ''));
  const fetching = fetchText(new URL(server.url), {
    headers: { accept: 'text/x' },
    limits: { ...LIMITS, ...limits },
    clock: systemClock,
    signal,
  });
  // So that a failure before the test looks at it is no unhandled rejection.
  fetching.catch(() => undefined);
  return { server, fetching };
}

const redirect = (response: ServerResponse, location: string, status = 302) =>
  response.writeHead(status, { location }).end('moved');

describe('fetchText', () => {
  it('gets a text with its status and headers', async () => {
    const { server, fetching } = await fetchFrom((response) => response.writeHead(200, { etag: '"1"' }).end('été'));
    expect(await fetching).toMatchObject({ status: 200, text: 'été', headers: { etag: '"1"' } });
    expect(server.requests[0]?.headers).toMatchObject({ accept: 'text/x' });
  });

  it.each([304, 404, 500])('reads nothing of a %i', async (status) => {
    const { fetching } = await fetchFrom((response) => response.writeHead(status).end());
    expect(await fetching).toMatchObject({ status, text: '' });
  });

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ])('unpacks %s', async (encoding, pack) => {
    const { fetching } = await fetchFrom((response) =>
      response.writeHead(200, { 'content-encoding': encoding }).end(pack(Buffer.from('été'))),
    );
    expect((await fetching).text).toBe('été');
  });

  it.each([
    ['a charset in the header', 'text/xml; charset=ISO-8859-1', Buffer.from('été', 'latin1'), 'été'],
    [
      'one in the XML declaration',
      'text/xml',
      Buffer.from('<?xml version="1.0" encoding="windows-1252"?>é', 'latin1'),
      '<?xml version="1.0" encoding="windows-1252"?>é',
    ],
    ['a byte order mark', 'text/xml; charset=utf-8', Buffer.from('\ufeffété', 'utf16le'), 'été'],
    ['an unknown charset', 'text/xml; charset=klingon', Buffer.from('été'), 'été'],
    ['bytes that mean nothing', 'text/xml', Buffer.from([0x61, 0xff, 0x62]), 'a\ufffdb'],
  ])('decodes %s', async (_, type, body, text) => {
    const { fetching } = await fetchFrom((response) => response.writeHead(200, { 'content-type': type }).end(body));
    expect((await fetching).text).toBe(text);
  });

  it.each([
    ['too long a body', (response: ServerResponse) => response.end('x'.repeat(60_000))],
    [
      'a body without end',
      (response: ServerResponse) => {
        const timer = setInterval(() => response.write('x'.repeat(10_000)), 1);
        response.on('close', () => clearInterval(timer));
      },
    ],
    [
      'a small one that unpacks to a huge one',
      (response: ServerResponse) =>
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(20_000_000))),
    ],
    [
      'one that is not packed as it says',
      (response: ServerResponse) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('x'.repeat(100)),
    ],
    [
      'one packed in another way',
      (response: ServerResponse) => response.writeHead(200, { 'content-encoding': 'rot13' }).end('x'),
    ],
    ['a redirect to nowhere', (response: ServerResponse) => response.writeHead(302).end()],
    ['a redirect to a file', (response: ServerResponse) => redirect(response, 'file:///etc/passwd')],
    ['redirects without end', (response: ServerResponse) => redirect(response, '/again')],
  ])('refuses %s', async (_, answer) => {
    const { fetching } = await fetchFrom(answer);
    await expect(fetching).rejects.toMatchObject({ name: 'DialtoneError', code: 'engine_bad_answer' });
  });

  it('follows a few redirects', async () => {
    const { server, fetching } = await fetchFrom((response, path) =>
      path === '/c' ? response.end('here') : redirect(response, path === '/b' ? '/c' : 'b', path === '/b' ? 307 : 301),
    );
    expect((await fetching).text).toBe('here');
    expect(server.requests.map(({ url }) => url)).toEqual(['/', '/b', '/c']);
  });

  it('follows none to the metadata of a cloud', async () => {
    const { fetching } = await fetchFrom((response) => redirect(response, 'http://169.254.169.254/latest/meta-data/'));
    await expect(fetching).rejects.toMatchObject({ code: 'address_refused' });
  });

  it.each([
    ['never answers', () => undefined],
    ['stops in the middle', (response: ServerResponse) => response.writeHead(200).write('x')],
  ])('gives up on a server that %s', async (_, answer) => {
    const { fetching } = await fetchFrom(answer, { timeoutMs: 150 });
    await expect(fetching).rejects.toMatchObject({ code: 'engine_timeout', retryable: true });
  });

  it('reports a server that hangs up, or is not there', async () => {
    const { fetching } = await fetchFrom((response) => response.destroy());
    await expect(fetching).rejects.toMatchObject({ code: 'engine_unavailable', retryable: true });
    const { fetching: cut } = await fetchFrom((response) => {
      response.writeHead(200, { 'content-length': 100 }).write('x', () => response.destroy());
    });
    await expect(cut).rejects.toMatchObject({ code: 'engine_unavailable' });
  });

  it('ends with an AbortError when it is told to', async () => {
    const ending = new AbortController();
    const { fetching } = await fetchFrom(() => ending.abort(), {}, ending.signal);
    await expect(fetching).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('names no password in an error', async () => {
    const { server } = await fetchFrom((response) => response.destroy());
    const url = new URL(`${server.url.replace('//', '//user:CANARY@')}?key=CANARY`);
    const signal = new AbortController().signal;
    const failure = await fetchText(url, { headers: {}, limits: LIMITS, clock: systemClock, signal }).catch(String);
    expect(failure).toContain('cannot be reached');
    expect(failure).not.toContain('CANARY');
    expect(server.requests.at(-1)?.headers.authorization).toMatch(/^Basic /);
  });
});
