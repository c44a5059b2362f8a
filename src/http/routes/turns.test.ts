import { expect, test } from 'vitest';
import { startApi } from '../../../test/support/api-server.ts';
import { deviceStatus } from '../../../test/support/devices/device-status.ts';
import type { EventReport } from '../../telemetry/events.ts';

const TURNS = '/v1/devices/kitchen/turns';
const ended = (turn: number): EventReport => ({
  type: 'turn.ended',
  device: 'kitchen',
  turn,
  kind: 'ask',
  outcome: 'interrupted',
  heard: 'SPOKEN',
  answer: 'PLAYED',
  written: 'WRITTEN',
  spokenMs: 812.4,
  stages: { tts_first_byte: 120.6, total: 300.2 },
  moments: {},
});

test('the last turns are shown, newest first', async () => {
  const { get, bus, clock } = await startApi();
  expect((await get(TURNS)).body).toEqual({ device: 'kitchen', turns: [] });
  bus.report(ended(1));
  bus.report({ type: 'turn.started', device: 'kitchen', turn: 2 });
  clock.advance(1_500);
  bus.report({ ...ended(2), error: { kind: 'tts', code: 'engine_timeout', message: 'no\naudio' } } as EventReport);
  const { status, body } = await get(TURNS);
  expect(status).toBe(200);
  expect(body.turns.map(({ turn }: { turn: number }) => turn)).toEqual([2, 1]);
  expect(body.turns[0]).toEqual({
    turn: 2,
    kind: 'ask',
    outcome: 'interrupted',
    started_at: '2026-01-01T12:00:00.000Z',
    ended_at: '2026-01-01T12:00:01.500Z',
    heard: 'SPOKEN',
    answer: 'PLAYED',
    written: 'WRITTEN',
    spoken_ms: 812,
    stages_ms: { tts_first_byte: 121, total: 300 },
    error: { kind: 'tts', code: 'engine_timeout', message: 'no audio' },
  });
  expect(body.turns[1]).toMatchObject({ started_at: null, error: null });
  expect((await get(`${TURNS}?limit=1`)).body.turns).toHaveLength(1);
});

test('a turn whose answer the limit of tokens has cut says so', async () => {
  const { get, bus } = await startApi();
  bus.report(ended(1));
  bus.report({ ...ended(2), truncated: true, leftOut: 3 } as EventReport);
  const [cut, whole] = (await get(TURNS)).body.turns;
  expect(cut).toMatchObject({ turn: 2, truncated: true, left_out: 3 });
  expect(whole).not.toHaveProperty('truncated');
  expect(whole).not.toHaveProperty('left_out');
});

test('a limit that is none is told, and so is a device that is none', async () => {
  const { get } = await startApi();
  for (const limit of ['0', '-1', '1001', '1.5', 'x', '', '1&limit=2']) {
    expect((await get(`${TURNS}?limit=${limit}`)).status, limit).toBe(400);
  }
  for (const name of ['nobody', '__proto__', 'constructor']) {
    expect(await get(`/v1/devices/${name}/turns`)).toMatchObject({ status: 404, body: { code: 'unknown_device' } });
  }
});

test('as many are kept as the setting says', async () => {
  const { get, bus } = await startApi({ env: { TURNS_KEPT: '2' } });
  for (let turn = 1; turn <= 5; turn++) bus.report(ended(turn));
  expect((await get(TURNS)).body.turns.map(({ turn }: { turn: number }) => turn)).toEqual([5, 4]);
});

test('with LOG_TRANSCRIPTS=false neither the turns nor the turn in progress tell what was said', async () => {
  const turn = { number: 3, startedAt: 0, heard: 'SPOKEN' };
  const devices = [deviceStatus({ name: 'kitchen' }, { turn })];
  const { request, get, bus } = await startApi({ devices, env: { LOG_TRANSCRIPTS: 'false' } });
  bus.report(ended(1));
  expect((await get(TURNS)).body.turns).toMatchObject([{ heard: null, answer: null, written: null, spoken_ms: 812 }]);
  expect((await get('/v1/devices/kitchen')).body.turn).toMatchObject({ number: 3, heard: null });
  for (const path of [TURNS, '/v1/devices/kitchen', '/v1/devices/status']) {
    expect((await request(path)).text).not.toMatch(/SPOKEN|PLAYED|WRITTEN/);
  }
  const open = await startApi({ devices });
  expect((await open.get('/v1/devices/kitchen')).body.turn).toMatchObject({ heard: 'SPOKEN' });
});

test('GET /v1/turns has the last turns of all devices, newest first', async () => {
  const { bus, clock, get } = await startApi({ devices: ['a', 'b'].map((name) => deviceStatus({ name })) });
  const said = {
    kind: 'user',
    outcome: 'answered',
    answer: '',
    written: '',
    spokenMs: 0,
    stages: {},
    moments: {},
  } as const;
  for (const [turn, device] of ['a', 'b', 'a', 'a'].entries()) {
    bus.report({ type: 'turn.ended', device, turn, heard: `${turn}`, ...said });
    clock.advance(1_000);
  }
  const heard = async (query: string) =>
    (await get(`/v1/turns${query}`)).body.turns.map(
      (turn: { device: string; heard: string }) => turn.device + turn.heard,
    );
  expect(await heard('')).toEqual(['a3', 'a2', 'b1', 'a0']);
  expect(await heard('?limit=2')).toEqual(['a3', 'a2']);
  expect(await heard('?per_device=1')).toEqual(['a3', 'b1']);
  for (const query of ['?limit=0', '?limit=x', '?per_device=1001'])
    expect((await get(`/v1/turns${query}`)).status).toBe(400);
});
