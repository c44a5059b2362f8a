import { describe, expect, it } from 'vitest';
import { dice } from '../../../test/support/time/dice.ts';
import { MissingPages } from './missing-pages.ts';
import type { OggPagePlace } from './ogg-reader.ts';

const PAGE_MS = 40;

/** Pages of one packet each, from the middle of a stream. */
function stream(count: number, pageMs = PAGE_MS): OggPagePlace[] {
  return Array.from({ length: count }, (_, index) => ({
    first: false,
    serial: 42,
    sequence: (0xffff_fff0 + index) >>> 0,
    granule: (index + 1) * pageMs * 48,
    durationMs: pageMs,
    afterGarbage: false,
  }));
}

/** After how many of these pages it was noticed that others are missing; undefined: never. */
function noticedAfter(pages: readonly OggPagePlace[]): number | undefined {
  const missing = new MissingPages();
  const index = pages.findIndex((page) => {
    missing.add(page);
    return missing.areMissing;
  });
  return index === -1 ? undefined : index + 1;
}

describe('a second reader of the stream is noticed', () => {
  it.each([2, 3, 5])('when each of %i readers gets one page after the other', (readers) => {
    expect(noticedAfter(stream(3_000).filter((_, index) => index % readers === 1))).toBe(100);
  });

  it('when each page goes to one of two by chance', () => {
    const random = dice();
    expect(noticedAfter(stream(3_000).filter(() => random() < 0.5))).toBeLessThan(400);
  });

  it('when it comes later, and when the device writes no granule positions', () => {
    const pages = stream(3_000).map((page) => ({ ...page, granule: 0 }));
    expect(noticedAfter(pages.filter((_, index) => index < 1_000 || index % 2 === 0))).toBeLessThan(1_125);
  });
});

describe('what is no second reader', () => {
  const random = dice();
  /** Runs of speech and of left out silence, pages. */
  const gated = (pages: readonly OggPagePlace[]) => {
    let left = 0;
    let isSpeech = false;
    return pages.filter(() => {
      left -= 1;
      if (left < 0) {
        isSpeech = !isSpeech;
        left = isSpeech ? 5 + 30 * random() : 5 + 60 * random();
      }
      return isSpeech;
    });
  };

  it.each([
    ['a whole stream', stream(90_000)],
    ['one page in a hundred lost', stream(90_000).filter(() => random() > 0.01)],
    ['one page in ten lost', stream(90_000).filter(() => random() > 0.1)],
    ['300 ms lost every 3 s', stream(90_000).filter(({ granule }) => granule % 144_000 > 14_400)],
    ['2 s lost every 6 s', stream(90_000).filter(({ granule }) => granule % 288_000 > 96_000)],
    ['silence left out, its pages counted', gated(stream(90_000))],
    ['pages counted in twos', stream(9_000).map((page) => ({ ...page, sequence: (2 * page.sequence) >>> 0 }))],
    ['pages counted in samples', stream(9_000).map((page) => ({ ...page, sequence: page.granule }))],
    ['pages not counted', stream(9_000).map((page) => ({ ...page, sequence: 0 }))],
    ['pages counted down', stream(9_000).map((page) => ({ ...page, sequence: 9_000 - page.sequence }))],
    ['any numbers', stream(9_000).map((page) => ({ ...page, sequence: Math.floor(random() * 2 ** 32) }))],
    [
      'another stream each time',
      stream(9_000).map((page) => ({ ...page, serial: page.sequence, sequence: 2 * page.sequence })),
    ],
    [
      'every second page damaged',
      stream(9_000)
        .filter((_, index) => index % 2 === 0)
        .map((page) => ({ ...page, afterGarbage: true })),
    ],
  ])('%s', (_, pages) => expect(noticedAfter(pages)).toBeUndefined());

  it('a device that left out pages for 3 s', () => {
    expect(
      noticedAfter(stream(3_000).filter((_, index) => index < 1_000 || index > 1_075 || index % 2 === 0)),
    ).toBeUndefined();
  });
});
