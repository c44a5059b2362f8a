import { describe, expect, it } from 'vitest';
import { GranuleGaps } from './granule-gaps.ts';

const PACKET_MS = 40;

/** Pages of one packet each; a test says what is unusual about one. */
class Stream {
  readonly gaps = new GranuleGaps();
  sequence = 77;
  granule = 500_000;

  /** The silence found before the next page, which begins `gapMs` after the last one ended. */
  page(gapMs = 0, unusual: Partial<Parameters<GranuleGaps['before']>[0]> = {}): number {
    this.sequence = (this.sequence + 1) >>> 0;
    this.granule += (gapMs + PACKET_MS) * 48;
    return this.gaps.before({
      first: false,
      serial: 42,
      sequence: this.sequence,
      granule: this.granule,
      durationMs: PACKET_MS,
      afterGarbage: false,
      ...unusual,
    });
  }

  /** Speech: enough pages to believe the device. */
  speech(pages = 4): void {
    for (let page = 0; page < pages; page++) expect(this.page()).toBe(0);
  }
}

describe('the silence that an encoder left out', () => {
  it.each([
    [59, 0],
    [60, 60],
    [380, 380],
    [2_990, 2_990],
    [3_000, 3_000],
    [8 * 3_600_000, 3_000],
  ])('of %d ms is taken for %d ms', (gapMs, found) => {
    const stream = new Stream();
    stream.speech();
    expect(stream.page(gapMs)).toBe(found);
    stream.speech();
  });

  it('is found again at every packet that refreshes a long silence', () => {
    const stream = new Stream();
    stream.speech();
    for (let refresh = 0; refresh < 100; refresh++) expect(stream.page(360)).toBe(360);
  });

  it('of a single packet is not filled, and does not count against the device', () => {
    const stream = new Stream();
    stream.speech();
    expect([stream.page(40), stream.page(400)]).toEqual([0, 400]);
  });

  it('of more than half a second is not believed again before there was audio', () => {
    const stream = new Stream();
    stream.speech();
    expect([stream.page(2_000), stream.page(2_000), stream.page(300)]).toEqual([2_000, 0, 0]);
    stream.speech(3);
    expect(stream.page(2_000)).toBe(2_000);
  });

  it('is not looked for in the first pages of a connection, wherever the stream stands', () => {
    const stream = new Stream();
    expect([stream.page(), stream.page(500), stream.page(), stream.page(), stream.page(500)]).toEqual([0, 0, 0, 0, 0]);
  });

  it.each([
    ['garbage', { afterGarbage: true }],
    ['another stream', { serial: 7 }],
    ['the beginning of a stream', { first: true }],
    ['lost pages', { sequence: 5_000 }],
    ['a broken packet', { durationMs: Number.NaN }],
  ])('is not looked for across %s', (_, unusual) => {
    const stream = new Stream();
    stream.speech();
    expect(stream.page(500, unusual)).toBe(0);
  });

  it('goes over pages on which no packet ends', () => {
    const stream = new Stream();
    stream.speech();
    stream.sequence += 1;
    stream.gaps.before({
      ...{ first: false, serial: 42, sequence: stream.sequence, granule: -1, durationMs: 0, afterGarbage: false },
    });
    expect(stream.page(400)).toBe(400);
  });

  it('is found also where the sequence of pages begins again at 0', () => {
    const stream = new Stream();
    stream.sequence = 2 ** 32 - 5;
    stream.speech(4);
    expect(stream.page(400)).toBe(400);
    expect(stream.sequence).toBe(0);
  });
});

describe('positions that mean nothing', () => {
  let random = 1;
  const chance = () => {
    random = (Math.imul(random, 1_664_525) + 1_013_904_223) >>> 0;
    return random;
  };
  it.each([
    ['always 0', () => 0],
    ['always -1', () => -1],
    ['not growing', () => 123_456],
    ['restarting', (page: number) => (page % 10) * 1_920],
    ['at random', () => chance()],
    ['counted three times', (page: number) => (page + 1) * 3 * 1_920],
    ['counted twice', (page: number) => (page + 1) * 2 * 1_920],
    ['counted at 24 kHz', (page: number) => (page + 1) * 960],
    ['counted in bytes', (page: number) => (page + 1) * 150],
    ['going backwards', (page: number) => 10_000_000 - page * 1_920],
  ])('never insert anything: %s', (_, granuleOf) => {
    const stream = new Stream();
    for (let page = 0; page < 1_000; page++) expect(stream.page(0, { granule: granuleOf(page) })).toBe(0);
  });

  it('do not become true by one that happens to be larger', () => {
    const stream = new Stream();
    for (let page = 0; page < 10; page++) stream.page(0, { granule: 5_000 });
    expect(stream.page(0, { granule: 500_000 })).toBe(0);
  });
});
