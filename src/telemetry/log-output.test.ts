import { describe, expect, it } from 'vitest';
import { ManualClock } from '../core/manual-clock.ts';
import { createLogOn } from './log.ts';
import { LogOutput } from './log-output.ts';

type Done = (error: NodeJS.ErrnoException | null, written: number) => void;

/** A reader that takes what it is told to. */
function reader(maxBytes = 1_000) {
  const clock = new ManualClock();
  const pending: { bytes: Buffer; done: Done }[] = [];
  let got = '';
  const output = new LogOutput(
    (bytes, offset, length, done) => pending.push({ bytes: bytes.subarray(offset, offset + length), done }),
    { clock, maxBytes },
  );
  const next = () => {
    const write = pending.shift();
    if (!write) throw new Error('nothing is being written');
    return write;
  };
  const take = (most = Number.POSITIVE_INFINITY) => {
    const { bytes, done } = next();
    const taken = bytes.subarray(0, most);
    got += taken.toString();
    done(null, taken.length);
  };
  return {
    clock,
    output,
    writing: () => pending.length,
    got: () => got,
    take,
    takeAll: () => {
      while (pending.length > 0) take();
    },
    fail: (code: string) => next().done(Object.assign(new Error(code), { code }), 0),
  };
}

/** Whether a promise has resolved, after what is due has run. */
async function isDone(promise: Promise<void>): Promise<boolean> {
  let done = false;
  void promise.then(() => (done = true));
  await new Promise((resolve) => setImmediate(resolve));
  return done;
}

it('writes lines in order, one write at a time, those that wait together', () => {
  const { output, writing, take, got } = reader();
  for (const line of ['one\n', 'two\n', 'three ✓\n']) output.write(line);
  expect(writing()).toBe(1);
  take();
  expect(got()).toBe('one\n');
  expect(writing()).toBe(1);
  take();
  expect(got()).toBe('one\ntwo\nthree ✓\n');
  expect(writing()).toBe(0);
});

it('goes on amid a line where a write ended', () => {
  const { output, takeAll, take, got, writing } = reader();
  output.write('plain line\n');
  while (writing() > 0) take(3);
  expect(got()).toBe('plain line\n');
  output.write('next\n');
  takeAll();
  expect(got()).toBe('plain line\nnext\n');
});

it.each(['EAGAIN', 'EBUSY'])('tries again in a moment when there is no room (%s), later from try to try', (code) => {
  const { output, fail, clock, writing, takeAll, got } = reader();
  output.write('one\n');
  const waits: (number | undefined)[] = [];
  for (let i = 0; i < 8; i += 1) {
    fail(code);
    expect(writing()).toBe(0);
    waits.push(clock.nextInMs);
    clock.advance(clock.nextInMs ?? 0);
  }
  expect(waits).toEqual([5, 10, 20, 40, 80, 160, 200, 200]);
  takeAll();
  expect(got()).toBe('one\n');
});

it.each(['EPIPE', 'ENOSPC', 'EIO'])(
  'goes on after %s: tries again every second, and loses no line that has room',
  (code) => {
    const { output, fail, clock, takeAll, got } = reader();
    output.write('one\n');
    for (let i = 0; i < 5; i += 1) {
      fail(code);
      expect(clock.nextInMs).toBe(1_000);
      clock.advance(1_000);
    }
    output.write('two\n');
    takeAll();
    expect(got()).toBe('one\ntwo\n');
  },
);

describe('when more comes than may wait', () => {
  it('leaves lines out, counts them, and says how many once there is room, in the place of the gap', () => {
    const { output, takeAll, got } = reader(100);
    const gaps: number[] = [];
    output.onGap = (lines) => {
      gaps.push(lines);
      output.write(`gap of ${lines}\n`);
    };
    const line = (i: number) => `line ${String(i).padStart(4, '0')}\n`;
    for (let i = 0; i < 1_000; i += 1) output.write(line(i));
    expect(gaps).toEqual([]);
    takeAll();
    output.write('back\n');
    takeAll();
    // The first was being written, ten of 10 bytes waited.
    const first = Array.from({ length: 11 }, (_, i) => line(i)).join('');
    expect(got()).toBe(`${first}gap of 989\nback\n`);
    expect(gaps).toEqual([989]);
    expect(output.dropped).toBe(989);
  });

  it('counts bytes, not characters', () => {
    const { output } = reader(100);
    output.write('x\n');
    for (let i = 0; i < 10; i += 1) output.write(`${'✓'.repeat(10)}\n`);
    expect(output.dropped).toBe(7);
  });

  it.each([
    ['info', 'warn'],
    ['error', 'error'],
    ['fatal', 'fatal'],
  ] as const)('the log at level %s has a line about it at %s', (level, as) => {
    const { output, takeAll, got } = reader(500);
    const log = createLogOn(output, level);
    for (let i = 0; i < 100; i += 1) log.fatal('x'.repeat(50));
    const { dropped } = output;
    takeAll();
    const told = got()
      .split('\n')
      .filter((line) => line.includes('log.lines_left_out'));
    expect(told.map((line) => JSON.parse(line))).toMatchObject([
      { level: as, lines: dropped, msg: expect.stringContaining(`${dropped} lines were left out`) },
    ]);
  });
});

describe('flush', () => {
  it('resolves at once when nothing waits', async () => {
    expect(await isDone(reader().output.flush(1_000))).toBe(true);
  });

  it('resolves when the last line is written', async () => {
    const { output, take, takeAll, clock } = reader();
    for (const line of ['one\n', 'two\n']) output.write(line);
    const flushed = output.flush(1_000);
    take();
    expect(await isDone(flushed)).toBe(false);
    takeAll();
    expect(await isDone(flushed)).toBe(true);
    expect(clock.pending).toBe(0);
  });

  it('waits no longer than it is told to', async () => {
    const { output, clock } = reader();
    output.write('one\n');
    const flushed = output.flush(1_000);
    clock.advance(999);
    expect(await isDone(flushed)).toBe(false);
    clock.advance(1);
    expect(await isDone(flushed)).toBe(true);
  });

  it('does not wait for a reader that is gone, but for one that is back', async () => {
    const { output, fail, clock, take } = reader();
    output.write('one\n');
    const flushed = output.flush(60_000);
    fail('EPIPE');
    expect(await isDone(flushed)).toBe(true);
    expect(await isDone(output.flush(60_000))).toBe(true);
    clock.advance(1_000);
    take(1);
    expect(await isDone(output.flush(60_000))).toBe(false);
  });
});
