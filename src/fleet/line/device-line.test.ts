import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { deviceConfig } from '../../../test/support/devices/devices.ts';
import { SharedPacer } from '../../audio/pacer.ts';
import type { DeviceConfig } from '../../config/devices-schema.ts';
import { systemClock } from '../../core/clock.ts';
import type { DeviceListener, DeviceSession, Protocol } from '../../protocols/protocol.ts';
import type { Link } from '../../transport/link.ts';
import { dialWebSocket } from '../../transport/websocket/websocket-dial.ts';
import { DialQueue } from '../dialling/dial-queue.ts';
import type { FleetEvent } from '../events.ts';
import { DeviceLine } from './device-line.ts';
import { FaultBoundary } from './fault-boundary.ts';
import { InboundScheduler } from './inbound-scheduler.ts';
import type { SessionUser } from './session-user.ts';

/** A protocol that says nothing and remembers what it got. */
class EchoProtocol implements Protocol {
  readonly id = 'echo';
  readonly transport = 'websocket';
  readonly directions = ['dial'] as const;
  readonly subprotocols = ['realtime'];
  readonly defaultPath = '/realtime';
  readonly helloTimeoutMs = null;
  keepAlive = { probeAfterMs: 10_000, deadAfterMs: 25_000, mutedDeadAfterMs: 120_000 };
  readonly texts: string[] = [];
  readonly sessions: { closed: boolean }[] = [];

  isCostly = true;

  carriesAudio(): boolean {
    return false;
  }

  link: Link | undefined;

  async open(link: Link, _device: DeviceConfig, listener: DeviceListener): Promise<DeviceSession> {
    this.link = link;
    const record = { closed: false };
    this.sessions.push(record);
    const texts = this.texts;
    return {
      abilities: { playTone: false, setVolume: false },
      unsentMs: 0,
      playback: { sampleRate: 16_000, frameMs: 40, aheadMs: 200, trailingSilenceMs: 0 },
      receiveText: (text) => {
        if (text === 'throw') throw new Error('a bug');
        if (text === 'odd') listener.event({ type: 'warning', code: 'odd_bytes', message: 'odd' });
        texts.push(text);
      },
      receiveBinary: () => undefined,
      send: () => undefined,
      prepareToPlay: async () => undefined,
      play: () => undefined,
      close: () => {
        record.closed = true;
      },
    };
  }
}

/** A device: counts its sockets, and refuses with a status when told to. */
class TestDevice {
  readonly #http: Server = createServer();
  readonly #sockets = new WebSocketServer({ noServer: true, handleProtocols: () => 'realtime' });
  readonly open = new Set<WebSocket>();
  mostOpen = 0;
  total = 0;
  paths: string[] = [];
  refuseWith: string | undefined;
  greet: ((socket: WebSocket) => void) | undefined;

  async listen(): Promise<number> {
    this.#http.on('upgrade', (request, socket, head) => {
      this.paths.push(request.url ?? '');
      if (this.refuseWith) {
        socket.end(`HTTP/1.1 ${this.refuseWith}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
        return;
      }
      this.#sockets.handleUpgrade(request, socket, head, (ws) => {
        this.total += 1;
        this.open.add(ws);
        this.mostOpen = Math.max(this.mostOpen, this.open.size);
        ws.on('close', () => this.open.delete(ws));
        ws.on('error', () => undefined);
        this.greet?.(ws);
      });
    });
    await new Promise<void>((resolve) => this.#http.listen(0, '127.0.0.1', resolve));
    return (this.#http.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    for (const socket of this.open) socket.terminate();
    await new Promise((resolve) => this.#http.close(resolve));
  }
}

const cleanUps: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** A scheduler has its turns when it is told. */
function turns() {
  const waiting: (() => void)[] = [];
  return {
    soon: (run: () => void) => waiting.push(run),
    get waiting() {
      return waiting.length;
    },
    /** Turns, until something is so. */
    until: (isSo: () => boolean) =>
      expect
        .poll(() => {
          for (const run of waiting.splice(0)) run();
          return isSo();
        })
        .toBe(true),
  };
}

async function setUp(
  more: Record<string, unknown> = {},
  prepare?: (device: TestDevice) => void,
  scheduler = new InboundScheduler({ now: () => systemClock.now() }),
) {
  const device = new TestDevice();
  prepare?.(device);
  const port = await device.listen();
  const protocol = new EchoProtocol();
  const events: FleetEvent[] = [];
  const states = () => events.flatMap((event) => (event.type === 'device.state' ? [event.state] : []));
  let attached = 0;
  const user: SessionUser = {
    attach: () => {
      attached += 1;
    },
    detach: () => {
      attached -= 1;
    },
    finish: (done) => done(),
    audio: () => undefined,
    event: () => undefined,
    listeningMode: 'waiting',
  };
  const warnings: string[] = [];
  const drops = () => events.flatMap((event) => (event.type === 'device.dropped' ? [event.reason] : []));
  const config = deviceConfig({ name: 'test', host: '127.0.0.1', port, reconnect_delay: 0.1, ...more });
  const line = new DeviceLine(config, protocol, {
    random: Math.random,
    report: (event) => events.push(event),
    warn: (code) => warnings.push(code),
    faults: new FaultBoundary('test', {
      clock: systemClock,
      pacer: new SharedPacer(systemClock),
      report: (event) => events.push(event),
    }),
    scheduler,
    queue: new DialQueue(systemClock, () => ({ atOnce: 4, perSecond: 50 })),
    dial: ({ host, port: at }, { defaultPath, subprotocols }, listener) =>
      dialWebSocket({ url: `ws://${host}:${at}${defaultPath}`, subprotocols, options: {} }, listener, Date.now),
    user,
  });
  if (config.enabled) line.start();
  else line.disable();
  cleanUps.push(async () => {
    await line.stop('going_away', 'going away');
    await device.close();
  });
  return { device, line, protocol, states, events, drops, warnings, attached: () => attached };
}

describe('DeviceLine', () => {
  it('dials, is ready, and loses no message that was sent at once', async () => {
    const { device, line, protocol, states } = await setUp({}, (d) => {
      d.greet = (socket) => {
        socket.send('one');
        socket.send('two');
      };
    });
    await expect.poll(() => protocol.texts).toEqual(['one', 'two']);
    expect(states()).toEqual(['queued', 'connecting', 'handshaking', 'ready']);
    expect(device.paths).toEqual(['/realtime']);
    expect(line.view).toMatchObject({ state: 'ready', attempts: 0, lastError: null, nextRetryAt: null });
  });

  it('dials again after a loss, with a fresh session each time and never two sockets', async () => {
    const { device, line, protocol, attached } = await setUp();
    for (let round = 1; round <= 5; round++) {
      await expect.poll(() => device.total).toBe(round);
      await expect.poll(() => line.view.state).toBe('ready');
      for (const socket of device.open) socket.terminate();
      await expect.poll(() => line.view.state).not.toBe('ready');
    }
    expect(device.mostOpen).toBe(1);
    expect(attached()).toBe(0);
    expect(protocol.sessions.every(({ closed }) => closed)).toBe(true);
    expect(line.view.lastError?.code).toBe('link_lost');
  });

  it('hands on what the session notices about the device', async () => {
    const { device, warnings, protocol } = await setUp({}, (d) => {
      d.greet = (socket) => {
        socket.send('odd');
        socket.send('two');
      };
    });
    await expect.poll(() => protocol.texts).toEqual(['odd', 'two']);
    expect(warnings).toEqual(['odd_bytes']);
    expect(device.total).toBe(1);
  });

  it('reconnects on request: the old socket is gone before the new one comes', async () => {
    const { device, line } = await setUp();
    await expect.poll(() => line.view.state).toBe('ready');
    for (let round = 2; round <= 6; round++) {
      for (let again = 0; again < 50; again++) line.reconnect();
      await expect.poll(() => device.total).toBe(round);
      await expect.poll(() => line.view.state).toBe('ready');
    }
    expect(device.mostOpen).toBe(1);
    expect(line.view.lastError).toBeNull();
  });

  it.each([
    ['401 Unauthorized', 'auth_failed', 'auth_failed'],
    ['409 Conflict', 'busy', 'device_busy'],
    ['503 Service Unavailable\r\nRetry-After: 99999', 'busy', 'device_busy'],
    ['200 OK', 'backoff', 'handshake_rejected'],
    ['302 Found\r\nLocation: http://127.0.0.1:1/', 'backoff', 'handshake_rejected'],
  ])('understands %j', async (status, state, code) => {
    const { line } = await setUp({ reconnect_delay: 60 }, (device) => {
      device.refuseWith = status;
    });
    await expect.poll(() => line.view.state).toBe(state);
    expect(line.view.lastError?.code).toBe(code);
    const waitMs = (line.view.nextRetryAt ?? 0) - Date.now();
    expect(waitMs).toBeGreaterThan(1_000);
    expect(waitMs).toBeLessThanOrEqual(360_000);
  });

  it('closes with 1009 what sends more than 256 KB at once, and goes on', async () => {
    const { device, line, events } = await setUp();
    await expect.poll(() => line.view.state).toBe('ready');
    const closeCode = new Promise<number>((resolve) => {
      for (const socket of device.open) {
        socket.on('close', resolve);
        socket.send(Buffer.alloc(256 * 1024 + 1));
      }
    });
    expect(await closeCode).toBe(1009);
    await expect.poll(() => device.total).toBe(2);
    const errors = events.flatMap((event) => (event.type === 'device.state' && event.error ? [event.error.code] : []));
    expect(errors).toEqual(['message_too_big']);
  });

  it('hears what the device says before it hangs up', async () => {
    const { protocol, states } = await setUp({ auto_reconnect: false }, (device) => {
      device.greet = (socket) => {
        for (let index = 0; index < 50; index++) socket.send(`word ${index}`);
        socket.close(1000);
      };
    });
    await expect.poll(states).toContain('stopped');
    expect(protocol.texts).toHaveLength(50);
  });

  it('leaves audio out that has waited for a second, and says so, but no message', async () => {
    let now = 0;
    const turn = turns();
    const scheduler = new InboundScheduler({ now: () => now, soon: turn.soon });
    const { device, line, protocol, drops } = await setUp({}, undefined, scheduler);
    await expect.poll(() => line.view.state).toBe('ready');
    // However much it is, it is said once.
    for (const socket of device.open) for (let part = 0; part < 9; part++) socket.send(Buffer.alloc(640));
    await expect.poll(() => turn.waiting).toBe(1);
    for (const socket of device.open) socket.send('status');
    await expect.poll(() => line.view.lastSeenAt).not.toBeNull();
    now = 1_500;
    await turn.until(() => protocol.texts.length > 0);
    expect(protocol.texts).toEqual(['status']);
    expect(drops()).toEqual(['overload']);
    // The end of the line waits its turn as well.
    const end = line.stop('going_away', 'going away');
    await turn.until(() => line.view.state === 'stopped');
    await end;
  });

  it('hands on at once what is cheap, in its order', async () => {
    const turn = turns();
    const scheduler = new InboundScheduler({ now: () => systemClock.now(), soon: turn.soon });
    const { device, line, protocol } = await setUp({}, undefined, scheduler);
    await expect.poll(() => line.view.state).toBe('ready');
    protocol.isCostly = false;
    for (const socket of device.open) socket.send('first');
    await expect.poll(() => protocol.texts).toEqual(['first']);
    protocol.isCostly = true;
    for (const socket of device.open) socket.send('second');
    await expect.poll(() => turn.waiting).toBe(1);
    protocol.isCostly = false;
    for (const socket of device.open) socket.send('third');
    await turn.until(() => protocol.texts.length === 3);
    expect(protocol.texts).toEqual(['first', 'second', 'third']);
    const end = line.stop('going_away', 'going away');
    await turn.until(() => line.view.state === 'stopped');
    await end;
  });

  it('closes a line with 1011 when handling a message fails, and dials again', async () => {
    const { device, line } = await setUp();
    await expect.poll(() => line.view.state).toBe('ready');
    for (const socket of device.open) socket.send('throw');
    await expect.poll(() => device.total).toBe(2);
    expect(line.view.lastError?.code).toBe('internal');
  });

  it('stays down with auto_reconnect false until asked', async () => {
    const { device, line } = await setUp({ auto_reconnect: false });
    await expect.poll(() => line.view.state).toBe('ready');
    for (const socket of device.open) socket.close(1000);
    await expect.poll(() => line.view.state).toBe('stopped');
    line.reconnect();
    await expect.poll(() => device.total).toBe(2);
  });

  it('does not dial a disabled device', async () => {
    const { device, line } = await setUp({ enabled: false });
    line.reconnect();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(line.view.state).toBe('disabled');
    expect(device.total).toBe(0);
  });

  it('says goodbye with 1001 when it is stopped', async () => {
    const { device, line } = await setUp();
    await expect.poll(() => line.view.state).toBe('ready');
    const closeCode = new Promise<number>((resolve) => {
      for (const socket of device.open) socket.on('close', resolve);
    });
    await line.stop('going_away', 'going away');
    expect(await closeCode).toBe(1001);
    expect(line.view.state).toBe('stopped');
  });

  it('finds a frozen line dead, dials once, and the frozen peer has one socket again', async () => {
    const { device, line, protocol } = await setUp();
    await expect.poll(() => line.view.state).toBe('ready');
    // The next line has short times, so that the test need not wait for 25 s; the logic is that of heartbeat.test.ts.
    protocol.keepAlive = { probeAfterMs: 200, deadAfterMs: 2_000, mutedDeadAfterMs: 100_000 };
    for (const socket of device.open) socket.terminate();
    await expect.poll(() => device.total).toBe(2);
    await expect.poll(() => line.view.rttMs).not.toBeNull();
    expect(line.view.state).toBe('ready');
    for (const socket of device.open) socket.pause();
    await expect.poll(() => line.view.lastError?.code).toBe('peer_dead');
    await expect.poll(() => device.total).toBe(3);
    await expect.poll(() => line.view.state).toBe('ready');
  });

  it('gives up a device that does not read what it is sent, before much has piled up', async () => {
    const { device, line, protocol } = await setUp();
    await expect.poll(() => line.view.state).toBe('ready');
    for (const socket of device.open) socket.pause();
    // What the kernel takes does not count: some megabytes on loopback.
    const sending = setInterval(() => protocol.link?.send(Buffer.alloc(256 * 1024)), 5);
    try {
      await expect.poll(() => line.view.lastError?.message, { timeout: 10_000 }).toMatch(/does not read/);
    } finally {
      clearInterval(sending);
    }
    await expect.poll(() => device.total, { timeout: 10_000 }).toBe(2);
  });

  it('cuts off a flood with 1008, and dials again', async () => {
    const { device, line, drops } = await setUp();
    await expect.poll(() => line.view.state).toBe('ready');
    const closeCode = new Promise<number>((resolve) => {
      for (const socket of device.open) socket.on('close', resolve);
    });
    const flood = setInterval(() => {
      for (const socket of device.open) for (let index = 0; index < 700; index++) socket.send('x');
    }, 100);
    try {
      expect(await closeCode).toBe(1008);
    } finally {
      clearInterval(flood);
    }
    expect(drops()).toContain('flood');
    await expect.poll(() => line.view.lastError?.code).toBe('flood');
  });
});
