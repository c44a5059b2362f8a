import { execFileSync, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startBackend } from './support/backend.ts';
import { needs } from './support/needs.ts';
import { VirtualTime } from './support/time/virtual-time.ts';

const NETNS = `dialtone-${process.pid}`;
const OURS = `dt${process.pid % 100_000}a`;
const THEIRS = `dt${process.pid % 100_000}b`;
// A network of its own for every process: two runs may be under way at once.
const NETWORK = `10.${200 + ((process.pid >> 14) % 50)}.${(process.pid >> 6) % 256}.`;
const BACKEND_ADDRESS = NETWORK + ((process.pid % 64) * 4 + 1);
const DEVICE_ADDRESS = NETWORK + ((process.pid % 64) * 4 + 2);

function ip(...args: readonly string[]): void {
  execFileSync('ip', args, { stdio: 'ignore' });
}

function inside(...args: readonly string[]): void {
  ip('netns', 'exec', NETNS, 'ip', ...args);
}

/** Whether this machine lets us make network namespaces (iproute2, and the right to). */
function mayMakeNamespaces(): boolean {
  try {
    ip('netns', 'add', `${NETNS}-try`);
    ip('netns', 'del', `${NETNS}-try`);
    return true;
  } catch {
    return false;
  }
}

/** Another host on a wire of its own. */
function makeHost(): void {
  ip('netns', 'add', NETNS);
  onTestFinished(() => ip('netns', 'del', NETNS));
  ip('link', 'add', OURS, 'type', 'veth', 'peer', 'name', THEIRS);
  ip('link', 'set', THEIRS, 'netns', NETNS);
  ip('addr', 'add', `${BACKEND_ADDRESS}/30`, 'dev', OURS);
  ip('link', 'set', OURS, 'up');
  inside('addr', 'add', `${DEVICE_ADDRESS}/30`, 'dev', THEIRS);
  inside('link', 'set', THEIRS, 'up');
  inside('link', 'set', 'lo', 'up');
}

/** A simulated device on that host; its port. */
function deviceThere(): Promise<number> {
  const main = fileURLToPath(new URL('../dist/device-sim/main.js', import.meta.url));
  const command = [
    'netns',
    'exec',
    NETNS,
    process.execPath,
    main,
    '--host',
    DEVICE_ADDRESS,
    '--port',
    '0',
    '--simulated',
  ];
  const child = spawn('ip', command, { stdio: ['ignore', 'pipe', 'inherit'] });
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

describe.skipIf(!needs(mayMakeNamespaces(), 'ip netns add', 'a half-open line'))(
  'a half-open line (skipped where "ip netns add" is not there or not allowed)',
  () => {
    it('is found dead within 26 s when packets vanish, and is up again when they pass', async () => {
      makeHost();
      const port = await deviceThere();
      const more = [{ name: 'far', host: DEVICE_ADDRESS, port, reconnect_delay: 1 }];
      const time = new VirtualTime();
      const { app } = await startBackend([], { time, more });
      const far = () => app.fleet.get('far');
      await time.until(() => expect(far()?.state).toBe('ready'));
      await time.until(() => expect(far()?.rttMs).not.toBeNull());

      // What the device sends does not arrive any more; neither side's kernel says a word of it.
      const start = time.clock.now();
      inside('route', 'add', 'blackhole', `${BACKEND_ADDRESS}/32`);
      await time.until(() => expect(far()?.lastError?.code).toBe('peer_dead'));
      expect(time.clock.now() - start).toBeLessThanOrEqual(26_000);

      inside('route', 'del', 'blackhole', `${BACKEND_ADDRESS}/32`);
      await time.until(() => expect(far()?.state).toBe('ready'));
      expect(far()?.connections).toBe(2);
    });
  },
);
