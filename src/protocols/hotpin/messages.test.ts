import { describe, expect, it } from 'vitest';
import { readPinMessage } from './messages.ts';

const read = (message: unknown) => readPinMessage(typeof message === 'string' ? message : JSON.stringify(message));

describe('what a pin says', () => {
  it.each([
    [
      { type: 'client_on', session: 'x', version: '1.0' },
      { type: 'greeting', capabilities: undefined },
    ],
    [
      { type: 'hello', capabilities: { psram: true, max_chunk_bytes: 16_000, more: [] } },
      { type: 'greeting', capabilities: { psram: true, max_chunk_bytes: 16_000 } },
    ],
    [
      { type: 'hello', capabilities: { psram: 'yes' } },
      { type: 'greeting', capabilities: { psram: undefined } },
    ],
    [
      { type: 'hello', capabilities: 7 },
      { type: 'greeting', capabilities: undefined },
    ],
    [{ type: 'recording_started', ts: 5 }, { type: 'recording_started' }],
    [{ type: 'recording_stopped' }, { type: 'recording_stopped' }],
    [
      { type: 'audio_chunk_meta', seq: 3, len_bytes: 16_000 },
      { type: 'chunk', meta: { seq: 3, bytes: 16_000, sampleRate: undefined } },
    ],
    [
      { type: 'audio_chunk_meta', seq: 3, len: 16_000, sample_rate: 16_000 },
      { type: 'chunk', meta: { seq: 3, bytes: 16_000, sampleRate: 16_000 } },
    ],
    [{ type: 'image_captured', filename: 'a.jpg', size: 5 }, { type: 'image_captured' }],
    [{ type: 'ready_for_playback' }, { type: 'ready_for_playback' }],
    [{ type: 'playback_complete' }, { type: 'playback_complete' }],
    [{ type: 'ping' }, { type: 'ping' }],
    [{ type: 'reject', reason: 'busy', current_state: 'RECORDING' }, { type: 'reject' }],
    [
      { type: 'error', error: 'buffer_overflow', state: 'PLAYING' },
      { type: 'error', detail: 'buffer_overflow (PLAYING)' },
    ],
    [
      { type: 'error', error: ['x'] },
      { type: 'error', detail: 'unknown' },
    ],
    [{ type: 'image_received' }, { type: 'note' }],
  ])('%j is understood', (message, expected) => {
    expect(read(message)).toEqual({ message: expected });
  });

  it.each([
    ['{', 'bad_json'],
    ['', 'bad_json'],
    ['[]', 'bad_json'],
    ['null', 'bad_json'],
    ['{"type":7}', 'bad_json'],
    [`{"type":"ping","x":"${'x'.repeat(20_000)}"}`, 'bad_json'],
    [{ type: 'audio_chunk_meta', seq: 3 }, 'bad_json'],
    [{ type: 'audio_chunk_meta', len: 3 }, 'bad_json'],
    [{ type: 'audio_chunk_meta', seq: -1, len: 3 }, 'bad_json'],
    [{ type: 'audio_chunk_meta', seq: 1.5, len: 3 }, 'bad_json'],
    [{ type: 'audio_chunk_meta', seq: '1', len: 3 }, 'bad_json'],
    [{ type: 'dance' }, 'unknown_type'],
    [{ type: 'toString' }, 'unknown_type'],
  ])('%j is told to be wrong', (message, reason) => {
    expect(read(message)).toEqual({ problem: expect.any(String), reason });
  });
});
