import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { startApi } from './support/api-server.ts';

type Follow = (url: string, token: string | undefined, onEvent: (type: string, data: unknown) => void) => Promise<void>;

/** The example of docs/REST.md, as a program. */
function example(): Follow {
  const text = readFileSync(new URL('../docs/REST.md', import.meta.url), 'utf8');
  const code = /```js\n(const follow = [\s\S]*?)```/.exec(text)?.[1] ?? '';
  return new Function(`${code} return follow;`)() as Follow;
}

test('the example of docs/REST.md follows what happens, with the token', async () => {
  const token = 'token-0123456789abcdef';
  const { server, bus } = await startApi({ env: { API_TOKEN: token } });
  const follow = example();
  await expect(follow(server.url, undefined, () => {})).rejects.toThrow('401: send the API token');
  const seen: [string, unknown][] = [];
  const ended = follow(server.url, token, (type, data) => seen.push([type, data]));
  await expect.poll(() => seen).toHaveLength(1);
  bus.report({ type: 'turn.heard', device: 'kitchen', turn: 1, text: 'two\n\nlines', stages: {} });
  await expect.poll(() => seen).toHaveLength(2);
  expect(seen).toEqual([
    ['snapshot', { devices: { kitchen: expect.anything() } }],
    ['turn.heard', expect.objectContaining({ device: 'kitchen' })],
  ]);
  await server.close();
  await ended;
});
