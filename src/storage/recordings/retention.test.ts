import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { forbid } from '../../../test/support/forbid.ts';
import type { Clock } from '../../core/clock.ts';
import { ManualClock } from '../../core/manual-clock.ts';
import { FileTurnRecorder } from './file-turn-recorder.ts';
import { timeOf } from './recording-names.ts';
import { sweep } from './retention.ts';

const DAY_MS = 24 * 3_600_000;
const NOON = Date.UTC(2026, 0, 10, 12);
const FOREVER = 1e12;

function clockOf(clock: ManualClock): Clock {
  return {
    now: () => clock.now(),
    wallNow: () => clock.wallNow(),
    setTimer: (run, ms) => clock.setTimer(run, ms),
    clearTimer: (timer) => clock.clearTimer(timer),
  };
}

/** A folder with files of 100 bytes each. */
function folder(...files: readonly string[]) {
  const dir = mkdtempSync(join(tmpdir(), 'dialtone-retention-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  for (const file of files) {
    mkdirSync(dirname(join(dir, file)), { recursive: true });
    writeFileSync(join(dir, file), 'x'.repeat(100));
  }
  const left = () =>
    files.filter((file) => existsSync(join(dir, file))).map((file) => file.replace(/-\d-user\.wav$/, ''));
  return { dir, left };
}

describe('what is removed', () => {
  it('is what is older than the limit, an index when its whole day is', async () => {
    const { dir, left } = folder(
      'kitchen/2026-01-07/115959.999-1-user.wav',
      'kitchen/2026-01-07/120000.000-2-user.wav',
      'kitchen/2026-01-07/turns.jsonl',
      'hall/2026-01-06/235959.000-3-user.wav',
      'hall/2026-01-06/turns.jsonl',
      'hall/2026-01-10/120000.000-9-user.wav',
    );
    expect(await sweep(dir, { maxAgeMs: 3 * DAY_MS, maxBytes: FOREVER }, NOON)).toBe(300);
    expect(left()).toEqual([
      'kitchen/2026-01-07/120000.000',
      'kitchen/2026-01-07/turns.jsonl',
      'hall/2026-01-10/120000.000',
    ]);
    expect(readdirSync(join(dir, 'hall'))).toEqual(['2026-01-10']);
  });

  it('is the oldest of what is too much, of all devices together, with some room to spare', async () => {
    const names = Array.from({ length: 10 }, (_, hour) => {
      return `${hour % 2 ? 'hall' : 'kitchen'}/2026-01-09/0${hour}0000.000-1-user.wav`;
    });
    const { dir, left } = folder(...names, 'hall/2026-01-09/turns.jsonl');
    expect(await sweep(dir, { maxAgeMs: FOREVER, maxBytes: 1_100 }, NOON)).toBe(1_100);
    expect(left()).toHaveLength(11);
    // 90 % of 700 is 630.
    expect(await sweep(dir, { maxAgeMs: FOREVER, maxBytes: 700 }, NOON)).toBe(600);
    expect(left()).toEqual([
      ...[5, 6, 7, 8, 9].map((hour) => `${hour % 2 ? 'hall' : 'kitchen'}/2026-01-09/0${hour}0000.000`),
      'hall/2026-01-09/turns.jsonl',
    ]);
  });

  it('is nothing that does not bear our names, nor what a link leads to', async () => {
    const others = [
      'turns.jsonl',
      'kitchen/turns.jsonl',
      'kitchen/2000-01-01/notes.txt',
      'kitchen/2000-01-01/120000.000-1-someone.wav',
      'kitchen/2000-01-01/1200.000-1-user.wav',
      'kitchen/2000-01-01/996060.000-1-user.wav',
      'kitchen/2000-01-01/sub/120000.000-1-user.wav',
      'kitchen/2000-13-01/120000.000-1-user.wav',
      'kitchen/old/120000.000-1-user.wav',
      'Kitchen/2000-01-01/120000.000-1-user.wav',
      '.kitchen/2000-01-01/120000.000-1-user.wav',
    ];
    const { dir } = folder(...others, 'kitchen/2000-01-01/120000.000-2-user.wav');
    const elsewhere = folder('2000-01-01/120000.000-3-user.wav');
    symlinkSync(elsewhere.dir, join(dir, 'link'));
    symlinkSync(join(elsewhere.dir, '2000-01-01'), join(dir, 'kitchen', '2000-01-02'));
    const linked = join(dir, 'kitchen', '2000-01-01', '120000.000-4-user.wav');
    symlinkSync(join(elsewhere.dir, '2000-01-01', '120000.000-3-user.wav'), linked);
    expect(await sweep(dir, { maxAgeMs: 1, maxBytes: 1 }, NOON)).toBe(0);
    for (const other of others) expect(existsSync(join(dir, other)), other).toBe(true);
    expect(existsSync(join(dir, 'kitchen/2000-01-01/120000.000-2-user.wav'))).toBe(false);
    expect(existsSync(linked)).toBe(true);
    expect(elsewhere.left()).toHaveLength(1);
  });

  it.each([
    ['a device', 'kitchen'],
    ['a day', 'kitchen/2026-01-06'],
  ])('is what can be, when the folder of %s cannot be read', async (_, forbidden) => {
    const { dir, left } = folder(
      'hall/2026-01-06/120000.000-1-user.wav',
      'kitchen/2026-01-06/120000.000-2-user.wav',
      'living-room/2026-01-06/120000.000-3-user.wav',
      'living-room/2026-01-10/110000.000-4-user.wav',
    );
    const allow = forbid(join(dir, forbidden), dir);
    const swept = sweep(dir, { maxAgeMs: 3 * DAY_MS, maxBytes: FOREVER }, NOON);
    await expect(swept).rejects.toMatchObject({ code: 'EACCES', path: join(dir, forbidden) });
    allow();
    expect(left()).toEqual(['kitchen/2026-01-06/120000.000', 'living-room/2026-01-10/110000.000']);
  });

  it('is nothing where there is nothing', async () => {
    const { dir } = folder();
    expect(await sweep(join(dir, 'nowhere'), { maxAgeMs: 1, maxBytes: 1 }, NOON)).toBe(0);
  });
});

describe('the time of a file', () => {
  it.each([
    ['120158.250-7-user.wav', NOON + 118_250],
    ['000000.000-123456-assistant.wav', NOON - DAY_MS / 2],
    ['turns.jsonl', NOON + DAY_MS / 2],
    ['126058.250-7-user.wav', undefined],
    ['120158.250-7-user.wav.bak', undefined],
    ['../120158.250-7-user.wav', undefined],
  ])('%s', (name, time) => expect(timeOf('2026-01-10', name)).toBe(time));
});

describe('a recorder', () => {
  function recorderIn(dir: string, limits: { readonly maxAgeMs: number; readonly maxBytes: number }) {
    const clock = new ManualClock(NOON);
    const warn = (text: string) => expect.unreachable(text);
    const recorder = new FileTurnRecorder({ dir, clock, transcripts: false, warn, ...limits });
    onTestFinished(() => recorder.close());
    return { clock, recorder };
  }

  it('looks for old recordings at the start and every hour', async () => {
    const { dir, left } = folder('hall/2026-01-10/100000.000-1-user.wav', 'hall/2026-01-10/110500.000-1-user.wav');
    const { clock } = recorderIn(dir, { maxAgeMs: DAY_MS / 24, maxBytes: FOREVER });
    await expect.poll(left).toEqual(['hall/2026-01-10/110500.000']);
    clock.advance(DAY_MS / 24);
    await expect.poll(() => readdirSync(dir)).toEqual([]);
    expect(left()).toEqual([]);
  });

  it.each(['while it runs', 'between two processes'])(
    'keeps recordings when the clock jumps ahead %s',
    async (when) => {
      const { dir, left } = folder('hall/2026-01-10/110000.000-1-user.wav');
      const steady = new ManualClock(NOON);
      let aheadMs = 0;
      const clock = { ...clockOf(steady), wallNow: () => steady.wallNow() + aheadMs };
      const warn = (text: string) => expect.unreachable(text);
      const open = () =>
        new FileTurnRecorder({ dir, clock, transcripts: false, warn, maxAgeMs: 7 * DAY_MS, maxBytes: FOREVER });
      let recorder = open();
      const sweepNow = async () => {
        steady.advance(DAY_MS / 24);
        await recorder.close();
        recorder = open();
      };
      if (when === 'between two processes') await recorder.close();
      aheadMs = 30 * DAY_MS;
      if (when === 'between two processes') recorder = open();
      for (let hour = 0; hour < 12; hour++) await sweepNow();
      expect(left()).toHaveLength(1);
      aheadMs = 0;
      await sweepNow();
      expect(left()).toHaveLength(1);
      // Its time comes all the same.
      for (let day = 0; day < 7; day++) {
        steady.advance(DAY_MS);
        await sweepNow();
      }
      await recorder.close();
      expect(left()).toHaveLength(0);
    },
  );

  it('makes room as soon as there is too much', async () => {
    const { dir, left } = folder('hall/2026-01-10/100000.000-1-user.wav');
    const { recorder } = recorderIn(dir, { maxAgeMs: FOREVER, maxBytes: 50_000 });
    const say = (number: number) => {
      const recording = recorder.open('kitchen', number);
      recording.user(new Int16Array(10_000));
      recording.end({
        type: 'turn.ended',
        device: 'kitchen',
        turn: number,
        kind: 'user',
        outcome: 'no_speech',
        heard: '',
        answer: '',
        written: '',
        spokenMs: 0,
        stages: {},
        moments: {},
      });
    };
    for (const number of [1, 2]) say(number);
    await expect.poll(() => existsSync(join(dir, 'kitchen/2026-01-10/120000.000-2-user.wav'))).toBe(true);
    expect(left()).toHaveLength(1);
    for (const number of [3, 4]) say(number);
    await recorder.close();
    expect(left()).toEqual([]);
    const wavs = readdirSync(join(dir, 'kitchen/2026-01-10')).filter((name) => name.endsWith('.wav'));
    expect(wavs).toHaveLength(2);
  });
});
