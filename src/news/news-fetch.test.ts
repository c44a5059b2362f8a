import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { startWebServer } from '../../test/support/web-server.ts';
import { systemClock } from '../core/clock.ts';
import { Secret } from '../core/secret.ts';
import { feedFetch } from './feed.ts';
import { newsApiFetch } from './newsapi.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const signal = new AbortController().signal;
const RSS = `<rss><channel><title>The paper</title>
  <item><title>One &amp;amp; two</title></item><item><title>Three</title></item><item><title>Three</title></item></channel></rss>`;
const ATOM = '<feed><entry><title type="html">&lt;b&gt;Four&lt;/b&gt;</title></entry></feed>';
const API = {
  status: 'ok',
  totalResults: 4,
  articles: [
    { source: { id: null, name: 'The Paper' }, title: 'Rain &amp; wind - The Paper', url: 'https://a.example' },
    { source: { name: 'Other' }, title: 'Sun - at last' },
    { source: null, title: '[Removed]' },
    { source: { name: null }, title: null },
  ],
};

async function feed(answer: Answer) {
  const server = await startWebServer(answer);
  return { server, fetch: feedFetch(server.url, systemClock) };
}

async function newsApi(answer: Answer) {
  const server = await startWebServer(answer);
  const options = { apiKey: new Secret('CANARY'), language: 'fr', clock: systemClock, address: server.url };
  return { server, fetch: newsApiFetch(options) };
}

describe('a feed', () => {
  it.each([
    ['RSS', RSS, ['One & two', 'Three']],
    ['Atom', ATOM, ['Four']],
  ])('of %s gives plain headlines, each once', async (_, body, headlines) => {
    const { fetch, server } = await feed((_request, response) => response.end(body));
    expect(await fetch({}, signal)).toMatchObject({ headlines });
    expect(server.requests[0]?.headers).not.toHaveProperty('if-none-match');
  });

  it('is asked only for what is new', async () => {
    const modified = 'Sat, 03 Oct 2026 10:00:00 GMT';
    const { fetch, server } = await feed((request, response) => {
      const known = request.headers['if-none-match'] === '"7"' && request.headers['if-modified-since'] === modified;
      if (known) response.writeHead(304).end();
      else response.writeHead(200, { etag: '"7"', 'last-modified': modified }).end(RSS);
    });
    const first = await fetch({}, signal);
    if (first === 'unchanged') throw new Error('there was nothing to be unchanged');
    expect(await fetch(first.validators, signal)).toBe('unchanged');
    expect(server.requests).toHaveLength(2);
  });

  it.each<[string, Answer, string, boolean]>([
    ['a 304 without a conditional request', (_, r) => r.writeHead(304).end(), 'engine_bad_answer', false],
    ['401', (_, r) => r.writeHead(401).end(), 'engine_auth', false],
    ['404', (_, r) => r.writeHead(404).end(), 'engine_bad_answer', false],
    ['429', (_, r) => r.writeHead(429).end(), 'engine_rate_limited', true],
    ['500', (_, r) => r.writeHead(500).end(RSS), 'engine_unavailable', true],
    ['no items', (_, r) => r.end('<rss></rss>'), 'engine_bad_answer', true],
    ['garbage', (_, r) => r.end(Buffer.from([0, 1, 2, 0xff])), 'engine_bad_answer', false],
    ['a web page', (_, r) => r.end('<!DOCTYPE html><html><title>Hi</title></html>'), 'engine_bad_answer', false],
    ['two megabytes', (_, r) => r.end(`<rss>${' '.repeat(2_000_000)}`), 'engine_bad_answer', false],
  ])('fails on %s', async (_, answer, code, retryable) => {
    const { fetch } = await feed(answer);
    await expect(fetch({}, signal)).rejects.toMatchObject({ code, retryable });
  });
});

describe('newsapi.org', () => {
  it('gives headlines without the names of the papers', async () => {
    const { fetch, server } = await newsApi((_, response) => response.end(JSON.stringify(API)));
    expect(await fetch({}, signal)).toMatchObject({ headlines: ['Rain & wind', 'Sun - at last'] });
    const [request] = server.requests;
    expect(request?.headers['x-api-key']).toBe('CANARY');
    expect(request?.url).toContain('language=fr');
    expect(request?.url).not.toContain('CANARY');
  });

  it.each<[string, Answer, string]>([
    ['a wrong key', (_, r) => r.writeHead(401).end('{"status":"error","code":"apiKeyInvalid"}'), 'engine_auth'],
    ['no JSON', (_, r) => r.end('<html>'), 'engine_bad_answer'],
    ['other JSON', (_, r) => r.end('{"articles": {"title": 3}}'), 'engine_bad_answer'],
    ['deep JSON', (_, r) => r.end('['.repeat(400_000)), 'engine_bad_answer'],
    ['no articles', (_, r) => r.end('{"articles": []}'), 'engine_bad_answer'],
    ['a redirect', (_, r) => r.writeHead(302, { location: '/elsewhere' }).end(), 'engine_bad_answer'],
  ])('fails on %s, and never tells the key', async (_, answer, code) => {
    const { fetch, server } = await newsApi(answer);
    const failure: unknown = await fetch({}, signal).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code });
    expect(String(failure)).not.toContain('CANARY');
    expect(server.requests).toHaveLength(1);
  });
});
