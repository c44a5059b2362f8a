import { expect, it } from 'vitest';
import { parseJson, readMessage } from './messages.ts';

const TOUCH = { event_type: 'touch', subtype: 'tap', duration_ms: 80, ts: 123_456, session_id: 's-1' };

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
    { type: 'stackchan-event', ...TOUCH },
    { type: 'touch', gesture: 'tap', durationMs: 80, deviceMs: 123_456, sessionId: 's-1' },
  ],
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

it.each([
  { event_type: 'motion' },
  { subtype: 'hit' },
  { duration_ms: true },
  { duration_ms: '80' },
  { duration_ms: -1 },
  { duration_ms: 1.5 },
  { ts: true },
  { ts: '123456' },
  { ts: -1 },
  { ts: undefined },
  { session_id: '' },
  { session_id: null },
  { session_id: 7 },
  { session_id: undefined },
])('takes no touch with %j', (wrong) => {
  expect(readMessage({ type: 'stackchan-event', ...TOUCH, ...wrong })).toBe('bad_json');
});

it('parses no text that is none, or longer than a message may be', () => {
  expect(parseJson('{"type":')).toBe(undefined);
  expect(parseJson(`"${'x'.repeat(300_000)}"`)).toBe(undefined);
  expect(parseJson('[1]')).toEqual([1]);
});
