import { execFileSync, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const NETNS = `dialtone-${process.pid}`;
const OURS = `dt${process.pid % 100_000}a`;
const THEIRS = `dt${process.pid % 100_000}b`;
// A network of its own for every process: two runs may be under way at once.
const NETWORK = `10.${200 + ((process.pid >> 14) % 50)}.${(process.pid >> 6) % 256}.`;
/** Our address on the wire to the other host. */
export const BACKEND_ADDRESS: string = NETWORK + ((process.pid % 64) * 4 + 1);

/** Address of the device on the other host. */
export const DEVICE_ADDRESS: string = NETWORK + ((process.pid % 64) * 4 + 2);

function ip(...args: readonly string[]): void {
  execFileSync('ip', args, { stdio: 'ignore' });
}

/** Runs `ip` on the other host. */
export function inside(...args: readonly string[]): void {
  ip('netns', 'exec', NETNS, 'ip', ...args);
}

/** Whether this machine lets us make network namespaces (iproute2, and the right to). */
export function mayMakeNamespaces(): boolean {
  try {
    ip('netns', 'add', `${NETNS}-try`);
    ip('netns', 'del', `${NETNS}-try`);
    return true;
  } catch {
    return false;
  }
}

/** Another host on a wire of its own, for the length of a test. */
export function makeHost(): void {
  ip('netns', 'add', NETNS);
  onTestFinished(() => ip('netns', 'del', NETNS));
  ip('link', 'add', OURS, 'type', 'veth', 'peer', 'name', THEIRS);
  // Without it the wire lives until the last program there has ended, and the next test cannot lay its own.
  onTestFinished(() => ip('link', 'del', OURS));
  ip('link', 'set', THEIRS, 'netns', NETNS);
  ip('addr', 'add', `${BACKEND_ADDRESS}/30`, 'dev', OURS);
  ip('link', 'set', OURS, 'up');
  inside('addr', 'add', `${DEVICE_ADDRESS}/30`, 'dev', THEIRS);
  inside('link', 'set', THEIRS, 'up');
  inside('link', 'set', 'lo', 'up');
}

/** A simulated device on that host, on any free port. @returns its port */
export function deviceThere(...more: readonly string[]): Promise<number> {
  const main = fileURLToPath(new URL('../../dist/device-sim/main.js', import.meta.url));
  const where = ['netns', 'exec', NETNS, process.execPath, main, '--host', DEVICE_ADDRESS];
  const child = spawn('ip', [...where, '--simulated', '--port', '0', ...more], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return new Promise((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const match = /listens on ws:\/\/[^:]+:(\d+)/.exec(line);
      if (match) resolve(Number(match[1]));
    });
  });
}
