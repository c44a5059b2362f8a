import { describe, expect, it } from 'vitest';
import { PauseEstimate } from './pause-estimate.ts';

/** One utterance with these pauses. */
function utterance(pauses: PauseEstimate, ...silencesMs: number[]): void {
  for (const silenceMs of silencesMs) pauses.paused(silenceMs);
  pauses.ended(Math.max(0, ...silencesMs));
}

describe('what is known of the pauses of a speaker', () => {
  it('is nothing at first, and gaps between words teach nothing', () => {
    const pauses = new PauseEstimate();
    utterance(pauses, 120, 180);
    expect(pauses.expectedMs).toBe(0);
  });

  it('is less than half after each utterance without such a pause', () => {
    const pauses = new PauseEstimate();
    utterance(pauses, 2_000);
    for (let fluent = 0, before = pauses.expectedMs; fluent < 4; fluent++, before = pauses.expectedMs) {
      utterance(pauses);
      expect(pauses.expectedMs).toBeLessThan(before / 2);
    }
    expect(pauses.expectedMs).toBeLessThan(100);
  });

  it('goes away with the short gaps of a quick speaker too', () => {
    const pauses = new PauseEstimate();
    utterance(pauses, 2_000);
    for (let quick = 0; quick < 4; quick++) utterance(pauses, 220, 240);
    expect(pauses.expectedMs).toBeLessThan(500);
  });

  it('stays for a speaker who pauses again and again', () => {
    const pauses = new PauseEstimate();
    for (const silenceMs of [1_200, 900, 1_300, 1_000]) {
      utterance(pauses, silenceMs);
      expect(pauses.expectedMs).toBeGreaterThan(1_200);
    }
    // One quick answer in between does not take it all.
    utterance(pauses);
    utterance(pauses, 1_000);
    expect(pauses.expectedMs).toBeGreaterThan(800);
  });

  it('halves in a minute', () => {
    let nowMs = 5_000;
    const pauses = new PauseEstimate(() => nowMs);
    utterance(pauses, 1_000);
    expect(pauses.expectedMs).toBe(1_250);
    nowMs += 60_000;
    expect(pauses.expectedMs).toBe(625);
    // Another user, much later, begins from nothing.
    nowMs += 600_000;
    utterance(pauses, 300);
    expect(pauses.expectedMs).toBe(375);
  });
});
