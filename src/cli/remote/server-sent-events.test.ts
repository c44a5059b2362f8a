import { expect, it } from 'vitest';
import { serverSentEvents } from './server-sent-events.ts';

async function* pieces(text: string, size: number) {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
}

it.each([1, 3, 1000])('reads events in pieces of %i bytes', async (size) => {
  const text = ': hello\n\nid: a-1\nevent: x\ndata: {"text":"grüß 🍳"}\n\n: beat\n\ndata: 1\ndata: 2\n\nid: a-2\nda';
  const seen = [];
  for await (const event of serverSentEvents(pieces(text, size))) seen.push(event);
  expect(seen).toEqual([
    { id: 'a-1', event: 'x', data: '{"text":"grüß 🍳"}' },
    { id: undefined, event: undefined, data: '1\n2' },
  ]);
});
