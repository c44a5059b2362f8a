import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Clock, systemClock, type Timer } from '#src/core/clock';
import { VirtualTime } from '../../test/support/time/virtual-time.ts';
import { RawBackend } from '../testing/raw-backend.ts';
import type { SimEvent } from './events.ts';
import { type SimDevice, type SimDeviceOptions, startSimDevice } from './sim-device.ts';

let time: VirtualTime;
let device: SimDevice;
const start = async (options: SimDeviceOptions = {}): Promise<SimDevice> => {
  device = await startSimDevice({ clock: time.clock, ...options });
  return device;
};
beforeEach(() => {
  time = new VirtualTime();
});
afterEach(() => device.stop());

describe('life of a device', () => {
  it('comes back on the same port after a restart, with a fresh codec', async () => {
    await start();
    const { port, url } = device;
    const first = await RawBackend.dial(url);
    await time.until(() => first.texts.length >= 1);
    await device.restart();
    expect(await first.closed()).toBe(1001);
    expect(device.port).toBe(port);
    const second = await RawBackend.dial(url);
    await time.until(() => second.texts.length >= 1);
    expect(second.appended()[0]?.[5]).toBe(2);
    await second.close();
    expect(device.connections).toBe(2);
  });

  it('is gone while it is stopped', async () => {
    await start();
    await device.stop();
    await expect(RawBackend.dial(device.url)).rejects.toThrow('ECONNREFUSED');
    await expect(device.say({ text: 'hello' })).rejects.toMatchObject({ code: 'stopped' });
  });

  it('says plainly that a port is in use', async () => {
    await start();
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const address = other.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    await expect(startSimDevice({ port })).rejects.toMatchObject({ code: 'port_in_use' });
    other.close();
  });

  it('drops connections with a close frame or without', async () => {
    await start();
    const polite = await RawBackend.dial(device.url);
    device.dropConnection(1012, 'update');
    expect(await polite.closed()).toBe(1012);
    const rude = await RawBackend.dial(device.url);
    device.terminate();
    expect(await rude.closed()).toBe(1006);
    await time.until(() => device.openSockets === 0);
  });

  it('hangs: no pong, no audio, no handshake; and goes on', async () => {
    await start();
    const backend = await RawBackend.dial(device.url);
    let pongs = 0;
    backend.socket.on('pong', () => pongs++);
    backend.socket.ping();
    await time.until(() => pongs === 1 && backend.texts.length > 0);
    expect(device.pings).toBe(1);
    device.freeze();
    await time.pass(20);
    const before = backend.texts.length;
    backend.socket.ping();
    const late = RawBackend.dial(device.url).catch((error: Error) => error.message);
    await time.pass(300);
    expect([pongs, backend.texts.length, device.openSockets]).toEqual([1, before, 1]);
    device.thaw();
    await time.until(() => pongs === 2 && backend.texts.length > before);
    expect(await late).toBe('socket hang up');
    await backend.close();
  });

  it('leaves a frozen device stopped in good order', async () => {
    await start();
    const backend = await RawBackend.dial(device.url);
    device.freeze();
    await device.stop();
    expect(await backend.closed()).toBe(1006);
  });

  it('pings, and gives up on a backend that does not answer', async () => {
    await start({ keepAlive: { pingEveryMs: 50, pongTimeoutMs: 100 } });
    const backend = await RawBackend.dial(device.url);
    await time.pass(400);
    expect(device.openSockets).toBe(1);
    backend.socket.pause();
    await time.until(() => device.openSockets === 0);
    backend.socket.terminate();
  });

  it('can ignore pings', async () => {
    await start({ answerPings: false });
    const backend = await RawBackend.dial(device.url);
    let pongs = 0;
    backend.socket.on('pong', () => pongs++);
    backend.socket.ping();
    await time.until(() => device.pings === 1);
    await time.pass(50);
    expect(pongs).toBe(0);
    await backend.close();
  });

  it('serves many backends, or the newest', async () => {
    await start();
    const both = [await RawBackend.dial(device.url), await RawBackend.dial(device.url)];
    await time.until(() => both.every(({ texts }) => texts.length >= 2));
    expect(device.maxOpenSockets).toBe(2);
    for (const backend of both) await backend.close();
    await device.stop();
    await start({ clients: 'newest' });
    const old = await RawBackend.dial(device.url);
    const young = await RawBackend.dial(device.url);
    expect(await old.closed()).toBe(1000);
    await time.until(() => device.openSockets === 1);
    await young.close();
  });

  it('compresses only when asked to', async () => {
    await start({ compression: true });
    const backend = await RawBackend.dial(device.url);
    expect(backend.socket.extensions).toContain('permessage-deflate');
    await backend.close();
  });

  it('says what came when no answer does', async () => {
    await start();
    const backend = await RawBackend.dial(device.url);
    backend.event('session.update');
    await time.until(() => device.messages.length === 1);
    await expect(time.during(device.waitForReply({ timeoutMs: 50 }))).rejects.toThrow(
      'no answer came; messages since the last answer: 1 x session.update (waited 50 ms)',
    );
    await expect(time.during(device.waitForMessage('x', { timeoutMs: 20 }))).rejects.toMatchObject({ code: 'timeout' });
    await backend.close();
  });

  it('tells what happens', async () => {
    const events: SimEvent[] = [];
    await start({ name: 'hall', onEvent: (event) => events.push(event) });
    const waiting = device.waitForConnection();
    const backend = await RawBackend.dial(device.url);
    await waiting;
    await time.during(device.say({ name: 'short', sampleRate: 16_000, samples: new Int16Array(1600) }));
    backend.event('session.update');
    backend.event('error', { error: { type: 'warning', message: 'slow' } });
    backend.event('response.audio.done');
    await time.during(device.waitForReply());
    await backend.close();
    await time.until(() => device.openSockets === 0);
    expect(events.map(({ type }) => type)).toEqual([
      'connected',
      'saying',
      'said',
      'notice',
      'reply_ended',
      'disconnected',
    ]);
    expect(events[0]).toMatchObject({ device: 'hall', path: '/realtime', subprotocol: 'realtime' });
  });

  it('costs no timer while it is idle and its microphone sends nothing', async () => {
    const timers = new Set<Timer>();
    const clock: Clock = {
      ...systemClock,
      setTimer: (run, delayMs) => {
        const timer = systemClock.setTimer(() => {
          timers.delete(timer);
          run();
        }, delayMs);
        timers.add(timer);
        return timer;
      },
      clearTimer: (timer) => {
        if (timer) timers.delete(timer);
        systemClock.clearTimer(timer);
      },
    };
    await start({ clock, microphone: 'nothing', keepAlive: null });
    const backend = await RawBackend.dial(device.url);
    expect(timers.size).toBe(0);
    await device.say({ name: 'short', sampleRate: 16_000, samples: new Int16Array(1600) });
    expect(timers.size).toBe(0);
    await backend.close();
  });
});
