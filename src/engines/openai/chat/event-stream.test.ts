import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CallErrors } from '../requests/errors.ts';
import { GROQ } from '../requests/service.ts';
import { EventStream, type StreamPiece } from './event-stream.ts';

const ERRORS = new CallErrors({
  service: GROQ,
  isHome: true,
  address: () => 'https://server/v1',
  show: (words) => words,
  wallNow: () => 0,
});

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

function read(text: string, sizes: readonly number[] = [1_000_000]): StreamPiece[] {
  const stream = new EventStream(ERRORS);
  const bytes = bytesOf(text);
  const pieces: StreamPiece[] = [];
  for (let at = 0, index = 0; at < bytes.length; index++) {
    const size = sizes[index % sizes.length] ?? 1;
    pieces.push(...stream.push(bytes.subarray(at, at + size)));
    at += size;
  }
  return [...pieces, ...stream.end()];
}

const json = (value: unknown, event?: string): StreamPiece => ({ type: 'json', event, value });
const text = (words: string, event?: string): StreamPiece => ({ type: 'text', event, text: words });
const DONE: StreamPiece = { type: 'done' };

const STREAMS: readonly { readonly what: string; readonly sent: string; readonly pieces: readonly StreamPiece[] }[] = [
  {
    what: 'events as they should be',
    sent: 'data: {"a":1}\n\ndata: {"a":2}\n\ndata: [DONE]\n\n',
    pieces: [json({ a: 1 }), json({ a: 2 }), DONE],
  },
  { what: 'CRLF', sent: 'data: {"a":1}\r\n\r\ndata: [DONE]\r\n\r\n', pieces: [json({ a: 1 }), DONE] },
  { what: 'CR alone', sent: 'data: {"a":1}\r\rdata: [DONE]\r\r', pieces: [json({ a: 1 }), DONE] },
  { what: 'no space behind the colon', sent: 'data:{"a":"ü – 水"}\n\n', pieces: [json({ a: 'ü – 水' })] },
  {
    what: 'no blank line between events',
    sent: 'data: {"a":1}\ndata: {"a":2}\n',
    pieces: [json({ a: 1 }), json({ a: 2 })],
  },
  { what: 'no line end at the end', sent: 'data: {"a":1}', pieces: [json({ a: 1 })] },
  { what: 'comments to keep the line alive', sent: ': ping\n\n:\n\ndata: 1\n\n', pieces: [json(1)] },
  { what: 'empty data', sent: 'data:\n\ndata: \n\ndata: null\n\n', pieces: [json(null)] },
  { what: 'one event in several lines', sent: 'data: {"a":\ndata: [1,\ndata: 2]}\n\n', pieces: [json({ a: [1, 2] })] },
  {
    what: 'other fields',
    sent: 'id: 7\nretry: 10\nevent: message\ndata: 1\n\ndata: 2\n\n',
    pieces: [json(1, 'message'), json(2)],
  },
  {
    what: 'an error event',
    sent: 'event: error\ndata: {"message":"no"}\n\n',
    pieces: [json({ message: 'no' }, 'error')],
  },
  { what: 'an error event in plain words', sent: 'event:error\ndata:busy\n\n', pieces: [text('busy', 'error')] },
  { what: 'a field "error"', sent: 'error: {"code":500}\n\n', pieces: [json({ code: 500 }, 'error')] },
  { what: 'bare lines of JSON', sent: '{"a":1}\n{"a":2}\n', pieces: [json({ a: 1 }), json({ a: 2 })] },
  { what: 'a document of JSON', sent: '{\n  "a": [\n    {"b": 1}\n\n  ]\n}\n', pieces: [json({ a: [{ b: 1 }] })] },
  { what: 'a byte order mark', sent: '\ufeffdata: 1\n\n', pieces: [json(1)] },
  { what: 'words', sent: 'data: ping\n\ndata: 1\n\n', pieces: [text('ping'), json(1)] },
  {
    what: 'a broken piece before others',
    sent: 'data: {"a":\ndata: {"a":1}\n\ndata: {"b\n\ndata: 2\n\n',
    pieces: [text('{"a":'), json({ a: 1 }), text('{"b'), json(2)],
  },
  { what: 'a piece that was cut', sent: 'data: 1\n\ndata: {"a', pieces: [json(1), text('{"a')] },
  { what: 'a web page', sent: '<html>\n502\n</html>', pieces: [text('<html>'), text('502'), text('</html>')] },
  { what: 'nothing', sent: '', pieces: [] },
];

describe('EventStream', () => {
  it.each(STREAMS)('reads $what', ({ sent, pieces }) => {
    expect(read(sent)).toEqual(pieces);
  });

  it('reads the same however the bytes are split', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...STREAMS),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 8 }),
        ({ sent, pieces }, sizes) => {
          expect(read(sent, sizes)).toEqual(pieces);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('gives a piece as soon as its line is complete', () => {
    const stream = new EventStream(ERRORS);
    expect(stream.push(bytesOf('data: {"a":1}'))).toEqual([]);
    expect(stream.push(bytesOf('\n'))).toEqual([json({ a: 1 })]);
  });

  it.each(['data: ', '', 'data: {"a":"'])('bounds a piece that never ends (%j)', (start) => {
    const stream = new EventStream(ERRORS);
    stream.push(bytesOf(start));
    const more = bytesOf('x'.repeat(10_000));
    expect(() => {
      for (let index = 0; index < 200; index++) stream.push(more);
    }).toThrow(expect.objectContaining({ code: 'engine_bad_answer' }));
  });
});
