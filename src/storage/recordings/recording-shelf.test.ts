import { appendFileSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startApi } from '../../../test/support/api-server.ts';
import { deviceStatus } from '../../../test/support/devices/device-status.ts';
import { temporaryFolder } from '../../../test/support/program.ts';
import { parseWav } from '../../audio/wav.ts';
import { ManualClock } from '../../core/manual-clock.ts';
import { FileTurnRecorder } from './file-turn-recorder.ts';
import { RecordingShelf } from './recording-shelf.ts';

const NOW = Date.UTC(2026, 0, 1, 23, 59, 59);
const NAME = 'Living Room';

/** Two turns, one each side of midnight, as the recorder writes them. */
async function recorded() {
  const dir = temporaryFolder();
  const clock = new ManualClock(NOW);
  const recorder = new FileTurnRecorder({
    dir,
    clock,
    transcripts: true,
    maxAgeMs: 1e12,
    maxBytes: 1e12,
    warn: () => {},
  });
  for (const turn of [1, 2]) {
    const recording = recorder.open(NAME, turn);
    recording.user(new Int16Array(1600).fill(turn));
    if (turn === 2) recording.assistant(new Int16Array(2400).fill(7), 24_000);
    recording.end({
      type: 'turn.ended',
      device: NAME,
      turn,
      kind: 'user',
      outcome: 'answered',
      heard: `heard ${turn}`,
      answer: 'yes',
      written: 'yes',
      spokenMs: 100,
      stages: {},
      moments: {},
    });
    clock.advance(1_000);
  }
  await recorder.close();
  return { dir, shelf: new RecordingShelf(dir) };
}

test('the last turns are listed, newest first, over days', async () => {
  const { dir, shelf } = await recorded();
  const turns = async (limit: number) => (await shelf.list(NAME, limit)).map(({ day, line }) => [day, line.turn]);
  expect(await turns(10)).toEqual([
    ['2026-01-02', 2],
    ['2026-01-01', 1],
  ]);
  expect(await turns(1)).toEqual([['2026-01-02', 2]]);
  expect(await shelf.list('unknown', 10)).toEqual([]);
  // Half a line of a killed process, and what is none of ours.
  const folder = readdirSync(dir).find((name) => name.startsWith('living-room')) ?? '';
  appendFileSync(join(dir, folder, '2026-01-02', 'turns.jsonl'), '{"turn":3,"kin');
  mkdirSync(join(dir, folder, 'not-a-day'));
  writeFileSync(join(dir, folder, '2026-01-03'), 'a file');
  expect(await turns(10)).toHaveLength(2);
});

test('audio is given by names that a recorder gives, and by no other', async () => {
  const { dir, shelf } = await recorded();
  const [entry] = await shelf.list(NAME, 1);
  const { file } = (entry?.line.assistant ?? {}) as { file: string };
  const audio = await shelf.audio(NAME, '2026-01-02', file);
  expect(parseWav(audio ?? new Uint8Array())).toMatchObject({ sampleRate: 24_000 });
  const day = '2026-01-02';
  for (const name of [
    'turns.jsonl',
    '../2026-01-01/turns.jsonl',
    '..',
    '',
    '/etc/passwd',
    `../${day}/${file}`,
    `${file}\0`,
  ])
    expect(await shelf.audio(NAME, day, name), name).toBeUndefined();
  for (const other of ['..', '', '.', '2026-13-40', '2026-01-03'])
    expect(await shelf.audio(NAME, other, file)).toBeUndefined();
  const link = '000000.000-9-user.wav';
  const folder = readdirSync(dir).find((name) => name.startsWith('living-room')) ?? '';
  symlinkSync('/etc/passwd', join(dir, folder, day, link));
  expect(await shelf.audio(NAME, day, link)).toBeUndefined();
});

test('GET …/recordings lists them, and the audio of each', async () => {
  const { shelf } = await recorded();
  const { get, request } = await startApi({ devices: [deviceStatus({ name: NAME })], recordings: shelf });
  const path = `/v1/devices/${encodeURIComponent(NAME)}/recordings`;
  const { status, body } = await get(`${path}?limit=1`);
  expect(status).toBe(200);
  expect(body).toMatchObject({
    device: NAME,
    recordings: [{ turn: 2, day: '2026-01-02', heard: 'heard 2', user: { ms: 100, sample_rate: 16_000 } }],
  });
  const { day, user } = body.recordings[0];
  const audio = await request(`${path}/${day}/${user.file}`);
  expect([audio.status, audio.headers.get('content-type')]).toEqual([200, 'audio/wav']);
  for (const wrong of [
    `${path}/${day}/turns.jsonl`,
    `${path}/${day}/..%2f${day}%2f${user.file}`,
    `${path}/..%2f..%2f/x.wav`,
  ])
    expect((await get(wrong)).status, wrong).toBe(404);
  expect((await get('/v1/devices/unknown/recordings')).body.code).toBe('unknown_device');
  expect((await get(`${path}?limit=0`)).status).toBe(400);
  expect((await get('/v1/turns')).body.recordings).toBe(true);
});

test('without RECORDINGS_DIR there are none, and with LOG_TRANSCRIPTS=false no words', async () => {
  const { shelf } = await recorded();
  const devices = [deviceStatus({ name: NAME })];
  const path = `/v1/devices/${encodeURIComponent(NAME)}/recordings`;
  const off = await startApi({ devices });
  expect((await off.get(path)).body).toMatchObject({
    code: 'not_found',
    detail: expect.stringContaining('RECORDINGS_DIR'),
  });
  expect((await off.get('/v1/turns')).body).toEqual({ turns: [], recordings: false });
  const silent = await startApi({ devices, recordings: shelf, env: { LOG_TRANSCRIPTS: 'false' } });
  expect((await silent.get(path)).body.recordings).toMatchObject([
    { turn: 2, heard: null, answer: null },
    { heard: null },
  ]);
});
