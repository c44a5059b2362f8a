import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { forbid } from '../../../test/support/forbid.ts';
import { parseWav } from '../../audio/wav.ts';
import { ManualClock } from '../../core/manual-clock.ts';
import { FileTurnRecorder, type FileTurnRecorderOptions } from './file-turn-recorder.ts';
import type { TurnEnded } from './recorded-turn.ts';

const ended = (more: Partial<TurnEnded> = {}): TurnEnded => ({
  type: 'turn.ended',
  device: 'kitchen',
  turn: 7,
  kind: 'user',
  outcome: 'interrupted',
  heard: 'what time is it',
  answer: 'It is',
  written: 'It is noon.',
  spokenMs: 400.4,
  stages: { endpointing: 500.6, total: 900 },
  moments: {},
  ...more,
});

/** A recorder on the real disk, in virtual time that begins at noon. */
function recorder(more: Partial<FileTurnRecorderOptions> = {}) {
  const top = mkdtempSync(join(tmpdir(), 'dialtone-recordings-'));
  onTestFinished(() => rmSync(top, { recursive: true, force: true }));
  const dir = join(top, 'recordings');
  const clock = new ManualClock();
  const warnings: string[] = [];
  const open = () =>
    new FileTurnRecorder({
      dir,
      clock,
      transcripts: true,
      maxAgeMs: 1e12,
      maxBytes: 1e12,
      warn: (text) => warnings.push(text),
      ...more,
    });
  const files = () =>
    (existsSync(dir) ? readdirSync(dir, { recursive: true, withFileTypes: true }) : [])
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath.slice(dir.length + 1), entry.name))
      .sort();
  const lines = (folder: string) =>
    readFileSync(join(dir, folder, 'turns.jsonl'), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { dir, clock, warnings, open, files, lines, recorder: open() };
}

/** Has a turn whose user says so many samples of one value. */
function turn(of: FileTurnRecorder, device: string, number: number, samples = 160): void {
  const recording = of.open(device, number);
  recording.user(new Int16Array(samples).fill(number));
  recording.end(ended({ device, turn: number }));
}

describe('a turn', () => {
  it('is two WAV files and a line', async () => {
    const { recorder: recorded, clock, dir, files, lines, warnings } = recorder();
    clock.advance(118_250);
    const recording = recorded.open('Living Room', 7);
    clock.advance(40);
    const frame = Int16Array.of(1, 2, 3);
    recording.user(frame);
    frame.fill(9);
    recording.user(new Int16Array(16_000).fill(-4));
    clock.advance(1_500);
    recording.assistant(new Int16Array(30_000).fill(5), 24_000);
    clock.advance(1_000);
    expect(files()).toEqual([]);
    recording.end(ended({ device: 'Living Room' }));
    recording.user(frame);
    recording.end(ended());
    await recorded.close();

    const folder = files()[0]?.split('/').slice(0, 2).join('/') ?? '';
    expect(folder).toMatch(/^living-room-[0-9a-f]{16}\/2026-01-01$/);
    const names = ['120158.250-7-assistant.wav', '120158.250-7-user.wav', 'turns.jsonl'];
    expect(files()).toEqual(names.map((name) => `${folder}/${name}`));
    const user = parseWav(readFileSync(join(dir, folder, '120158.250-7-user.wav')));
    expect([user.sampleRate, user.samples.length, ...user.samples.slice(0, 4)]).toEqual([16_000, 16_003, 1, 2, 3, -4]);
    const assistant = parseWav(readFileSync(join(dir, folder, '120158.250-7-assistant.wav')));
    expect([assistant.sampleRate, assistant.samples]).toEqual([24_000, new Int16Array(30_000).fill(5)]);
    expect(lines(folder)).toEqual([
      {
        device: 'Living Room',
        turn: 7,
        kind: 'user',
        outcome: 'interrupted',
        started_at: '2026-01-01T12:01:58.250Z',
        ended_at: '2026-01-01T12:02:00.790Z',
        heard: 'what time is it',
        answer: 'It is',
        written: 'It is noon.',
        spoken_ms: 400,
        stages_ms: { endpointing: 501, total: 900 },
        user: {
          file: '120158.250-7-user.wav',
          sample_rate: 16_000,
          started_at: '2026-01-01T12:01:58.290Z',
          ms: 1_000,
        },
        assistant: {
          file: '120158.250-7-assistant.wav',
          sample_rate: 24_000,
          started_at: '2026-01-01T12:01:59.790Z',
          ms: 1_250,
        },
      },
    ]);
    expect(warnings).toEqual([]);
  });

  it('is readable by its owner only', async () => {
    const umask = process.umask(0);
    onTestFinished(() => void process.umask(umask));
    const { recorder: recorded, dir, files } = recorder();
    turn(recorded, 'kitchen', 1);
    await recorded.close();
    for (const file of files()) expect(statSync(join(dir, file)).mode & 0o777).toBe(0o600);
    for (const folder of ['', 'kitchen', 'kitchen/2026-01-01']) {
      expect(statSync(join(dir, folder)).mode & 0o777).toBe(0o700);
    }
  });

  it('in which the user said nothing is a line only', async () => {
    const { recorder: recorded, files, lines } = recorder();
    recorded.open('kitchen', 1).end(ended({ kind: 'greeting', outcome: 'disconnected' }));
    await recorded.close();
    expect(files()).toEqual(['kitchen/2026-01-01/turns.jsonl']);
    expect(lines('kitchen/2026-01-01')).toMatchObject([{ kind: 'greeting', user: null, assistant: null }]);
  });

  it('has no words where none are wanted', async () => {
    const { recorder: recorded, dir, lines } = recorder({ transcripts: false });
    const error = { kind: 'llm', code: 'engine_bad_answer', message: 'I do not know what time is it' } as const;
    recorded.open('kitchen', 1).end(ended({ error }));
    await recorded.close();
    const text = readFileSync(join(dir, 'kitchen/2026-01-01/turns.jsonl'), 'utf8');
    expect(text).not.toMatch(/what time|It is/);
    expect(lines('kitchen/2026-01-01')).toMatchObject([{ turn: 1, error: { kind: 'llm', code: 'engine_bad_answer' } }]);
  });

  it('that goes on for ever is kept for 120 s a side, and the line says what is missing', async () => {
    const { recorder: recorded, dir, lines } = recorder();
    const recording = recorded.open('kitchen', 1);
    for (let second = 0; second < 130; second++) {
      recording.user(new Int16Array(16_000));
      recording.assistant(new Int16Array(24_000), 24_000);
    }
    // Of another rate: it would be heard too fast.
    recording.assistant(new Int16Array(16_000), 16_000);
    recording.end(ended());
    await recorded.close();
    expect(lines('kitchen/2026-01-01')).toMatchObject([
      { user: { ms: 120_000, dropped_ms: 10_000 }, assistant: { ms: 120_000, dropped_ms: 11_000 } },
    ]);
    const wav = parseWav(readFileSync(join(dir, 'kitchen/2026-01-01/120000.000-1-user.wav')));
    expect(wav.samples).toHaveLength(120 * 16_000);
  });

  it('is not there when it is discarded, and gives its memory back', async () => {
    const { recorder: recorded, files, lines } = recorder({ maxMemoryBytes: 2 * 32_000 });
    const unmeant = recorded.open('kitchen', 1);
    unmeant.user(new Int16Array(32_000));
    unmeant.discard();
    unmeant.user(new Int16Array(16_000));
    unmeant.end(ended());
    turn(recorded, 'kitchen', 2, 32_000);
    await recorded.close();
    expect(files()).toEqual(['120000.000-2-user.wav', 'turns.jsonl'].map((name) => `kitchen/2026-01-01/${name}`));
    expect(lines('kitchen/2026-01-01')).toMatchObject([{ turn: 2, user: { ms: 2_000 } }]);
  });

  it('tells when it began to be heard, when that comes late', async () => {
    const { recorder: recorded, lines } = recorder();
    const recording = recorded.open('kitchen', 1);
    recording.user(new Int16Array(320), 1_500);
    recording.user(new Int16Array(320), 20);
    recording.end(ended());
    await recorded.close();
    expect(lines('kitchen/2026-01-01')).toMatchObject([
      { started_at: '2026-01-01T12:00:00.000Z', user: { started_at: '2026-01-01T11:59:58.500Z' } },
    ]);
  });

  it('gets its own line, also behind half a line', async () => {
    const { recorder: recorded, open, dir, lines } = recorder();
    turn(recorded, 'kitchen', 1);
    await recorded.close();
    appendFileSync(join(dir, 'kitchen/2026-01-01/turns.jsonl'), '"cut');
    const again = open();
    turn(again, 'kitchen', 2);
    await again.close();
    const text = readFileSync(join(dir, 'kitchen/2026-01-01/turns.jsonl'), 'utf8').replace('"cut\n', '');
    writeFileSync(join(dir, 'kitchen/2026-01-01/turns.jsonl'), text);
    expect(lines('kitchen/2026-01-01').map(({ turn: number }) => number)).toEqual([1, 2]);
  });
});

describe('bounds', () => {
  it('of the memory are shared by all turns, and given back', async () => {
    const { recorder: recorded, lines } = recorder({ maxMemoryBytes: 3 * 32_000 });
    const recordings = [1, 2].map((number) => recorded.open('kitchen', number));
    for (const recording of recordings) recording.user(new Int16Array(32_000));
    for (const recording of recordings) recording.end(ended());
    const users = () => lines('kitchen/2026-01-01').map(({ user }) => user);
    await expect.poll(users).toMatchObject([{ ms: 2_000 }, { ms: 1_000, dropped_ms: 1_000 }]);
    // The memory is free a moment after the line is there.
    const next = async () => {
      const number = users().length + 1;
      turn(recorded, 'kitchen', number, 48_000);
      await expect.poll(users).toHaveLength(number);
      return users().at(-1);
    };
    await expect.poll(next).toMatchObject({ ms: 3_000 });
    await recorded.close();
  });

  it('of the queue: what is too much is dropped, and said', async () => {
    const { recorder: recorded, files, warnings } = recorder();
    for (let number = 1; number <= 300; number++) turn(recorded, 'kitchen', number, 1);
    expect(warnings).toEqual([expect.stringMatching(/too slow/)]);
    await expect.poll(() => warnings.length).toBe(2);
    expect(warnings[1]).toBe('44 turns were not recorded.');
    expect(files()).toHaveLength(256 + 1);
    turn(recorded, 'kitchen', 301);
    await recorded.close();
    expect(files()).toHaveLength(257 + 1);
    expect(warnings).toHaveLength(2);
  });

  it('of the end: it waits 2 s for a disk that hangs', async () => {
    const { recorder: recorded, clock, warnings, files } = recorder();
    for (let number = 1; number <= 200; number++) turn(recorded, 'kitchen', number, 1);
    const closed = recorded.close();
    clock.advance(2_000);
    await closed;
    expect(warnings).toEqual(['200 turns were not recorded.']);
    turn(recorded, 'kitchen', 301);
    await recorded.close();
    expect(files()).toEqual([]);
  });
});

describe('a disk that refuses', () => {
  it('is told of once, costs its turns and nothing else', async () => {
    const { dir, open, warnings, files, recorder: first } = recorder();
    await first.close();
    rmSync(dir, { recursive: true });
    // A file where the folder should be: refused to root as well.
    writeFileSync(dir, '');
    const recorded = open();
    for (const number of [1, 2]) turn(recorded, 'kitchen', number);
    await expect.poll(() => warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/recording of turns cannot be kept: E/);
    rmSync(dir);
    await new Promise((resolve) => setTimeout(resolve, 50));
    turn(recorded, 'kitchen', 3);
    await recorded.close();
    expect(files()).toContain('kitchen/2026-01-01/120000.000-3-user.wav');
    expect(warnings).toEqual([warnings[0], 'The recording of turns can be kept again.']);
  });

  it('is told of too when old recordings could not be removed before', async () => {
    const { dir, clock, warnings, recorder: recorded } = recorder();
    turn(recorded, 'kitchen', 1);
    await expect.poll(() => existsSync(join(dir, 'kitchen/2026-01-01/turns.jsonl'))).toBe(true);
    const allow = forbid(join(dir, 'kitchen'), join(dir, '..'));
    clock.advance(3_600_000);
    await expect.poll(() => warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/^Old recordings cannot be removed: EACCES/);
    turn(recorded, 'kitchen', 2);
    await expect.poll(() => warnings).toHaveLength(2);
    expect(warnings[1]).toMatch(/^The recording of turns cannot be kept: EACCES/);
    allow();
    clock.advance(3_600_000);
    turn(recorded, 'kitchen', 3);
    await recorded.close();
    expect(warnings.slice(2)).toEqual([
      'Old recordings can be removed again.',
      'The recording of turns can be kept again.',
    ]);
  });
});
