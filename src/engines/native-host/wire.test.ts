import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type FrameSink, FrameWriter } from './frame-writer.ts';
import { FRAME_HEADER_BYTES, FrameParser, MAX_PAYLOAD_BYTES } from './wire.ts';

interface Frame {
  readonly type: number;
  readonly stream: number;
  readonly payload: number[];
}

class Pipe implements FrameSink {
  readonly writes: Uint8Array[] = [];
  writableLength = 0;
  write(bytes: Uint8Array): void {
    this.writes.push(bytes);
  }
  cork(): void {}
  uncork(): void {}
}

function parse(pieces: readonly Buffer[]): Frame[] {
  const parser = new FrameParser();
  const frames: Frame[] = [];
  for (const piece of pieces) {
    parser.push(piece, (type, stream, payload) => frames.push({ type, stream, payload: [...payload] }));
  }
  return frames;
}

const frame = fc.record({
  type: fc.integer({ min: 0, max: 255 }),
  stream: fc.integer({ min: 0, max: 0xffff_ffff }),
  payload: fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 80 }),
});

test('frames come out as they went in, however they are split', () => {
  fc.assert(
    fc.property(fc.array(frame), fc.array(fc.integer({ min: 1, max: 60 })), (frames, cuts) => {
      const pipe = new Pipe();
      const writer = new FrameWriter();
      for (const { type, stream, payload } of frames) writer.write(type, stream, Uint8Array.from(payload));
      writer.attach(pipe);
      let rest = Buffer.concat(pipe.writes);
      const pieces: Buffer[] = [];
      for (const cut of cuts) {
        pieces.push(rest.subarray(0, cut));
        rest = rest.subarray(cut);
      }
      expect(parse([...pieces, rest])).toEqual(frames);
    }),
  );
});

test('one turn of the event loop is one write, and what was written is not written over', async () => {
  const pipe = new Pipe();
  const writer = new FrameWriter();
  writer.attach(pipe);
  const payload = new Uint8Array(640);
  for (let turn = 0; turn < 5; turn++) {
    for (let index = 0; index < 40; index++) writer.write(2, index, payload.fill(turn));
    expect(writer.backlog).toBe(40 * (FRAME_HEADER_BYTES + 640));
    await new Promise((resolve) => setImmediate(resolve));
    expect(writer.backlog).toBe(0);
  }
  // 26 KB a turn in chunks of 64 KB: a turn that crosses into the next chunk needs two.
  expect(pipe.writes.length).toBeLessThanOrEqual(8);
  const frames = parse(pipe.writes.map((bytes) => Buffer.from(bytes)));
  expect(frames).toHaveLength(200);
  for (const [index, { payload }] of frames.entries()) {
    expect(new Set(payload)).toEqual(new Set([Math.floor(index / 40)]));
  }
});

test('the backlog counts what waits for a pipe and what waits in it', () => {
  const writer = new FrameWriter();
  writer.write(1, 1);
  writer.write(2, 1, new Uint8Array(100_000));
  expect(writer.backlog).toBe(2 * FRAME_HEADER_BYTES + 100_000);
  const pipe = new Pipe();
  pipe.writableLength = 7;
  writer.attach(pipe);
  expect(writer.backlog).toBe(7);
  expect(parse(pipe.writes.map((bytes) => Buffer.from(bytes))).map(({ payload }) => payload.length)).toEqual([
    0, 100_000,
  ]);
});

test('a length that no frame has is refused', () => {
  const bytes = Buffer.alloc(FRAME_HEADER_BYTES);
  bytes.writeUInt32LE(MAX_PAYLOAD_BYTES + 1);
  expect(() => parse([bytes])).toThrow(RangeError);
});
