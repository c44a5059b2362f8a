import { expect, it } from 'vitest';
import { parseJson, readMessage } from './messages.ts';

it.each([
  [
    { type: 'listen', state: 'start', mode: 'manual' },
    { type: 'listen_start', mode: 'manual' },
  ],
  [
    { type: 'listen', state: 'start' },
    { type: 'listen_start', mode: 'auto' },
  ],
  [
    { type: 'listen', state: 'start', mode: 'other' },
    { type: 'listen_start', mode: 'auto' },
  ],
  [{ type: 'listen', state: 'stop' }, { type: 'listen_stop' }],
  [
    { type: 'listen', state: 'detect', text: ' Hi, ESP ' },
    { type: 'wake', word: 'Hi, ESP' },
  ],
  [
    { type: 'listen', state: 'detect', text: 7 },
    { type: 'wake', word: '' },
  ],
  [{ type: 'listen', state: 'else' }, 'bad_json'],
  [{ type: 'abort', reason: 'wake_word_detected' }, { type: 'abort' }],
  [{ type: 'goodbye' }, { type: 'goodbye' }],
  [
    { type: 'mcp', payload: { id: 1 } },
    { type: 'mcp', payload: { id: 1 } },
  ],
  [{ type: 'mcp' }, 'bad_json'],
  [
    { type: 'stackchan-event', event_type: 'touch', subtype: 'tap', duration_ms: 80 },
    { type: 'touch', gesture: 'tap', durationMs: 80 },
  ],
  [{ type: 'stackchan-event', event_type: 'touch', subtype: 'tap', duration_ms: true }, 'bad_json'],
  [{ type: 'stackchan-event', event_type: 'touch', subtype: 'hit', duration_ms: 80 }, 'bad_json'],
  [{ type: 'stackchan-event', event_type: 'touch', subtype: 'tap', duration_ms: -1 }, 'bad_json'],
  [{ type: 'ping' }, { type: 'alive' }],
  [{ type: 'iot' }, 'unknown_type'],
  [{ type: { toString: 1 } }, 'unknown_type'],
  [{}, 'bad_json'],
  [[], 'bad_json'],
  [null, 'bad_json'],
  ['listen', 'bad_json'],
])('reads %j', (json, message) => {
  expect(readMessage(json)).toEqual(message);
});

it('parses no text that is none, or longer than a message may be', () => {
  expect(parseJson('{"type":')).toBe(undefined);
  expect(parseJson(`"${'x'.repeat(300_000)}"`)).toBe(undefined);
  expect(parseJson('[1]')).toEqual([1]);
});
