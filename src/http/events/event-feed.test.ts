import { expect, test } from 'vitest';
import { NOW, startApi } from '../../../test/support/api-server.ts';
import { deviceStatus } from '../../../test/support/devices/device-status.ts';
import { openEventStream } from '../../../test/support/event-stream.ts';
import type { EventReport } from '../../telemetry/events.ts';

const started = (turn: number): EventReport => ({ type: 'turn.started', device: 'kitchen', turn });
const ended: EventReport = {
  type: 'turn.ended',
  device: 'kitchen',
  turn: 1,
  outcome: 'answered',
  heard: 'SPOKEN',
  answer: 'REPLIED',
  written: 'WRITTEN',
  kind: 'say',
  spokenMs: 800.4,
  stages: { total: 900.2 },
  moments: {},
};

test('a new client gets the state of everything, then what happens', async () => {
  const { bus, port, errors } = await startApi({ devices: [deviceStatus({ name: 'kitchen' }, { state: 'backoff' })] });
  bus.report(started(1));
  const stream = await openEventStream(port);
  expect(stream.headers['content-type']).toBe('text/event-stream; charset=utf-8');
  await stream.until(({ events }) => events.length === 1);
  bus.report({
    type: 'device.state',
    device: 'kitchen',
    state: 'backoff',
    previous: 'connecting',
    error: { code: 'refused', message: 'nobody\nlistens' },
    nextRetryAt: NOW + 5000,
  });
  bus.report(ended);
  await stream.until(({ events }) => events.length === 3);
  const [snapshot, state, turn] = stream.events;
  expect(snapshot).toMatchObject({ event: 'snapshot', data: { devices: { kitchen: { state: 'backoff' } } } });
  expect(state).toMatchObject({
    event: 'device.state',
    data: {
      type: 'device.state',
      at: '2026-01-01T12:00:00.000Z',
      device: 'kitchen',
      state: 'backoff',
      previous: 'connecting',
      error: { code: 'refused', message: 'nobody listens' },
      next_retry_at: '2026-01-01T12:00:05.000Z',
    },
  });
  expect(turn?.data).toMatchObject({
    kind: 'say',
    outcome: 'answered',
    spoken_ms: 800,
    stages_ms: { total: 900 },
    error: null,
  });
  expect(stream.text).not.toMatch(/SPOKEN|REPLIED|WRITTEN/);
  expect(errors).toEqual([]);
});

test('what people said is there for those who ask for it', async () => {
  const { bus, port } = await startApi();
  const stream = await openEventStream(port, { path: '/v1/events?transcripts=1' });
  bus.report(ended);
  await stream.until(({ events }) => events.length === 2);
  expect(stream.events[1]?.data).toMatchObject({ heard: 'SPOKEN', answer: 'REPLIED', written: 'WRITTEN' });
});

test('with LOG_TRANSCRIPTS=false no reader gets what users said', async () => {
  const { bus, port } = await startApi({ env: { LOG_TRANSCRIPTS: 'false' } });
  const stream = await openEventStream(port, { path: '/v1/events?transcripts=1' });
  bus.report({ type: 'turn.heard', device: 'kitchen', turn: 1, text: 'SPOKEN', stages: {} });
  bus.report(ended);
  await stream.until(({ events }) => events.length === 3);
  expect(stream.text).not.toMatch(/SPOKEN|REPLIED|WRITTEN/);
});

test('a defect is told without what was thrown', async () => {
  const { bus, port } = await startApi();
  const stream = await openEventStream(port, { path: '/v1/events?transcripts=1' });
  bus.report({ type: 'device.fault', device: 'kitchen', where: 'message', cause: new Error('SECRET') });
  await stream.until(({ events }) => events.length === 2);
  expect(stream.events[1]).toMatchObject({
    event: 'device.fault',
    data: { type: 'device.fault', device: 'kitchen', where: 'message' },
  });
  expect(stream.text).not.toContain('SECRET');
});

test('what an owner should change is told', async () => {
  const { bus, port } = await startApi();
  const stream = await openEventStream(port);
  bus.report({ type: 'device.warning', device: 'kitchen', code: 'hears_itself', message: 'lower\u0007the volume' });
  await stream.until(({ events }) => events.length === 2);
  expect(stream.events[1]).toMatchObject({
    event: 'device.warning',
    data: { type: 'device.warning', device: 'kitchen', code: 'hears_itself', message: 'lower the volume' },
  });
});

test('what comes with single frames is left out', async () => {
  const { bus, port } = await startApi();
  const stream = await openEventStream(port);
  bus.report({ type: 'device.dropped', device: 'kitchen', reason: 'bad_opus' });
  bus.report({ type: 'playout.late', device: 'kitchen', turn: 1, lateMs: 30 });
  bus.report(started(1));
  await stream.until(({ events }) => events.length === 2);
  expect(stream.events.map(({ event }) => event)).toEqual(['snapshot', 'turn.started']);
});

test('a client that comes back gets what it missed, and no snapshot', async () => {
  const { bus, port } = await startApi();
  const first = await openEventStream(port);
  bus.report(started(1));
  await first.until(({ events }) => events.length === 2);
  first.close();
  for (let turn = 2; turn <= 4; turn++) bus.report(started(turn));
  const lastEventId = first.events[1]?.id ?? '';
  const second = await openEventStream(port, { headers: { 'last-event-id': lastEventId } });
  bus.report(started(5));
  await second.until(({ events }) => events.length === 4);
  expect(second.events.map(({ data }) => data.turn)).toEqual([2, 3, 4, 5]);

  const nothingMissed = await openEventStream(port, { headers: { 'last-event-id': second.events[3]?.id ?? '' } });
  await nothingMissed.until(({ text }) => text.startsWith(':'));
  expect(nothingMissed.events).toEqual([]);
});

test('a quiet stream gets a comment every 15 s, and no timer is left when no reader listens', async () => {
  const { clock, port } = await startApi();
  expect(clock.pending).toBe(0);
  const stream = await openEventStream(port);
  await stream.until(({ events }) => events.length === 1);
  clock.advance(14_999);
  clock.advance(1);
  await stream.until(({ text }) => text.endsWith(': still here\n\n'));
  clock.advance(15_000);
  await stream.until(({ text }) => text.split(': still here').length === 3);
  expect(clock.pending).toBe(1);
  stream.close();
  await expect.poll(() => clock.pending).toBe(0);
});

test('clients at the same moment share one snapshot; after an event it is made anew', async () => {
  const { fleet, bus, port } = await startApi();
  let asked = 0;
  const list = fleet.list.bind(fleet);
  fleet.list = () => {
    asked += 1;
    return list();
  };
  for (let i = 0; i < 3; i++) await openEventStream(port);
  expect(asked).toBe(1);
  bus.report(started(1));
  await openEventStream(port);
  expect(asked).toBe(2);
});

test('HEAD opens no stream, and a wrong query is told', async () => {
  const { request, get, clock } = await startApi();
  const head = await request('/v1/events', { method: 'HEAD' });
  expect([head.status, head.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
  expect(await get('/v1/events?transcripts=maybe')).toMatchObject({ status: 400, body: { code: 'bad_request' } });
  expect(clock.pending).toBe(0);
});

test('closing the server ends the streams at once', async () => {
  const { server, port, clock, bus } = await startApi();
  const reader = await openEventStream(port);
  const asleep = await openEventStream(port);
  asleep.pause();
  const text = 'x'.repeat(2000);
  // More than the kernel holds, so that some of it waits here.
  for (let turn = 0; turn < 3000; turn++) bus.report({ type: 'turn.heard', device: text, turn, text, stages: {} });
  const closed = server.close();
  // Without waiting for anything: no client is left to beat for.
  expect(clock.pending).toBe(0);
  await closed;
  await reader.ended();
});
