import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { onceNpmIsGone } from './npm-gone.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

it('a program that npm has started is told once that npm is gone', () => {
  const gone = vi.fn();
  const process = { env: { npm_lifecycle_event: 'start' }, ppid: 100 };
  onceNpmIsGone(gone, process);
  vi.advanceTimersByTime(60_000);
  expect(gone).not.toHaveBeenCalled();
  process.ppid = 1;
  vi.advanceTimersByTime(60_000);
  expect(gone).toHaveBeenCalledOnce();
});

it('a program that was started by anything else outlives it', () => {
  onceNpmIsGone(vi.fn(), { env: {}, ppid: 100 });
  expect(vi.getTimerCount()).toBe(0);
});
