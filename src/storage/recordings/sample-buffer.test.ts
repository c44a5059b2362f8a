import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MemoryBudget, SampleBuffer } from './sample-buffer.ts';

const RATE = 100;

function joined(buffer: SampleBuffer): number[] {
  return buffer.pieces.flatMap((piece) => [...piece]);
}

it('keeps what it was given, whatever the pieces, up to its end', () => {
  fc.assert(
    fc.property(fc.array(fc.int16Array({ maxLength: 350 }), { maxLength: 10 }), (pieces) => {
      const memory = new MemoryBudget(10_000);
      const buffer = new SampleBuffer(RATE, 5, memory);
      for (const piece of pieces) buffer.push(piece);
      const all = pieces.flatMap((piece) => [...piece]);
      expect(joined(buffer)).toEqual(all.slice(0, 5 * RATE));
      expect(buffer.length).toBe(Math.min(all.length, 5 * RATE));
      expect(buffer.ms + buffer.droppedMs).toBeCloseTo(all.length * 10);
      buffer.free();
      expect(memory.free).toBe(10_000);
      expect(buffer.length).toBe(0);
    }),
    { numRuns: 300 },
  );
});

it('copies: the caller may use its frame again', () => {
  const buffer = new SampleBuffer(RATE, 5, new MemoryBudget(1_000));
  const frame = Int16Array.of(1, 2);
  buffer.push(frame);
  frame.fill(9);
  buffer.push(frame);
  expect(joined(buffer)).toEqual([1, 2, 9, 9]);
});

it('stops when the memory is used up, and does not go on behind the gap', () => {
  const memory = new MemoryBudget(2 * RATE * 2);
  const other = new SampleBuffer(RATE, 5, memory);
  const buffer = new SampleBuffer(RATE, 5, memory);
  other.push(new Int16Array(1));
  buffer.push(new Int16Array(250).fill(7));
  expect([buffer.length, buffer.droppedMs, memory.free]).toEqual([100, 1_500, 0]);
  other.free();
  buffer.push(new Int16Array(10));
  expect([buffer.length, buffer.droppedMs, memory.free]).toEqual([100, 1_600, 200]);
  buffer.free();
  expect(memory.free).toBe(400);
});
