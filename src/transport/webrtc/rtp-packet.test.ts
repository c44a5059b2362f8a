import { expect, it } from 'vitest';
import { readRtp, writeRtp } from './rtp-packet.ts';

it('a packet that was written is read back', () => {
  const packet = {
    sequence: 65_535,
    timestamp: 0xffff_fff0,
    ssrc: 0xdead_beef,
    marker: true,
    payload: Buffer.from([1, 2, 3]),
  };
  expect(readRtp(writeRtp(packet))).toEqual(packet);
  expect(readRtp(writeRtp({ ...packet, marker: false, payload: Buffer.alloc(0) }))).toMatchObject({ marker: false });
});

it('reads nothing else', () => {
  expect(readRtp(new Uint8Array(11))).toBeUndefined();
  expect(readRtp(new Uint8Array(40))).toBeUndefined();
  // With sources, an extension or padding: a link hands on none of them.
  for (const first of [0x81, 0x90, 0xa0, 0xc0]) expect(readRtp(new Uint8Array(40).fill(first))).toBeUndefined();
});
