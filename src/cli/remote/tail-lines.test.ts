import { expect, it } from 'vitest';
import { type StreamEvent, tailLines } from './tail-lines.ts';

const at = new Date(2030, 0, 1, 18, 5, 9).toISOString();

/** The lines of an event of the device kitchen, without time and name. */
function said(event: StreamEvent): string[] {
  const lines = tailLines({ at, device: 'kitchen', ...event }, new Set());
  for (const line of lines) expect(line).toMatch(/^18:05:09 {2}kitchen {2}/);
  return lines.map((line) => line.slice('18:05:09  kitchen  '.length));
}

it.each<[StreamEvent, string[]]>([
  [{ type: 'turn.heard', text: 'what time is it\u001b[2J' }, ['user: what time is it [2J']],
  [{ type: 'turn.heard' }, []],
  [
    { type: 'turn.ended', kind: 'user', outcome: 'answered', answer: 'Six.', stages_ms: { total: 840 } },
    ['dialtone: Six. (after 0.8 s)'],
  ],
  [{ type: 'turn.ended', kind: 'user', outcome: 'answered', stages_ms: {} }, ['answered']],
  [{ type: 'turn.ended', kind: 'answer', outcome: 'answered', answer: '', stages_ms: {} }, []],
  [{ type: 'turn.ended', kind: 'user', outcome: 'no_speech', answer: '', stages_ms: {} }, []],
  [
    { type: 'turn.ended', kind: 'say', outcome: 'interrupted', answer: 'Dinner', stages_ms: {} },
    ['dialtone: Dinner', 'interrupted'],
  ],
  [
    { type: 'turn.ended', kind: 'user', outcome: 'failed', error: { code: 'engine_timeout', message: 'too slow' } },
    ['turn failed: too slow (engine_timeout)'],
  ],
  [{ type: 'device.state', state: 'ready', previous: 'handshaking' }, ['is connected']],
  [
    { type: 'device.state', state: 'backoff', previous: 'ready', error: { code: 'link_lost', message: 'gone' } },
    ['gone (link_lost)'],
  ],
  [{ type: 'device.state', state: 'connecting', previous: 'queued', error: null }, []],
  [{ type: 'tool.call', tool: 'get_time', ok: false }, ['calls get_time, which fails']],
  [{ type: 'some.new.event' }, []],
])('%j', (event, lines) => {
  expect(said(event)).toEqual(lines);
});

it('follows the devices that were named, and then nothing of the process', () => {
  const heard = { type: 'turn.heard', at, text: 'hello' };
  const kitchen = new Set(['kitchen']);
  expect(tailLines({ ...heard, device: 'kitchen' }, kitchen)).toHaveLength(1);
  expect(tailLines({ ...heard, device: 'hall' }, kitchen)).toEqual([]);
  const reload = { type: 'config.reloaded', at, ok: false, errors: ['devices[0].port: expected a number'] };
  expect(tailLines(reload, kitchen)).toEqual([]);
  expect(tailLines(reload, new Set())).toEqual([
    '18:05:09  devices.json is not right:',
    '18:05:09    devices[0].port: expected a number',
  ]);
  const devices = { a: { connected: true }, b: { connected: false } };
  expect(tailLines({ type: 'snapshot', devices }, new Set())).toEqual(['--:--:--  1 of 2 devices are connected']);
});
