import { describe, expect, it } from 'vitest';
import { ChunkIntake } from './chunk-intake.ts';

/** Announces and sends a chunk. @returns what is wrong with it, or how many were missing before it */
function chunk(intake: ChunkIntake, seq: number, bytes = 320): string | number {
  const problem = intake.announce({ seq, bytes, sampleRate: undefined });
  if (problem !== undefined) return problem;
  const result = intake.take(new Uint8Array(bytes));
  return result.type === 'bad' ? result.problem : result.missing;
}

describe('the chunks of a recording', () => {
  it('are counted, from whichever number the first one has', () => {
    const intake = new ChunkIntake();
    expect([7, 8, 9].map((seq) => chunk(intake, seq))).toEqual([0, 0, 0]);
    expect([intake.chunks, intake.bytes, intake.audioMs]).toEqual([3, 960, 30]);
  });

  it('may be missing, ten of them; with more the recording is broken', () => {
    const intake = new ChunkIntake();
    expect([0, 1, 12].map((seq) => chunk(intake, seq))).toEqual([0, 0, 10]);
    expect(intake.isBroken).toBe(false);
    expect(chunk(intake, 24)).toMatch(/11 chunks are missing/);
    expect(intake.isBroken).toBe(true);
    expect(chunk(intake, 25)).toBe(0);
  });

  it('that come twice or too late are left out', () => {
    const intake = new ChunkIntake();
    expect([3, 3, 2, 4].map((seq) => chunk(intake, seq))).toEqual([
      0,
      expect.stringMatching(/before/),
      expect.stringMatching(/before/),
      0,
    ]);
    expect(intake.chunks).toBe(2);
  });

  it.each([31, 0, 512 * 1024 + 1])('of %i bytes are none', (bytes) => {
    expect(chunk(new ChunkIntake(), 0, bytes)).toMatch(/32 to 524288 bytes/);
  });

  it('have the length that was announced, and 16,000 Hz, and are announced', () => {
    const intake = new ChunkIntake();
    intake.announce({ seq: 0, bytes: 320, sampleRate: 16_000 });
    expect(intake.take(new Uint8Array(318))).toMatchObject({
      problem: expect.stringMatching(/318 bytes, not the 320/),
    });
    expect(intake.announce({ seq: 0, bytes: 320, sampleRate: 44_100 })).toMatch(/16000 Hz, not 44100/);
    expect(intake.take(new Uint8Array(320))).toMatchObject({ problem: expect.stringMatching(/announce each chunk/) });
    intake.announce({ seq: 0, bytes: 320, sampleRate: undefined });
    expect(intake.announce({ seq: 1, bytes: 320, sampleRate: undefined })).toMatch(/chunk 0 has not come/);
    expect(intake.take(new Uint8Array(320))).toMatchObject({ type: 'chunk', seq: 1 });
    intake.announce({ seq: 2, bytes: 320, sampleRate: undefined });
    intake.missed();
    expect(intake.take(new Uint8Array(320)).type).toBe('bad');
  });

  it('are 50 MB at most', () => {
    const intake = new ChunkIntake();
    const bytes = 250_000;
    for (let seq = 0; seq < 200; seq++) expect(chunk(intake, seq, bytes)).toBe(0);
    expect(chunk(intake, 200, bytes)).toMatch(/at most 50 MB/);
  });
});
