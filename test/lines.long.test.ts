import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { SimEvent } from '../device-sim/device/events.ts';
import { demoSample } from './support/audio/demo-samples.ts';
import { simDevice, startBackend } from './support/backend.ts';
import { startFaultProxy } from './support/devices/fault-proxy.ts';
import { VirtualTime } from './support/time/virtual-time.ts';

const HELLO = demoSample('00.wav');
const WEATHER = demoSample('06.wav');

/** A line is dead after 25 s without a frame; the promise is that it is known after 26. */
const DEAD_WITHIN_MS = 26_000;

async function proxyTo(port: number, time: VirtualTime) {
  const proxy = await startFaultProxy(port, time.clock);
  onTestFinished(() => proxy.close());
  return proxy;
}

/** A simulated device in a process of its own, so that it can be frozen. */
async function deviceProcess(): Promise<{ readonly port: number; readonly pid: number; readonly lines: string[] }> {
  const main = fileURLToPath(new URL('../dist/device-sim/main.js', import.meta.url));
  const child = spawn(process.execPath, [main, '--port', '0', '--simulated'], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const lines: string[] = [];
  const port = await new Promise<number>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(line);
      const match = /listens on ws:\/\/[^:]+:(\d+)/.exec(line);
      if (match) resolve(Number(match[1]));
    });
  });
  return { port, pid: child.pid as number, lines };
}

describe('a line over a bad network', () => {
  it('carries a conversation through latency, jitter, thin air and pieces of seven bytes', async () => {
    const time = new VirtualTime();
    const device = await simDevice({ name: 'hall', clock: time.clock });
    const proxy = await proxyTo(device.port, time);
    proxy.set({ latencyMs: 60, jitterMs: 120, sliceBytes: 700, bandwidth: 40_000 });
    const { all } = await startBackend([device], { time, entries: { hall: { port: proxy.port } } });
    await time.during(device.waitForConnection());
    await time.during(device.say(HELLO));
    const reply = await time.during(device.waitForReply());
    expect(all('turn.heard')[0]?.text).toBe(HELLO.text);
    expect(reply.audioMs).toBeGreaterThan(500);
    expect(device.violations).toEqual([]);
  });

  it('is dialled again after resets and slow closes, one socket at a time', async () => {
    const time = new VirtualTime();
    const device = await simDevice({ name: 'hall', clock: time.clock });
    const proxy = await proxyTo(device.port, time);
    const { app, all } = await startBackend([device], {
      time,
      entries: { hall: { port: proxy.port, reconnect_delay: 0.1 } },
    });
    for (let round = 1; round <= 4; round++) {
      await time.until(() => expect(device.connections).toBe(round));
      await time.until(() => expect(app.fleet.get('hall')?.state).toBe('ready'));
      proxy.set(round % 2 ? {} : { slowCloseMs: 500 });
      if (round % 2) proxy.reset();
      else device.terminate();
      await time.until(() => expect(app.fleet.get('hall')?.state).not.toBe('ready'));
    }
    await time.until(() => expect(device.connections).toBe(5));
    expect(proxy.open).toBeLessThanOrEqual(2);
    await time.during(device.say(HELLO));
    await time.during(device.waitForReply());
    expect(all('turn.heard').at(-1)?.text).toBe(HELLO.text);
  });

  it('is found dead when everything is swallowed or the device is frozen, and dialled once', async () => {
    const time = new VirtualTime();
    const behindProxy = await simDevice({ name: 'hall', clock: time.clock });
    const proxy = await proxyTo(behindProxy.port, time);
    const frozen = await deviceProcess();
    const backend = await startBackend([behindProxy], {
      time,
      entries: { hall: { port: proxy.port } },
      more: [{ name: 'frozen', host: '127.0.0.1', port: frozen.port }],
    });
    const { app, all } = backend;
    const isReady = (name: string) => app.fleet.get(name)?.state === 'ready';
    await time.until(() => expect(isReady('hall') && isReady('frozen')).toBe(true));
    // Both have answered a ping: the rest is about devices that do.
    await time.until(() => expect(frozen.lines.some((line) => line.includes('connected'))).toBe(true));
    for (const name of ['hall', 'frozen'])
      await time.until(() => expect(app.fleet.get(name)?.lastSeenAt).not.toBeNull());

    const start = time.clock.now();
    proxy.set({ blackhole: true });
    process.kill(frozen.pid, 'SIGSTOP');
    const errorOf = (name: string) => app.fleet.get(name)?.lastError?.code;
    await time.until(() => expect([errorOf('hall'), errorOf('frozen')]).toEqual(['peer_dead', 'peer_dead']));
    expect(time.clock.now() - start).toBeLessThanOrEqual(DEAD_WITHIN_MS);

    // The first dial was before the test listened. The line was not stable yet, so the next waits for its reconnect_delay.
    const attempts = () => all('device.attempt').filter(({ device }) => device === 'frozen').length;
    await time.until(() => expect(attempts()).toBe(1));
    process.kill(frozen.pid, 'SIGCONT');
    proxy.set({});
    await time.until(() => expect(isReady('frozen') && isReady('hall')).toBe(true));
    expect(attempts()).toBe(1);
  });
});

describe('going down', () => {
  it('lets the sentence in progress end for two seconds at most, then says 1001', async () => {
    const time = new VirtualTime();
    const gone: SimEvent[] = [];
    const device = await simDevice({
      name: 'hall',
      clock: time.clock,
      onEvent: (event) => {
        if (event.type === 'disconnected') gone.push(event);
      },
    });
    const { all, close } = await startBackend([device], { time });
    await time.during(device.waitForConnection());
    await time.during(device.say(WEATHER));
    await time.until(() => expect(all('turn.speaking')).toHaveLength(1));
    const start = time.clock.now();
    const reply = device.waitForReply();
    await close();
    await time.until(() => expect(device.openSockets).toBe(0));
    expect((await reply).audioMs).toBeGreaterThan(500);
    expect(gone).toMatchObject([{ code: 1001 }]);
    expect((gone[0]?.at ?? 0) - start).toBeLessThan(2_500);
    expect(device.violations).toEqual([]);
  });
});
