import { inflateSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { tone } from '#src/audio/pcm';
import { encodePng } from './png.ts';
import { waveformPng } from './waveform-picture.ts';

/** The chunks of a PNG file. */
function chunks(png: Uint8Array): Map<string, Buffer> {
  const bytes = Buffer.from(png);
  const found = new Map<string, Buffer>();
  for (let at = 8; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    found.set(bytes.toString('latin1', at + 4, at + 8), bytes.subarray(at + 8, at + 8 + length));
    at += length + 12;
  }
  return found;
}

it('writes PNG as the standard has it', () => {
  const png = encodePng({
    width: 2,
    height: 1,
    pixels: Uint8Array.of(0, 1),
    palette: [
      [0, 0, 0],
      [255, 0, 0],
    ],
  });
  expect(Buffer.from(png.subarray(0, 8)).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
  // The last 12 bytes of every PNG file, with the checksum that the standard itself shows.
  expect(Buffer.from(png.subarray(-12)).toString('hex')).toBe('0000000049454e44ae426082');
  expect([...inflateSync(chunks(png).get('IDAT') ?? Buffer.alloc(0))]).toEqual([0, 0, 1]);
});

it('draws the user above, the device below, and the time between them', () => {
  const sampleRate = 16_000;
  const second = tone({ hz: 200, ms: 1_000, sampleRate, amplitude: 0.8 });
  const [mic, speaker] = [new Int16Array(sampleRate * 4), new Int16Array(sampleRate * 4)];
  mic.set(second, 0);
  speaker.set(second, 2 * sampleRate);
  const parts = chunks(waveformPng({ mic, speaker, sampleRate }));
  const header = parts.get('IHDR') ?? Buffer.alloc(8);
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const rows = inflateSync(parts.get('IDAT') ?? Buffer.alloc(0));
  const pixel = (second: number, lane: number): number =>
    rows[Math.round(lane * (height - 24)) * (width + 1) + 1 + Math.round((second / 4) * width)] ?? -1;
  const [white, blue, red, yellow] = [0, 1, 2, 3];
  // An eighth of the height off the middle of each lane: only sound reaches there.
  const columns = [0.5, 1.5, 2.5, 3.5];
  expect(columns.map((column) => pixel(column, 0.17))).toEqual([blue, yellow, white, white]);
  expect(columns.map((column) => pixel(column, 0.67))).toEqual([white, yellow, red, white]);
});
