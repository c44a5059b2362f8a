import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const main = fileURLToPath(new URL('soak-inbound.mjs', import.meta.url));

it('nothing is left in the backend of devices that dialled in, talked, and dialled again', async () => {
  // No minutes: until each of them has come back.
  const args = [main, '--devices', '10', '--minutes', '0', '--json'];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const { figures } = JSON.parse(stdout) as { figures: { figure: string; value: number; pass: boolean | null }[] };
  const figureOf = (name: string) => figures.find(({ figure }) => figure === name)?.value;
  expect(figures.filter(({ pass }) => pass === false)).toEqual([]);
  expect(figureOf('links')).toBeGreaterThanOrEqual(20);
  expect(figureOf('turns answered')).toBeGreaterThan(0);
  expect(figureOf('sockets while they talk')).toBeGreaterThan(0);
  expect(figureOf('sockets left')).toBe(0);
  expect(figureOf('timers left')).toBe(0);
});
