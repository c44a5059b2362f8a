import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { errorWords } from '#src/docs/console-error-words';
import { startApi } from '../../../test/support/api-server.ts';

test('GET /console is a page that needs no token, and runs nothing but its own files', async () => {
  const { request, raw } = await startApi({ env: { API_TOKEN: 'token-0123456789abcdef' } });
  const { status, text, headers } = await request('/console');
  expect(status).toBe(200);
  expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  const policy = headers.get('content-security-policy') ?? '';
  for (const part of [
    "default-src 'none'",
    "script-src 'self'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ])
    expect(policy.split('; ')).toContain(part);
  expect(policy).not.toMatch(/unsafe|https?:|\*/);
  // No script or style in the page itself, and nothing of another site.
  expect(text).not.toMatch(/<script(?![^>]* src="console\/)|<style| style=| on\w+=|https?:\/\//);
  const files = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file]) => file ?? '');
  expect(files.length).toBeGreaterThan(3);
  for (const file of files) expect((await request(`/${file}`)).status, file).toBe(200);
  expect((await request('/console', { method: 'HEAD' })).headers.get('content-security-policy')).toBe(policy);
  const { head } = await raw('GET /console/ HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n');
  expect(head).toMatch(/^HTTP\/1\.1 308[\s\S]*^location: \.\.\/console\r?$/im);
});

test('every module that a module of the console imports is served', async () => {
  const { request } = await startApi();
  const seen = new Set<string>();
  const waiting = ['main.js'];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    const { status, text, headers } = await request(`/console/${name}`);
    expect([status, headers.get('content-type')], name).toEqual([200, 'text/javascript; charset=utf-8']);
    for (const [, imported] of text.matchAll(/from '\.\/([^']+)'/g)) waiting.push(imported ?? '');
    // What could take a text for HTML or a program is in no module.
    expect(text, name).not.toMatch(
      /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|srcdoc/,
    );
  }
  expect(seen.size).toBeGreaterThan(10);
});

test.each(['nothing.js', '..%2fapi.ts', '%2e%2e%2fapi.ts', '..\\api.ts', 'tsconfig.json', 'index.html%00', ''])(
  'there is no /console/%s',
  async (name) => {
    const { raw } = await startApi({ env: { API_TOKEN: 'token-0123456789abcdef' } });
    const { status, body } = await raw(`GET /console/${name} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`);
    expect([308, 400, 401, 404]).toContain(status);
    expect(body).not.toContain('import');
  },
);

test('every error code is explained as docs/OPERATIONS.md does', async () => {
  const expected = errorWords(readFileSync(new URL('../../../docs/OPERATIONS.md', import.meta.url), 'utf8'));
  expect(Object.keys(expected).length).toBeGreaterThan(30);
  const { ERROR_WORDS } = await import(new URL('./page/error-words.js', import.meta.url).href);
  expect(ERROR_WORDS).toEqual(expected);
});
