import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dice } from '../../test/support/time/dice.ts';
import { VirtualTime } from '../../test/support/time/virtual-time.ts';
import type { SimEvent } from '../device/events.ts';
import { type SimDevice, type SimDeviceOptions, startSimDevice } from '../device/sim-device.ts';
import { RawBackend } from '../testing/raw-backend.ts';
import type { Faults } from './faults.ts';

let time: VirtualTime;
let device: SimDevice;
let events: SimEvent[];

const start = async (faults: Faults, options: SimDeviceOptions = {}): Promise<SimDevice> => {
  const onEvent = (event: SimEvent) => events.push(event);
  device = await startSimDevice({ clock: time.clock, random: dice(), faults, onEvent, ...options });
  return device;
};
const told = (): string[] => events.flatMap((event) => (event.type === 'fault' ? [event.text] : []));

beforeEach(() => {
  time = new VirtualTime();
  events = [];
});
afterEach(() => device.stop());

describe('a device that misbehaves', () => {
  it('reboots: the link ends without a close frame, the port is closed for a while, and again', async () => {
    await start({ reboot: { everyMs: 2_000, forMs: 1_000 } });
    const { url, port } = device;
    const backend = await RawBackend.dial(url);
    await time.pass(2_010);
    expect(await backend.closed()).toBe(1006);
    await time.until(() => device.openSockets === 0);
    await expect(RawBackend.dial(url)).rejects.toThrow('ECONNREFUSED');
    await time.until(() => told().length === 2);
    expect(told()).toEqual(['reboots', 'is back after its reboot']);
    expect(device.port).toBe(port);
    const again = await RawBackend.dial(url);
    await time.until(() => told().length === 3);
    expect(await again.closed()).toBe(1006);
    expect(device.health().counters).toMatchObject({ connections: 2, connection_failures: 2 });
  });

  it('sleeps: it says goodbye', async () => {
    await start({ sleep: { everyMs: 1_000, forMs: 1_000 } });
    const backend = await RawBackend.dial(device.url);
    await time.pass(1_010);
    expect(await backend.closed()).toBe(1001);
    await time.until(() => told().at(-1) === 'is awake');
    await (await RawBackend.dial(device.url)).close();
  });

  it('loses its Wi-Fi: nothing passes, then everything at once', async () => {
    await start({ gap: { everyMs: 1_000, forMs: 1_600 } });
    const backend = await RawBackend.dial(device.url);
    await time.until(() => told().length === 1);
    await time.pass(50);
    const before = backend.texts.length;
    await time.pass(1_000);
    expect(backend.texts.length).toBe(before);
    await time.until(() => told().length === 2);
    await time.until(() => backend.texts.length >= before + 1_600 / 80);
    expect(device.health().counters.mic_frames_dropped).toBe(0);
    await backend.close();
  });

  it('hangs for a while', async () => {
    await start({ freeze: { everyMs: 500, forMs: 500 } });
    const backend = await RawBackend.dial(device.url);
    await time.until(() => told().length === 1);
    await time.pass(50);
    const before = backend.texts.length;
    await time.pass(300);
    expect(backend.texts.length).toBe(before);
    await time.until(() => told().length === 2);
    await time.until(() => backend.texts.length > before);
    await backend.close();
  });

  it('forgets its link: the socket stays open in silence, and another link is served', async () => {
    await start({ halfOpenEveryMs: 500 }, { clients: 'refuse' });
    const first = await RawBackend.dial(device.url);
    await time.until(() => told().length === 1);
    expect(device.openSockets).toBe(0);
    await time.pass(50);
    const heard = first.texts.length;
    const second = await RawBackend.dial(device.url);
    await time.until(() => second.texts.length > 0);
    expect([first.texts.length, first.closeCode]).toEqual([heard, undefined]);
    await device.stop();
    expect(await first.closed()).toBe(1006);
  });

  it('reads slowly: what was read has to be earned before more is', async () => {
    await start({ slowReaderBytesPerS: 1_000 }, { microphone: 'nothing' });
    const backend = await RawBackend.dial(device.url);
    for (let n = 0; n < 10; n++) backend.socket.send('x'.repeat(200_000));
    await time.until(() => device.messages.length === 1);
    await time.pass(2_000);
    // What the sockets of both kernels and the reader hold already arrives; the rest waits.
    expect(device.messages.length).toBeLessThan(10);
    backend.socket.terminate();
  });

  it.each([401, 409, 503] as const)('refuses with %d', async (status) => {
    await start({ refuse: status });
    await expect(RawBackend.dial(device.url)).rejects.toThrow(String(status));
    expect(device.health().counters).toMatchObject({ connections: 0, connection_failures: 1 });
  });

  it('is always busy', async () => {
    await start({ refuse: 1013 });
    expect(await (await RawBackend.dial(device.url)).closed()).toBe(1013);
    expect(device.openSockets).toBe(0);
  });

  it('closes every link at once', async () => {
    await start({ closeAtOnce: 1011 });
    expect(await (await RawBackend.dial(device.url)).closed()).toBe(1011);
  });

  it('sends garbage beside its audio', async () => {
    await start({ garbageEveryMs: 100 });
    const backend = await RawBackend.dial(device.url);
    await time.until(() => backend.texts.includes('{"type":"make.coffee","cups":2}'));
    await time.until(() => backend.binaries.length >= 2);
    await backend.close();
  });

  it('sends its microphone late by chance, in order, and loses nothing', async () => {
    await start({ jitterMs: 300 });
    const gaps: number[] = [];
    const backend = await RawBackend.dial(device.url);
    let last = time.clock.now();
    backend.socket.on('message', () => {
      gaps.push(time.clock.now() - last);
      last = time.clock.now();
    });
    await time.until(() => backend.texts.length >= 40);
    const sequence = backend.appended().map((pages) => pages.readUInt32LE(pages.lastIndexOf('OggS') + 18));
    expect(sequence).toEqual(sequence.map((_, index) => (sequence[0] ?? 0) + 2 * index));
    expect(Math.max(...gaps)).toBeGreaterThan(120);
    expect(Math.min(...gaps)).toBeLessThan(60);
    await backend.close();
  });

  it('has a microphone that runs too fast', async () => {
    await start({ driftPpm: 100_000 });
    const backend = await RawBackend.dial(device.url);
    await time.until(() => backend.texts.length > 0);
    const [before, startMs] = [device.health().counters.mic_frames_captured, time.clock.now()];
    await time.pass(8_000);
    const seconds = (time.clock.now() - startMs) / 1000;
    const frames = device.health().counters.mic_frames_captured - before;
    expect(frames / seconds).toBeGreaterThan(27);
    expect(frames / seconds).toBeLessThan(28);
    await backend.close();
  });

  it('does no more harm once it is stopped', async () => {
    await start({ garbageEveryMs: 100, reboot: { everyMs: 500, forMs: 100 } });
    await device.stop();
    await time.pass(2_000);
    expect(told()).toEqual([]);
    await expect(RawBackend.dial(device.url)).rejects.toThrow('ECONNREFUSED');
  });
});
