import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { parseWav } from '../../audio/wav.ts';
import { ManualClock } from '../../core/manual-clock.ts';
import { TempFiles, type TempFilesOptions } from './temp-files.ts';

let clock: ManualClock;
let warnings: string[];
beforeEach(() => {
  clock = new ManualClock();
  warnings = [];
});

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'dialtone-temp-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

async function open(options: Partial<TempFilesOptions> = {}) {
  const dir = options.dir ?? folder();
  const files = await TempFiles.open({
    dir,
    clock,
    maxSessionBytes: 100_000,
    maxBytes: 1_000_000,
    maxAgeMs: 3_600_000,
    warn: (text) => warnings.push(text),
    ...options,
  });
  onTestFinished(() => files.close());
  return { dir, files, session: files.session() };
}

/** Half a second of something. */
const CHUNK = new Uint8Array(16_000).fill(7);

describe('what a session records', () => {
  it('is there as a WAV file while the session lasts, and gone behind it', async () => {
    const { dir, files, session } = await open();
    expect(session.current).toBe('');
    session.begin();
    session.audio(CHUNK);
    session.audio(CHUNK);
    session.begin();
    session.audio(CHUNK);
    session.end();
    await session.settled();
    const [name = ''] = readdirSync(dir);
    expect(readdirSync(join(dir, name)).toSorted()).toEqual(['1.wav', '2.wav']);
    const { samples, sampleRate } = parseWav(readFileSync(join(dir, name, '1.wav')));
    expect([samples.length, sampleRate, samples[0]]).toEqual([16_000, 16_000, 0x0707]);
    expect(session.bytes).toBe(3 * 16_000 + 2 * 44);
    expect([session.files, files.files, session.current]).toEqual([2, 2, `${name}/2.wav`]);
    session.close();
    session.begin();
    session.audio(CHUNK);
    await session.settled();
    expect(readdirSync(dir)).toEqual([]);
    expect(warnings).toEqual([]);
  });

  it('stays within the quota of the session: its oldest recordings go, and one that is too long is cut', async () => {
    const { session } = await open({ maxSessionBytes: 50_000 });
    for (let count = 0; count < 4; count++) {
      session.begin();
      session.audio(CHUNK);
      session.end();
      await session.settled();
    }
    expect(session.bytes).toBeLessThanOrEqual(50_000);
    expect(session.bytes).toBeGreaterThan(16_000);
    session.begin();
    for (let count = 0; count < 10; count++) {
      session.audio(CHUNK);
      await session.settled();
    }
    expect(session.bytes).toBeLessThanOrEqual(50_000);
    expect(warnings).toEqual([]);
  });

  it('stays within the quota of all', async () => {
    const { files, session } = await open({ maxBytes: 40_000 });
    const other = files.session();
    for (const one of [session, other, session, other]) {
      one.begin();
      one.audio(CHUNK);
      one.end();
      await Promise.all([session.settled(), other.settled()]);
      expect(files.bytes).toBeLessThanOrEqual(40_000);
    }
    expect(files.bytes).toBeGreaterThan(0);
  });

  it('is removed when it is too old', async () => {
    const { files, session } = await open();
    session.begin();
    session.audio(CHUNK);
    session.end();
    await session.settled();
    clock.advance(3_600_000);
    session.begin();
    session.audio(CHUNK);
    session.end();
    clock.advance(600_000);
    // The sweep looks at the disk first.
    await expect.poll(() => files.bytes).toBe(16_044);
  });
});

describe('the folder', () => {
  it('is cleaned at the start of what was left behind, and of nothing else', async () => {
    const dir = folder();
    mkdirSync(join(dir, 'hotpin-0123456789abcdef'));
    writeFileSync(join(dir, 'hotpin-0123456789abcdef', '1.wav'), 'x');
    mkdirSync(join(dir, 'hotpin-of-mine'));
    writeFileSync(join(dir, 'hotpin-fedcba9876543210'), 'a file');
    await open({ dir });
    expect(existsSync(join(dir, 'hotpin-0123456789abcdef'))).toBe(false);
    expect(existsSync(join(dir, 'hotpin-of-mine'))).toBe(true);
    expect(existsSync(join(dir, 'hotpin-fedcba9876543210'))).toBe(true);
  });

  it('that cannot be written to costs the recordings, which is told once', async () => {
    const dir = join(folder(), 'file');
    writeFileSync(dir, 'no folder');
    const { session, files } = await open({ dir });
    for (let count = 0; count < 3; count++) {
      session.begin();
      session.audio(CHUNK);
      session.end();
    }
    await session.settled();
    expect(session.bytes).toBe(0);
    session.close();
    await files.close();
    expect(warnings).toEqual([
      expect.stringMatching(/^What devices record cannot be kept: .*Nothing else is affected/),
    ]);
  });
});
