import { decode, encode } from '@msgpack/msgpack';
import { describe, expect, it } from 'vitest';
import { decodeStt, decodeTts, encodeCommand } from './messages.ts';

describe('a message of the recogniser', () => {
  it.each([
    { type: 'Ready' },
    { type: 'Error', message: 'no free channels' },
    { type: 'Step', prs: [0.25, 0.5, 0.75, 1] },
    { type: 'Word', text: 'Hello', start_time: 0.32 },
    { type: 'EndWord', stop_time: 0.64 },
    { type: 'Marker', id: 7 },
  ])('$type is read', (message) => {
    expect(decodeStt(encode(message))).toEqual(message);
  });

  it('may have fields that are not known here', () => {
    const bytes = encode({ type: 'Step', step_idx: 9, prs: [], buffered_pcm: 3 });
    expect(decodeStt(bytes)).toEqual({ type: 'Step', prs: [] });
  });
});

describe('a message of the voice', () => {
  it.each([
    { type: 'Ready' },
    { type: 'Audio', pcm: [0, 0.5, -1] },
    { type: 'Text', text: 'Hello', start_s: 0.5, stop_s: 1 },
  ])('$type is read', (message) => {
    expect(decodeTts(encode(message))).toEqual(message);
  });
});

describe('any message', () => {
  it('of a type that is not known is null: a newer server may send it', () => {
    expect(decodeStt(encode({ type: 'News', of: 'tomorrow' }))).toBeNull();
    expect(decodeStt(encode({ type: 'Audio', pcm: [0] }))).toBeNull();
    expect(decodeTts(encode({ type: 'OggOpus', data: new Uint8Array(3) }))).toBeNull();
  });

  it.each([
    ['no msgpack', Buffer.from([0xc1])],
    ['nothing', Buffer.alloc(0)],
    ['half a message', encode({ type: 'Ready' }).subarray(0, 5)],
    ['no map', encode([1, 2])],
    ['no type', encode({ text: 'Hello' })],
    ['a number for a text', encode({ type: 'Error', message: 7 })],
    ['a text too long', encode({ type: 'Error', message: 'x'.repeat(10_001) })],
  ])('that is malformed throws: %s', (_what, bytes) => {
    expect(() => decodeStt(bytes)).toThrow();
    expect(() => decodeTts(bytes)).toThrow();
  });

  it('of audio holds numbers only', () => {
    expect(() => decodeTts(encode({ type: 'Audio', pcm: [0, 'loud'] }))).toThrow();
  });
});

it('a command is a map with its type', () => {
  expect(decode(encodeCommand({ type: 'Text', text: 'Hello' }))).toEqual({ type: 'Text', text: 'Hello' });
  expect(decode(encodeCommand({ type: 'Eos' }))).toEqual({ type: 'Eos' });
  expect(decode(encodeCommand({ type: 'Marker', id: 1 }))).toEqual({ type: 'Marker', id: 1 });
});
