import { expect, it } from 'vitest';
import { SilentFormat } from './silent-format.ts';

/** What messages of one size tell that come at these times. */
function formatOf(bytes: number, timesMs: readonly number[]) {
  const silent = new SilentFormat();
  for (const at of timesMs) silent.add(bytes, at);
  return silent.format;
}

const every = (ms: number, count = 8) => Array.from({ length: count }, (_, index) => index * ms);

it.each([
  ['80 ms of s16', 3_840, every(80), 'pcm16'],
  ['80 ms of f32', 7_680, every(80), 'pcmf32'],
  ['20 ms of s16', 960, every(20), 'pcm16'],
  ['20 ms of f32', 1_920, every(20), 'pcmf32'],
  ['a little jitter', 3_840, [0, 75, 165, 240, 310, 405], 'pcm16'],
  ['too few', 3_840, every(80, 5), undefined],
  ['all at once', 3_840, every(0), undefined],
  ['a burst first', 3_840, [0, 1, 2, 3, 80, 160], undefined],
  ['a stall amid it', 3_840, [0, 80, 160, 460, 461, 480], undefined],
  ['another rate', 3_840, every(120), undefined],
] as const)('%s', (_, bytes, times, format) => {
  expect(formatOf(bytes, times)).toBe(format);
});

it('forgets a burst once it is over', () => {
  expect(formatOf(3_840, [0, 1, 2, 3, ...every(80, 10).map((ms) => ms + 80)])).toBe('pcm16');
});
