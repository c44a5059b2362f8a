import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/program.ts';
import { startWebServer } from '../../../test/support/web-server.ts';
import { ManualClock } from '../../core/manual-clock.ts';
import { downloadFile } from './download-file.ts';
import { PartFile } from './part-file.ts';

/** Longer than a socket's buffer, so that a part of it is a part. */
const FILE = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 7919) >> 3));
const ETAG = '"one"';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A server that knows Range and If-Range, as GitHub's and nginx do. */
const honest =
  (file = FILE, etag = ETAG): Answer =>
  (request, response) => {
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    response.setHeader('etag', etag);
    if (from === 0 || request.headers['if-range'] !== etag) {
      response.writeHead(200, { 'content-length': file.length }).end(file);
    } else if (from >= file.length) {
      response.writeHead(416, { 'content-range': `bytes */${file.length}` }).end();
    } else {
      const rest = file.subarray(from);
      const range = `bytes ${from}-${file.length - 1}/${file.length}`;
      response.writeHead(206, { 'content-length': rest.length, 'content-range': range }).end(rest);
    }
  };

/** What comparing buffers with `toEqual` says too, in seconds. */
const isFile = (path: string, wanted: Buffer) => readFileSync(path).equals(wanted);

/** Answers that hang up as soon as so many bytes have come. */
const HANGING_UP = new Map<number, ServerResponse>();

/** Sends the head and a part of the file, and hangs up when that has come. */
const breaksOff =
  (bytes: number, headers: Record<string, string | number> = { etag: ETAG, 'content-length': FILE.length }): Answer =>
  (_, response) => {
    HANGING_UP.set(bytes, response);
    response.writeHead(200, headers);
    response.write(FILE.subarray(0, bytes));
  };

/** A part file, and a server that gives each of these answers in turn, the last for ever. */
async function setUp(...answers: Answer[]) {
  let answer = 0;
  const server = await startWebServer((request, response) => {
    answers[Math.min(answer++, answers.length - 1)]?.(request, response);
  });
  const path = join(temporaryFolder(), 'model.part');
  const clock = new ManualClock();
  const stop = new AbortController();
  const seen: [number, number | undefined][] = [];
  let onProgress: (received: number) => void = () => undefined;
  const download = () =>
    downloadFile(new URL(`${server.url}model`), new PartFile(path), {
      limits: { stallMs: 30_000, maxRedirects: 3 },
      clock,
      signal: stop.signal,
      onProgress: (received, total) => {
        seen.push([received, total]);
        HANGING_UP.get(received)?.destroy();
        HANGING_UP.delete(received);
        onProgress(received);
      },
    });
  return {
    download,
    path,
    clock,
    stop,
    seen,
    server,
    whenReceived: (run: (received: number) => void) => {
      onProgress = run;
    },
    ranges: () => server.requests.map(({ headers }) => headers.range),
  };
}

describe('downloadFile', () => {
  it('fetches a file and tells how far it is', async () => {
    const { download, path, seen, server } = await setUp(honest());
    await download();
    expect(isFile(path, FILE)).toBe(true);
    expect(seen[0]).toEqual([0, FILE.length]);
    expect(seen.at(-1)).toEqual([FILE.length, FILE.length]);
    expect(server.requests[0]?.headers).toMatchObject({ 'accept-encoding': 'identity', 'user-agent': 'dialtone' });
  });

  it('after a connection that broke keeps what has come, and asks for the rest only', async () => {
    const { download, path, server, ranges } = await setUp(breaksOff(100_000), honest());
    await expect(download()).rejects.toMatchObject({
      code: 'model_download_failed',
      retryable: true,
      message: expect.stringMatching(/broke off after 0\.\d MB of 0\.3 MB\. What has come is kept\. The same command/),
    });
    const kept = statSync(path).size;
    expect(kept).toBe(100_000);
    await download();
    expect(isFile(path, FILE)).toBe(true);
    expect(ranges()).toEqual([undefined, 'bytes=100000-']);
    expect(server.requests[1]?.headers['if-range']).toBe(ETAG);
  });

  it('goes on by the time of the last change where there is no ETag', async () => {
    const changed = 'Sat, 10 Jan 2026 12:00:00 GMT';
    const { download, path, server } = await setUp(
      breaksOff(50_000, { 'content-length': FILE.length, 'last-modified': changed }),
      (_, response) => {
        const range = `bytes 50000-${FILE.length - 1}/${FILE.length}`;
        response.writeHead(206, { 'last-modified': changed, 'content-range': range }).end(FILE.subarray(50_000));
      },
    );
    await expect(download()).rejects.toThrow('broke off');
    await download();
    expect(server.requests[1]?.headers['if-range']).toBe(changed);
    expect(isFile(path, FILE)).toBe(true);
  });

  it.each<[string, Record<string, string | number>]>([
    ['no ETag', { 'content-length': FILE.length }],
    ['a weak ETag', { 'content-length': FILE.length, etag: 'W/"one"' }],
  ])('begins anew after %s, which could not tell a changed file', async (_, headers) => {
    const { download, path, ranges } = await setUp(breaksOff(100_000, headers), honest());
    await expect(download()).rejects.toThrow('broke off');
    await download();
    expect(ranges()).toEqual([undefined, undefined]);
    expect(isFile(path, FILE)).toBe(true);
  });

  const OTHER = Buffer.alloc(200_000, 'other');

  it('begins anew when the file has changed', async () => {
    const { download, path, ranges } = await setUp(breaksOff(100_000), honest(OTHER, '"two"'));
    await expect(download()).rejects.toThrow('broke off');
    await download();
    expect(isFile(path, OTHER)).toBe(true);
    expect(ranges()).toEqual([undefined, 'bytes=100000-']);
  });

  it.each<[string, Answer]>([
    ['ignores Range', (_, response) => response.writeHead(200, { 'content-length': FILE.length }).end(FILE)],
    [
      'ignores If-Range and has another file now',
      (request, response) => {
        const from = Number(/\d+/.exec(request.headers.range ?? '0')?.[0]);
        const headers = { etag: '"two"', 'content-range': `bytes ${from}-${FILE.length - 1}/${FILE.length}` };
        response.writeHead(from === 0 ? 200 : 206, headers).end(FILE.subarray(from));
      },
    ],
    [
      'sends another part than was asked for',
      (request, response) => {
        const headers = { etag: ETAG, 'content-range': `bytes 0-${FILE.length - 1}/${FILE.length}` };
        response.writeHead(request.headers.range === undefined ? 200 : 206, headers).end(FILE);
      },
    ],
    [
      'says that there is no such part',
      (request, response) => {
        if (request.headers.range === undefined) response.writeHead(200).end(FILE);
        else response.writeHead(416, { 'content-range': 'bytes */70000' }).end();
      },
    ],
  ])('begins anew with a server that %s', async (_, answer) => {
    const { download, path } = await setUp(breaksOff(100_000), answer);
    await expect(download()).rejects.toThrow('broke off');
    await download();
    expect(isFile(path, FILE)).toBe(true);
  });

  it('that is complete is not fetched again', async () => {
    const { download, path, seen } = await setUp(honest());
    await download();
    seen.length = 0;
    await download();
    expect(seen).toEqual([]);
    expect(isFile(path, FILE)).toBe(true);
  });

  it('notices that the server promised more than it has', async () => {
    const { download, path } = await setUp(
      breaksOff(FILE.length, { etag: ETAG, 'content-length': FILE.length + 1000 }),
    );
    await expect(download()).rejects.toThrow('broke off after 0.3 MB of 0.3 MB');
    expect(statSync(path).size).toBe(FILE.length);
  });

  it('fetches a file of unknown length to the end of the connection', async () => {
    const { download, path, seen } = await setUp((_, response) => response.writeHead(200).end(FILE));
    await download();
    expect(isFile(path, FILE)).toBe(true);
    expect(seen.at(-1)).toEqual([FILE.length, undefined]);
  });

  it('gives up a server that goes silent within the file, and keeps what has come', async () => {
    const { download, clock, path, whenReceived } = await setUp((_, response) => {
      response.writeHead(200, { etag: ETAG, 'content-length': FILE.length });
      response.write(FILE.subarray(0, 100_000));
    }, honest());
    whenReceived((received) => {
      if (received === 100_000) setImmediate(() => clock.advance(30_000));
    });
    await expect(download()).rejects.toMatchObject({
      code: 'model_download_failed',
      message: expect.stringMatching(/has sent nothing for 30 s\. 0\.1 MB are kept/),
    });
    expect(statSync(path).size).toBe(100_000);
    whenReceived(() => undefined);
    await download();
    expect(isFile(path, FILE)).toBe(true);
    expect(clock.pending).toBe(0);
  });

  it('gives up a server that never answers', async () => {
    const { download, clock } = await setUp(() => clock.advance(30_000));
    await expect(download()).rejects.toThrow(/has sent nothing for 30 s\. Try again later/);
    expect(clock.pending).toBe(0);
  });

  it('ends when it is told to, and keeps what has come', async () => {
    const { download, stop, path, clock, whenReceived } = await setUp((_, response) => {
      response.writeHead(200, { etag: ETAG, 'content-length': FILE.length });
      response.write(FILE.subarray(0, 100_000));
    });
    whenReceived((received) => {
      if (received === 100_000) stop.abort();
    });
    await expect(download()).rejects.toMatchObject({ name: 'AbortError' });
    expect(statSync(path).size).toBe(100_000);
    expect(clock.pending).toBe(0);
  });

  it.each<[number, string, string]>([
    [404, 'it does not have this file', ''],
    [403, 'it does not let dialtone have the file', ''],
    [429, 'it is asked too often. Try again in 120 s', '120'],
    [500, 'it cannot answer at the moment. Try again later', ''],
    [503, 'it cannot answer at the moment. Try again in 7 s', '7'],
    [204, 'that is no file', ''],
  ])('says in words what %i means', async (status, text, retryAfter) => {
    const { download, path } = await setUp((_, response) => {
      response.writeHead(status, retryAfter === '' ? {} : { 'retry-after': retryAfter }).end();
    });
    await expect(download()).rejects.toMatchObject({
      code: 'model_download_failed',
      message: expect.stringContaining(text),
    });
    expect(existsSync(path)).toBe(false);
  });

  it('keeps a part through an answer that is an error', async () => {
    const { download, path } = await setUp(
      breaksOff(100_000),
      (_, response) => response.writeHead(503).end('busy'),
      honest(),
    );
    await expect(download()).rejects.toThrow('broke off');
    await expect(download()).rejects.toThrow('answered 503');
    expect(statSync(path).size).toBe(100_000);
    await download();
    expect(isFile(path, FILE)).toBe(true);
  });

  it('says that a server cannot be reached, and what else can be done', async () => {
    const failing = downloadFile(new URL('http://127.0.0.1:9/model'), new PartFile(join(temporaryFolder(), 'x')), {
      limits: { stallMs: 30_000, maxRedirects: 3 },
      clock: new ManualClock(),
      signal: new AbortController().signal,
      onProgress: () => undefined,
    });
    await expect(failing).rejects.toMatchObject({
      code: 'model_download_failed',
      message: expect.stringMatching(/^127\.0\.0\.1:9 cannot be reached \(.+\)\. .*MODELS_BASE_URL.*docs\/MODELS\.md$/),
    });
  });

  it('follows redirects, with the range', async () => {
    const { download, path, server } = await setUp(breaksOff(100_000), (request, response) => {
      if (request.url === '/model') response.writeHead(302, { location: '/elsewhere' }).end();
      else honest()(request, response);
    });
    await expect(download()).rejects.toThrow('broke off');
    await download();
    expect(isFile(path, FILE)).toBe(true);
    expect(server.requests.map(({ url, headers }) => [url, headers.range])).toEqual([
      ['/model', undefined],
      ['/model', 'bytes=100000-'],
      ['/elsewhere', 'bytes=100000-'],
    ]);
  });

  it.each([
    ['in a circle', '/model', 'redirects more than 3 times'],
    ['to nowhere', 'http://', 'redirects to nowhere'],
    ['to a file', 'file:///etc/passwd', 'no http'],
  ])('does not follow redirects %s', async (_, location, text) => {
    const { download } = await setUp((_request, response) => response.writeHead(302, { location }).end());
    const expected = text === 'no http' ? 'not http or https' : text;
    await expect(download()).rejects.toThrow(expected);
  });

  it('does not go on with a part of another address, or one without notes', async () => {
    const { download, path, ranges } = await setUp(honest());
    writeFileSync(path, 'something else');
    await download();
    writeFileSync(path, FILE.subarray(0, 10));
    writeFileSync(`${path}.json`, JSON.stringify({ url: 'http://mirror/model', validator: ETAG, total: 300_000 }));
    await download();
    writeFileSync(path, FILE.subarray(0, 10));
    writeFileSync(`${path}.json`, '{"url": "http://mir');
    await download();
    expect(ranges()).toEqual([undefined, undefined, undefined]);
    expect(isFile(path, FILE)).toBe(true);
  });
});
