import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeEvent, type WyomingEvent } from './event.ts';
import { EventDecoder } from './event-decoder.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);
const eventOf = (type: string, data: object = {}, payload: readonly number[] = []) => ({
  type,
  data,
  payload: Uint8Array.from(payload),
});

/** Feeds the bytes cut at these places. */
function decode(bytes: Uint8Array, cuts: readonly number[]): WyomingEvent[] {
  const decoder = new EventDecoder();
  const events: WyomingEvent[] = [];
  let from = 0;
  for (const cut of [...cuts, bytes.length]) {
    events.push(...decoder.push(bytes.subarray(from, cut)));
    from = cut;
  }
  return events;
}

describe('an event', () => {
  it.each<[string, ReturnType<typeof eventOf>]>([
    ['{"type":"describe"}\n', eventOf('describe')],
    ['{"type": "a", "version": "1.8.0", "data": {"b": 1}}\r\n', eventOf('a', { b: 1 })],
    ['{"type":"a","data":{"b":1,"c":2},"data_length":7}\n{"b":3}', eventOf('a', { b: 3, c: 2 })],
    ['{"type":"a","data":null,"data_length":null,"payload_length":0}\n', eventOf('a')],
    ['{"type":"a","payload_length":3}\n\n{"', eventOf('a', {}, [10, 123, 34])],
    ['{"type":"a","data_length":10,"payload_length":2}\n{"b":"é"}hi', eventOf('a', { b: 'é' }, [104, 105])],
  ])('%j is read', (wire, event) => {
    expect(decode(bytesOf(wire), [])).toEqual([event]);
  });

  it.each([
    ['<html>\n', /header is no event/],
    ['\n', /header is no event/],
    ['{"typ":"a"}\n', /header is no event/],
    ['{"type":7}\n', /header is no event/],
    ['[]\n', /header is no event/],
    ['{"type":"a","data":[]}\n', /header is no event/],
    ['{"type":"a","data_length":-1}\n', /header is no event/],
    ['{"type":"a","payload_length":1.5}\n', /header is no event/],
    ['{"type":"a","payload_length":"3"}\n', /header is no event/],
    ['{"type":"a","data_length":2}\n[]', /data of an event is not a JSON object/],
    ['{"type":"a","data_length":3}\n{x}', /data of an event is not a JSON object/],
    ['{"type":"a","data_length":8388609}\n', /data of an event is too long/],
    ['{"type":"a","payload_length":16777217}\n', /payload of an event is too long/],
    ['x'.repeat(1024 * 1024 + 1), /header is too long/],
  ])('%.60j is refused', (wire, message) => {
    const decoder = new EventDecoder();
    expect(() => decoder.push(bytesOf(wire))).toThrow(
      expect.objectContaining({
        code: 'engine_bad_answer',
        engine: 'wyoming',
        message: expect.stringMatching(message),
      }),
    );
  });
});

it('any events cut anywhere are the same events', () => {
  const event = fc.record({
    type: fc.string({ unit: 'binary', maxLength: 20 }),
    data: fc.dictionary(fc.string({ maxLength: 5 }), fc.jsonValue({ maxDepth: 1 }), {
      maxKeys: 4,
      noNullPrototype: true,
    }),
    payload: fc.uint8Array({ maxLength: 40 }),
  });
  fc.assert(
    fc.property(fc.array(event, { maxLength: 6 }), fc.array(fc.nat(), { maxLength: 30 }), (events, places) => {
      const wire = Buffer.concat(events.map(({ type, data, payload }) => encodeEvent(type, data, payload)));
      const cuts = places.map((place) => place % (wire.length + 1)).sort((a, b) => a - b);
      const expected = JSON.parse(JSON.stringify(events.map(({ type, data }) => ({ type, data }))));
      const decoded = decode(wire, cuts);
      expect(decoded.map(({ type, data }) => ({ type, data }))).toEqual(expected);
      expect(decoded.map(({ payload }) => [...payload])).toEqual(events.map(({ payload }) => [...payload]));
    }),
  );
});
