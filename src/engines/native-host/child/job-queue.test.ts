import { expect, test } from 'vitest';
import { JobQueue } from './job-queue.ts';

function job(done: string[], name: string): { run: () => Promise<void>; finish: () => void } {
  let finish = () => {};
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const run = async () => {
    done.push(`${name} begins`);
    await finished;
    done.push(`${name} ends`);
  };
  return { run, finish };
}

test('one at a time, in order; one too many is refused, one that was dropped never begins', async () => {
  const done: string[] = [];
  const queue = new JobQueue({ maxWaiting: 2 });
  const [first, second, third] = [job(done, 'first'), job(done, 'second'), job(done, 'third')];
  expect([queue.add(1, first.run), queue.add(2, second.run), queue.add(3, third.run)]).toEqual([true, true, true]);
  expect(queue.add(4, second.run)).toBe(false);
  queue.drop(2);
  first.finish();
  await expect.poll(() => done).toEqual(['first begins', 'first ends', 'third begins']);
  third.finish();
  await expect.poll(() => done).toContain('third ends');
  expect(queue.add(5, async () => void done.push('fifth'))).toBe(true);
  await expect.poll(() => done).toContain('fifth');
});

test('a job that runs and is not wanted gives its place away, but only so many linger', async () => {
  const done: string[] = [];
  const queue = new JobQueue({ maxWaiting: 1, mayLinger: 1 });
  const [first, second, third] = [job(done, 'first'), job(done, 'second'), job(done, 'third')];
  queue.add(1, first.run);
  queue.drop(1);
  expect(queue.add(2, second.run)).toBe(true);
  expect(done).toEqual(['first begins', 'second begins']);
  queue.drop(2);
  expect(queue.add(3, third.run)).toBe(true);
  expect(queue.add(4, third.run)).toBe(false);
  expect(done).toHaveLength(2);
  second.finish();
  await expect.poll(() => done).toEqual(['first begins', 'second begins', 'second ends', 'third begins']);
  first.finish();
  third.finish();
  await expect.poll(() => done).toContain('third ends');
});

test('where none may linger the next job waits for the end of one that is not wanted', async () => {
  const done: string[] = [];
  const queue = new JobQueue({ maxWaiting: 1 });
  const [first, second] = [job(done, 'first'), job(done, 'second')];
  queue.add(1, first.run);
  queue.drop(1);
  queue.add(2, second.run);
  expect(done).toEqual(['first begins']);
  first.finish();
  await expect.poll(() => done).toEqual(['first begins', 'first ends', 'second begins']);
});
