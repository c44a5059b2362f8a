import { expect, it } from 'vitest';
import { span } from './spans.ts';
import { type ShownDevice, statusTable } from './status-table.ts';

const NOW = Date.parse('2030-01-01T12:00:00Z');

const device = (more: Partial<ShownDevice>): ShownDevice => ({
  state: 'ready',
  enabled: true,
  since: '2030-01-01T10:00:00Z',
  activity: 'idle',
  rtt_ms: 11.6,
  last_error: null,
  next_retry_at: null,
  flapping: false,
  warnings: [],
  ...more,
});

it('says who is connected, and of the others why not and when they are dialled again', () => {
  const lost = { code: 'refused', message: 'no program listens on port 8765' };
  const text = statusTable(
    [
      ['kitchen', device({ activity: 'speaking', flapping: true, last_error: lost })],
      [
        'hall\u001b[31m',
        device({
          state: 'backoff',
          since: '2030-01-01T11:59:50Z',
          down_since: '2030-01-01T11:59:00Z',
          last_error: lost,
          next_retry_at: '2030-01-01T12:00:08Z',
          warnings: [{ code: 'wrong_rate', message: 'send 16 kHz' }],
        }),
      ],
      ['attic', device({ state: 'disabled', enabled: false, last_error: lost })],
    ],
    NOW,
  );
  expect(text.split('\n')).toEqual([
    'DEVICE     STATE     SINCE  DOES      PING   NOTES',
    'kitchen    ready     2 h    speaking  12 ms  keeps coming and going',
    'hall [31m  backoff   60 s                    refused: no program listens on port 8765; next dial in 8 s',
    'attic      disabled  2 h',
    'warning: hall [31m: send 16 kHz (wrong_rate)',
    '',
  ]);
});

it.each([
  [-5, '0 s'],
  [99_400, '99 s'],
  [120_000, '2 min'],
  [3 * 3_600_000, '3 h'],
  [72 * 3_600_000, '3 d'],
])('%i ms is %s', (ms, text) => {
  expect(span(ms)).toBe(text);
});
