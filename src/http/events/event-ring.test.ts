import { expect, test } from 'vitest';
import type { DialtoneEvent } from '../../telemetry/events.ts';
import { EventRing } from './event-ring.ts';

const event = (turn: number): DialtoneEvent => ({ type: 'turn.started', device: 'a', turn, at: 0 });

function ringOf(count: number): EventRing {
  const ring = new EventRing('boot');
  for (let turn = 1; turn <= count; turn++) ring.add(event(turn));
  return ring;
}

test('gives what came after an id, and nothing when nothing came', () => {
  const ring = ringOf(5);
  expect(ring.after('boot-3')?.map(({ id }) => id)).toEqual(['boot-4', 'boot-5']);
  expect(ring.after('boot-5')).toEqual([]);
  expect(ring.after('boot-0')).toHaveLength(5);
  expect(ring.lastId).toBe('boot-5');
});

test('keeps 500 events', () => {
  const ring = ringOf(1234);
  expect(ring.after('boot-734')).toHaveLength(500);
  expect(ring.after('boot-733')).toBeUndefined();
  expect(ring.after('boot-1233')?.map(({ id }) => id)).toEqual(['boot-1234']);
});

test('an id that is not ours is no id', () => {
  const ring = ringOf(5);
  const forged = [
    '',
    '3',
    'boot',
    'boot-',
    'boot-6',
    'boot--1',
    'boot-3.5',
    'boot-1e1',
    'other-3',
    'boot-3 ',
    'Boot-3',
  ];
  for (const id of [...forged, `boot-${'9'.repeat(400)}`, '__proto__-1', 'boot-0x3']) {
    expect(ring.after(id), id.slice(0, 20)).toBeUndefined();
  }
});

test('an event is made into text once for each kind of client, transcripts only for those who ask', () => {
  const ring = new EventRing('boot');
  const heard = ring.add({
    type: 'turn.heard',
    device: 'a',
    turn: 1,
    text: 'my\nwords',
    stages: { total: 1.6 },
    at: 0,
  });
  const plain = heard.text('plain');
  expect(heard.text('plain')).toBe(plain);
  expect(plain.toString()).toBe(
    'id: boot-1\nevent: turn.heard\n' +
      'data: {"type":"turn.heard","at":"1970-01-01T00:00:00.000Z","device":"a","turn":1,"stages_ms":{"total":2}}\n\n',
  );
  expect(heard.text('transcripts').toString()).toContain('"text":"my words"');
});
