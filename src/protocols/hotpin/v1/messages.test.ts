import { describe, expect, it } from 'vitest';
import { readFirstPinMessage } from './messages.ts';

describe('a text message of a pin of the first generation', () => {
  it.each([
    ['{"session_id":"esp32"}', { type: 'session', id: 'esp32' }],
    [`{"session_id":"${'x'.repeat(200)}"}`, { type: 'session', id: 'x'.repeat(128) }],
    ['{"signal":"EOS"}', { type: 'eos' }],
    ['{"signal":"RESET","session_id":"a"}', { type: 'reset' }],
    ['{"signal":"eos"}', undefined],
    ['{"session_id":""}', undefined],
    ['{"session_id":7}', undefined],
    ['{"signal":null}', undefined],
    ['[]', undefined],
    ['null', undefined],
    ['"EOS"', undefined],
    ['{', undefined],
    ['', undefined],
    [`{"session_id":"a","x":"${'x'.repeat(5_000)}"}`, undefined],
  ])('%s', (text, message) => {
    expect(readFirstPinMessage(text)).toEqual(message);
  });
});
