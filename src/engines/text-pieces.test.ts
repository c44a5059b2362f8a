import { describe, expect, it } from 'vitest';
import { AsyncQueue } from '../core/async-queue.ts';
import { textPieces } from './text-pieces.ts';

const never = () => new AbortController().signal;

async function all(pieces: AsyncIterable<string>): Promise<string[]> {
  const list: string[] = [];
  for await (const piece of pieces) list.push(piece);
  return list;
}

describe('textPieces', () => {
  it('gives each piece as it comes, before the next is there', async () => {
    const text = new AsyncQueue<string>();
    const pieces = textPieces(text, { signal: never() });
    text.push(' One two, ');
    expect(await pieces.next()).toEqual({ done: false, value: 'One two,' });
    text.push('  ');
    text.push('three. Four.');
    expect(await pieces.next()).toEqual({ done: false, value: 'three. Four.' });
    text.end();
    expect(await pieces.next()).toMatchObject({ done: true });
  });

  it('cuts what is too long', async () => {
    const text = new AsyncQueue<string>();
    text.push('One two. Three four five six');
    text.end();
    expect(await all(textPieces(text, { signal: never(), maxCharacters: 20 }))).toEqual([
      'One two.',
      'Three four five six',
    ]);
  });

  it('throws what the text throws, behind what came before', async () => {
    const text = new AsyncQueue<string>();
    text.push('One.');
    text.fail(new Error('no more'));
    const pieces = textPieces(text, { signal: never() });
    expect(await pieces.next()).toMatchObject({ value: 'One.' });
    await expect(pieces.next()).rejects.toThrow('no more');
  });

  it('ends when aborted while it waits for text, and lets go of the text', async () => {
    let left = false;
    const text: AsyncIterable<string> = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise(() => undefined),
        return: async () => {
          left = true;
          return { done: true, value: undefined };
        },
      }),
    };
    const controller = new AbortController();
    const next = textPieces(text, { signal: controller.signal }).next();
    controller.abort();
    await expect(next).rejects.toMatchObject({ name: 'AbortError' });
    expect(left).toBe(true);
  });

  it('lets go of the text when the reader leaves', async () => {
    let left = false;
    async function* text() {
      try {
        yield 'One.';
        yield 'Two.';
      } finally {
        left = true;
      }
    }
    for await (const piece of textPieces(text(), { signal: never() })) {
      expect(piece).toBe('One.');
      break;
    }
    expect(left).toBe(true);
  });
});
