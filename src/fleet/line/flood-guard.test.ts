import { describe, expect, it } from 'vitest';
import { FloodGuard, type FloodVerdict } from './flood-guard.ts';

/** Sends `perSecond` messages a second for some seconds; how often each verdict came. */
function send(perSecond: number, seconds: number, bytes: number, carriesAudio: boolean) {
  const guard = new FloodGuard(0);
  const verdicts: Record<FloodVerdict, number> = { pass: 0, drop: 0, cut: 0 };
  for (let index = 0; index < perSecond * seconds; index++) {
    verdicts[guard.message(bytes, carriesAudio, (index * 1000) / perSecond)] += 1;
  }
  return verdicts;
}

describe('FloodGuard', () => {
  it.each([
    ['Ogg-Opus, 25 messages a second', 25, 360],
    ['float32 in base64, 12.5 messages a second', 12.5, 10_300],
    ['raw PCM of 20 ms', 50, 640],
  ])('lets real devices pass for ever: %s', (_, perSecond, bytes) => {
    expect(send(perSecond, 600, bytes, true)).toMatchObject({ drop: 0, cut: 0 });
  });

  it('lets 10 s of audio that Wi-Fi held back pass at once', () => {
    const guard = new FloodGuard(0);
    const verdicts = Array.from({ length: 250 }, () => [guard.message(1280, true, 60_000), guard.audio(40, 60_000)]);
    expect(verdicts.flat().every((verdict) => verdict === 'pass')).toBe(true);
  });

  it('cuts off who keeps on flooding, and drops before that', () => {
    const { drop, cut } = send(1_000, 20, 100, true);
    expect(drop).toBeGreaterThan(0);
    expect(cut).toBeGreaterThan(0);
  });

  it('cuts off control messages sooner', () => {
    expect(send(100, 20, 100, true).cut).toBe(0);
    expect(send(100, 20, 100, false).cut).toBeGreaterThan(0);
  });

  it('notices audio that comes ten times as fast as real time', () => {
    const guard = new FloodGuard(0);
    const verdicts = Array.from({ length: 1_000 }, (_, index) => guard.audio(40, index * 4));
    expect(verdicts.includes('drop')).toBe(true);
  });

  it('forgets a burst after ten seconds', () => {
    const guard = new FloodGuard(0);
    let now = 0;
    for (let burst = 0; burst < 5; burst++) {
      const verdicts = Array.from({ length: 1_000 }, () => guard.message(10, true, now));
      expect(verdicts.at(-1)).toBe('drop');
      now += 11_000;
    }
  });
});
