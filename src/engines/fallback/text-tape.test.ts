import { describe, expect, it } from 'vitest';
import { quiet } from '../../../test/support/time/settle.ts';
import { AsyncQueue } from '../../core/async-queue.ts';
import { type TapeReader, TextTape } from './text-tape.ts';

/** A reader, and when it waits and works. */
function reader(joins = false): TapeReader & { readonly said: string[] } {
  const said: string[] = [];
  return { joins, said, works: () => said.push('works'), waits: () => said.push('waits') };
}

async function all(pieces: AsyncIterable<string>): Promise<string[]> {
  const list: string[] = [];
  for await (const piece of pieces) list.push(piece);
  return list;
}

async function* textOf(...pieces: string[]): AsyncGenerator<string> {
  yield* pieces;
}

describe('TextTape', () => {
  it('gives every reader the whole text, and takes it once', async () => {
    const tape = new TextTape(textOf('One.', 'Two.'));
    expect(await all(tape.read(reader()))).toEqual(['One.', 'Two.']);
    expect(await all(tape.read(reader()))).toEqual(['One.', 'Two.']);
  });

  it('goes on for a second reader while the first still waits, without losing a piece', async () => {
    const text = new AsyncQueue<string>();
    const tape = new TextTape(text);
    text.push('One.');
    const first = tape.read(reader());
    expect(await first.next()).toMatchObject({ value: 'One.' });
    const waiting = first.next();
    const second = all(tape.read(reader()));
    await quiet();
    text.push('Two.');
    text.push('Three.');
    text.end();
    expect(await second).toEqual(['One.', 'Two.', 'Three.']);
    expect(await waiting).toMatchObject({ value: 'Two.' });
  });

  it('tells whether the reader waits for text or works', async () => {
    const text = new AsyncQueue<string>();
    const own = reader();
    const reading = all(new TextTape(text).read(own));
    await quiet();
    expect(own.said).toEqual(['waits']);
    text.push('One.');
    await quiet();
    expect(own.said).toEqual(['waits', 'works', 'waits']);
    text.end();
    await reading;
    expect(own.said).toEqual(['waits', 'works', 'waits', 'works']);
  });

  it('joins what was taken for a reader that wants sentences', async () => {
    const text = new AsyncQueue<string>();
    const tape = new TextTape(text);
    for (const word of ['How', 'are', 'you?']) text.push(word);
    const first = tape.read(reader());
    for (let at = 0; at < 3; at++) await first.next();
    text.push('Well.');
    text.end();
    expect(await all(tape.read(reader(true)))).toEqual(['How are you?', 'Well.']);
    expect(await all(tape.read(reader(true)))).toEqual(['How are you? Well.']);
  });

  it('throws what the text throws, behind what came before it', async () => {
    const error = new Error('no more');
    const text = new AsyncQueue<string>();
    text.push('One.');
    text.fail(error);
    const tape = new TextTape(text);
    const pieces = tape.read(reader());
    expect(await pieces.next()).toMatchObject({ value: 'One.' });
    await expect(pieces.next()).rejects.toBe(error);
    expect(tape.error).toEqual({ cause: error });
  });

  it('leaves the text alone until it is read, and lets it go when it is closed', async () => {
    let isOver = false;
    const text = async function* () {
      try {
        yield 'One.';
        yield 'Two.';
      } finally {
        isOver = true;
      }
    };
    new TextTape(text()).close();
    expect(isOver).toBe(false);
    const tape = new TextTape(text());
    const pieces = tape.read(reader());
    await pieces.next();
    await pieces.return(undefined);
    expect(isOver).toBe(false);
    tape.close();
    await quiet();
    expect(isOver).toBe(true);
  });
});
