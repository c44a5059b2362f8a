import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkOpusPacket, MAX_OPUS_PACKET_BYTES } from './opus-packet.ts';

/** Table-of-contents byte: configuration, stereo, frame count code. */
function toc(config: number, code: number, stereo = 0): number {
  return (config << 3) | (stereo << 2) | code;
}

function packet(head: readonly number[], bodyBytes = 0): Uint8Array {
  return Uint8Array.from([...head, ...new Array<number>(bodyBytes).fill(0x55)]);
}

function durationMs(bytes: Uint8Array): number | string {
  const check = checkOpusPacket(bytes);
  return check.ok ? check.durationMs : check.reason;
}

// RFC 6716 §3.1, table 2
const FRAME_MS = [
  ...[10, 20, 40, 60, 10, 20, 40, 60, 10, 20, 40, 60],
  ...[10, 20, 10, 20],
  ...[2.5, 5, 10, 20, 2.5, 5, 10, 20, 2.5, 5, 10, 20, 2.5, 5, 10, 20],
];

test('every configuration has its frame length', () => {
  for (const [config, frameMs] of FRAME_MS.entries()) {
    expect(durationMs(packet([toc(config, 0)], 30))).toBe(frameMs);
    expect(durationMs(packet([toc(config, 0, 1)], 30))).toBe(frameMs);
    expect(durationMs(packet([toc(config, 1)], 30))).toBe(2 * frameMs);
    expect(durationMs(packet([toc(config, 2), 10], 30))).toBe(2 * frameMs);
    const most = Math.floor(120 / frameMs);
    expect(durationMs(packet([toc(config, 3), most], most))).toBe(most * frameMs);
    expect(durationMs(packet([toc(config, 3), most + 1], most + 1))).toMatch('longer than 120 ms');
  }
});

test.each<[string, Uint8Array]>([
  ['no bytes', packet([])],
  ['a frame of 1,276 bytes', packet([toc(1, 0)], 1276)],
  ['256 KB', packet([toc(1, 0)], 262_144)],
  ['code 1, frames of 1,276 bytes', packet([toc(1, 1)], 2 * 1276)],
  ['code 2, the second frame of 1,276 bytes', packet([toc(1, 2), 10], 10 + 1276)],
  ['code 3, frames of 1,276 bytes', packet([toc(1, 3), 3], 3 * 1276)],
  ['code 3, own lengths, the last of 1,276 bytes', packet([toc(1, 3), 0x82, 10], 10 + 1276)],
  [
    'code 3, padded to more than any packet has',
    packet([toc(1, 3), 0x41, ...new Array(241).fill(255), 0], 241 * 254 + 10),
  ],
  ['code 1, uneven', packet([toc(1, 1)], 31)],
  ['code 2, no length', packet([toc(1, 2)])],
  ['code 2, half a length', packet([toc(1, 2), 252])],
  ['code 2, frame cut', packet([toc(1, 2), 31], 30)],
  ['code 3, no count', packet([toc(1, 3)])],
  ['code 3, no frames', packet([toc(1, 3), 0], 30)],
  ['code 3, 120 ms × 6', packet([toc(3, 3), 12], 60)],
  ['code 3, uneven', packet([toc(1, 3), 3], 31)],
  ['code 3, padding longer than the packet', packet([toc(1, 3), 0x41, 40], 30)],
  ['code 3, padding that never ends', packet([toc(1, 3), 0x41, 255, 255, 255], 10)],
  ['code 3, padding without a length', packet([toc(1, 3), 0x41])],
  ['code 3, lengths cut', packet([toc(1, 3), 0x83, 1])],
  ['code 3, frame cut', packet([toc(1, 3), 0x82, 40], 30)],
])('%s is refused', (_, bytes) => {
  expect(checkOpusPacket(bytes).ok).toBe(false);
});

test.each<[string, Uint8Array, number]>([
  ['a packet of silence, one byte', packet([toc(1, 0)]), 20],
  ['a frame of 1,275 bytes', packet([toc(1, 0)], 1275), 20],
  ['code 1, frames of 1,275 bytes', packet([toc(1, 1)], 2 * 1275), 40],
  ['code 2, frames of 1,275 bytes', packet([toc(1, 2), 255, 255], 2 * 1275), 40],
  ['code 3, six frames of 1,275 bytes', packet([toc(1, 3), 6], 6 * 1275), 120],
  ['code 3, 48 frames of 1,275 bytes', packet([toc(16, 3), 48], 48 * 1275), 120],
  ['code 3, own lengths, 1,275 bytes each', packet([toc(1, 3), 0x83, 255, 255, 255, 255], 3 * 1275), 60],
  ['code 2 with a two-byte length', packet([toc(1, 2), 253, 10], 293), 40],
  ['code 2 with an empty first frame', packet([toc(1, 2), 0], 5), 40],
  ['code 3, three frames', packet([toc(1, 3), 3], 30), 60],
  ['code 3, own lengths', packet([toc(1, 3), 0x83, 5, 7], 20), 60],
  ['code 3, padded', packet([toc(1, 3), 0x43, 5], 35), 60],
  ['code 3, padded with 254 + 20 bytes', packet([toc(1, 3), 0x41, 255, 20], 274), 20],
])('%s is fine', (_, bytes, ms) => {
  expect(durationMs(bytes)).toBe(ms);
});

test('it never throws, and what it accepts is in bounds', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 6_000 }), (bytes) => {
      const check = checkOpusPacket(bytes);
      if (check.ok) {
        expect(bytes.length).toBeLessThanOrEqual(MAX_OPUS_PACKET_BYTES);
        expect(check.durationMs).toBeGreaterThanOrEqual(2.5);
        expect(check.durationMs).toBeLessThanOrEqual(120);
      } else {
        expect(check.reason.length).toBeGreaterThan(0);
      }
    }),
    { numRuns: 5000 },
  );
});
