import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePcmMessage } from './messages.ts';

const message = (type: unknown, payload?: unknown): string => JSON.stringify({ type, payload });

describe('client_status', () => {
  it.each([
    [
      { uptime_ms: 123, heap_free: 50_123, wifi_rssi: -61 },
      { uptimeMs: 123, heapFreeBytes: 50_123, wifiRssiDbm: -61 },
    ],
    [{ heap_free: 0 }, { heapFreeBytes: 0 }],
    [{}, {}],
    [{ uptime_ms: 5, battery: 'full' }, { uptimeMs: 5 }],
    // One wrong value does not cost the others.
    [{ uptime_ms: -1, heap_free: '50', wifi_rssi: -61 }, { wifiRssiDbm: -61 }],
    [{ uptime_ms: null, heap_free: [], wifi_rssi: -1_000 }, {}],
  ])('%j', (payload, values) => {
    expect(parsePcmMessage(message('client_status', payload))).toStrictEqual({ type: 'status', ...values });
  });

  it('takes no number that is none', () => {
    expect(parsePcmMessage('{"type":"client_status","payload":{"uptime_ms":1e999}}')).toStrictEqual({ type: 'status' });
  });

  it.each(['fine', 7, null, undefined, []])('with the payload %j is no status', (payload) => {
    expect(parsePcmMessage(message('client_status', payload))).toEqual({ type: 'dropped', reason: 'bad_json' });
  });
});

describe('event', () => {
  it.each([
    ['press', true],
    ['pressed', true],
    ['down', true],
    ['release', false],
    ['released', false],
    ['up', false],
  ])('a button that is %s', (action, pressed) => {
    expect(parsePcmMessage(message('event', { source: 'button', action }))).toEqual({ type: 'speech_button', pressed });
  });

  it.each([
    [{ source: 'button', action: 'lick' }, 'unknown_type'],
    [{ source: 'lever', action: 'press' }, 'unknown_type'],
    [{ source: 'button' }, 'bad_json'],
    [{ source: 1, action: 'press' }, 'bad_json'],
    ['press', 'bad_json'],
    [undefined, 'bad_json'],
  ])('%j is dropped as %s', (payload, reason) => {
    expect(parsePcmMessage(message('event', payload))).toEqual({ type: 'dropped', reason });
  });
});

describe('anything else', () => {
  it.each([
    ['no json', 'bad_json'],
    ['null', 'bad_json'],
    ['[]', 'bad_json'],
    ['{}', 'bad_json'],
    ['{"type":7,"payload":{}}', 'bad_json'],
    ['{"type":"dance","payload":{}}', 'unknown_type'],
    ['{"type":"dance"}', 'unknown_type'],
    ['{"type":"constructor","payload":{}}', 'unknown_type'],
    ['{"type":"__proto__","payload":{}}', 'unknown_type'],
    ['', 'bad_json'],
  ])('%s is dropped as %s', (text, reason) => {
    expect(parsePcmMessage(text)).toEqual({ type: 'dropped', reason });
  });

  it('too long, or too deep', () => {
    const long = message('client_status', { name: 'x'.repeat(20_000) });
    const deep = `${'['.repeat(8_000)}${']'.repeat(8_000)}`;
    for (const text of [long, deep]) expect(parsePcmMessage(text)).toEqual({ type: 'dropped', reason: 'bad_json' });
  });

  it('never throws', () => {
    const text = fc.oneof(
      fc.string(),
      fc.json(),
      fc
        .tuple(fc.constantFrom('client_status', 'event', 'x'), fc.jsonValue())
        .map(([type, payload]) => message(type, payload)),
    );
    fc.assert(
      fc.property(text, (value) => {
        parsePcmMessage(value);
      }),
      { numRuns: 500 },
    );
  });
});
