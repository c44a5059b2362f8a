import { createHash } from 'node:crypto';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { SimDevice } from '../device-sim/device/sim-device.ts';
import { demoSample } from './support/audio/demo-samples.ts';
import { simDevice, startBackend, type TestBackend } from './support/backend.ts';
import { VirtualTime } from './support/time/virtual-time.ts';

// Rows 22 to 33 and 39 of the list of bad inputs in docs/SECURITY.md.

const HELLO = demoSample('00.wav');

/** A server of raw sockets for the length of a test. */
async function rawServer(onSocket: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    onSocket(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** A device that answers the upgrade with these lines, whatever was asked. `%ACCEPT%` becomes the right key. */
function answering(head: string, after?: (socket: Socket) => void): Promise<number> {
  return rawServer((socket) => {
    socket.once('data', (request) => {
      const key = /sec-websocket-key: (.*)\r\n/i.exec(request.toString())?.[1] ?? '';
      const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
      socket.write(`${head.replace('%ACCEPT%', accept).replaceAll('\n', '\r\n')}\r\n\r\n`);
      after?.(socket);
    });
  });
}

const UPGRADE =
  'HTTP/1.1 101 Switching Protocols\nUpgrade: websocket\nConnection: Upgrade\nSec-WebSocket-Accept: %ACCEPT%';

/** An unmasked frame, as a server sends it. */
function frame(opcode: number, payload: Buffer, final = true): Buffer {
  const head = Buffer.from([(final ? 0x80 : 0) | opcode, payload.length < 126 ? payload.length : 126]);
  const length = Buffer.alloc(payload.length < 126 ? 0 : 2);
  if (length.length > 0) length.writeUInt16BE(payload.length);
  return Buffer.concat([head, length, payload]);
}

/** A backend with one good device beside bad ones, by name and port. */
async function beside(
  bad: Readonly<Record<string, number>>,
  time = new VirtualTime(),
): Promise<{ time: VirtualTime; good: SimDevice; backend: TestBackend }> {
  const good = await simDevice({ name: 'good', clock: time.clock });
  const more = Object.entries(bad).map(([name, port]) => ({ name, host: '127.0.0.1', port, reconnect_delay: 0.5 }));
  const backend = await startBackend([good], { time, more });
  await time.during(good.waitForConnection());
  return { time, good, backend };
}

async function stillWell(time: VirtualTime, good: SimDevice): Promise<void> {
  await time.during(good.say(HELLO));
  expect((await time.during(good.waitForReply())).transcript.trim()).toBe(HELLO.text);
  expect(good.connections).toBe(1);
}

describe('devices that refuse or confuse the handshake (rows 22, 23)', () => {
  it('puts each into the right state with the right code, and the good devices notice nothing', async () => {
    const closed = createHttpServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => closed.once('listening', resolve));
    const { port: unused } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const { time, good, backend } = await beside({
      'nobody there': unused,
      'silent after accept': await rawServer(() => undefined),
      'ends at once': await rawServer((socket) => socket.end()),
      'HTTP 200': await answering('HTTP/1.1 200 OK\nContent-Length: 0'),
      'HTTP 302': await answering('HTTP/1.1 302 Found\nLocation: http://127.0.0.1:1/\nContent-Length: 0'),
      'HTTP 401': await answering('HTTP/1.1 401 Unauthorized\nContent-Length: 0'),
      'HTTP 409': await answering('HTTP/1.1 409 Conflict\nContent-Length: 0'),
      'HTTP 503': await answering('HTTP/1.1 503 Service Unavailable\nRetry-After: 99999\nContent-Length: 0'),
      'wrong accept key': await answering(UPGRADE.replace('%ACCEPT%', 'bm9uc2Vuc2U=')),
      'foreign subprotocol': await answering(`${UPGRADE}\nSec-WebSocket-Protocol: soap`),
      '200 kB of headers': await answering(`${UPGRADE}\nX-Long: ${'x'.repeat(200_000)}`),
      'no HTTP at all': await answering('SSH-2.0-OpenSSH_9.9'),
    });
    const found = () =>
      Object.fromEntries(
        backend.app.fleet
          .list()
          .filter(({ config }) => config.name !== 'good')
          .map(({ config, state, lastError }) => [config.name, `${state} ${lastError?.code}`]),
      );
    const states = {
      'nobody there': 'backoff refused',
      'silent after accept': expect.stringMatching(/connect_timeout$/),
      'ends at once': 'backoff link_lost',
      'HTTP 200': 'backoff handshake_rejected',
      'HTTP 302': 'backoff handshake_rejected',
      'HTTP 401': 'auth_failed auth_failed',
      'HTTP 409': 'busy device_busy',
      'HTTP 503': 'busy device_busy',
      'wrong accept key': 'backoff protocol_error',
      'foreign subprotocol': 'backoff protocol_error',
      '200 kB of headers': 'backoff protocol_error',
      'no HTTP at all': 'backoff protocol_error',
    };
    // The silent one takes the whole 10 s of its handshake.
    await time.until(() => expect(found()).toEqual(states));
    const waitMs = (backend.app.fleet.get('HTTP 503')?.nextRetryAt ?? 0) - time.clock.wallNow();
    expect(waitMs).toBeLessThanOrEqual(360_000);
    await stillWell(time, good);
  });
});

describe('a device that opens and closes at once, for ever (row 24)', () => {
  it('is waited for longer and longer, and is said to flap', async () => {
    const time = new VirtualTime();
    const port = await answering(UPGRADE, (socket) => time.clock.setTimer(() => socket.destroy(), 50));
    const { backend } = await beside({ flapper: port }, time);
    const flapper = () => backend.app.fleet.get('flapper');
    await time.until(() => expect(flapper()?.connections).toBe(1));
    expect(flapper()?.flapping).toBe(false);
    await time.until(() => expect(flapper()?.flapping).toBe(true));
    expect(flapper()?.connections).toBe(5);
    await time.until(() => expect(flapper()?.state).toBe('backoff'));
    expect((flapper()?.nextRetryAt ?? 0) - time.clock.wallNow()).toBeGreaterThan(40_000);
  });
});

describe('frames that no device should send (rows 26 to 28)', () => {
  it('bounds what fragments, pings and pongs can cost', async () => {
    const tiny = frame(0, Buffer.from('x'), false);
    const fragments = await answering(UPGRADE, (socket) => {
      socket.write(frame(1, Buffer.from('x'), false));
      for (let index = 0; index < 1_000; index++)
        socket.write(Buffer.concat(Array.from({ length: 1_000 }, () => tiny)));
    });
    const pings = Buffer.concat(Array.from({ length: 1_000 }, () => frame(9, Buffer.alloc(100))));
    const time = new VirtualTime();
    const pingFlood = await answering(UPGRADE, (socket) =>
      time.every(50, () => {
        if (!socket.destroyed) socket.write(pings);
      }),
    );
    const badText = await answering(UPGRADE, (socket) => socket.write(frame(1, Buffer.from([0xc3, 0x28]))));
    const masked = await answering(UPGRADE, (socket) => socket.write(Buffer.from([0x81, 0x81, 1, 2, 3, 4, 5])));
    const reserved = await answering(UPGRADE, (socket) => socket.write(frame(11, Buffer.from('x'))));
    const bad = { fragments, 'ping flood': pingFlood, 'bad text': badText, masked, reserved };
    const { good, backend } = await beside(bad, time);
    const codeOf = (name: string) => backend.app.fleet.get(name)?.lastError?.code;
    await time.until(() => expect(codeOf('fragments')).toBe('message_too_big'));
    // ws itself tears a line down whose pongs pile up; a slower flood is cut by our own guard.
    await time.until(() => expect(codeOf('ping flood')).toMatch(/^(flood|link_lost)$/));
    for (const name of ['bad text', 'masked', 'reserved'])
      await time.until(() => expect(codeOf(name)).toBe('protocol_error'));
    await stillWell(time, good);
  });

  it('takes odd texts for what they are', async () => {
    const time = new VirtualTime();
    const device = await simDevice({ name: 'hall', clock: time.clock });
    const { all } = await startBackend([device], { time });
    await time.during(device.waitForConnection());
    const texts = [
      '{"type":"\\ud800"}',
      '{"type":"a","type":"input_audio_buffer.append","audio":""}',
      '{"type":1e999}',
      '{"type":null}',
      '{"__proto__":{"type":"input_audio_buffer.append"}}',
      'null',
      '""',
      '',
    ];
    for (const text of texts) device.sendRaw(text);
    for (const bytes of [Buffer.alloc(0), Buffer.alloc(1), Buffer.alloc(1276)]) device.sendRaw(bytes);
    await time.until(() => expect(all('device.dropped').length).toBe(10));
    await stillWell(time, device);
  });
});

describe('a device that talks wrongly (rows 31, 32)', () => {
  it('is held to real time when it sends audio ten times as fast', async () => {
    const time = new VirtualTime();
    const device = await simDevice({ name: 'desk', protocol: 'pcm', microphone: 'nothing', clock: time.clock });
    const { all, app } = await startBackend([device], { time });
    await time.during(device.waitForConnection());
    const frameOf40Ms = Buffer.alloc(1280);
    time.every(40, () => {
      for (let index = 0; index < 10; index++) device.sendRaw(frameOf40Ms);
    });
    await time.until(() => expect(all('device.dropped').some(({ reason }) => reason === 'flood')).toBe(true));
    await time.until(() => expect(app.fleet.get('desk')?.lastError?.code).toBe('flood'));
  });

  it('has its utterance ended when it stops in the middle of it', async () => {
    const time = new VirtualTime();
    const device = await simDevice({ name: 'desk', protocol: 'pcm', microphone: 'nothing', clock: time.clock });
    const { all } = await startBackend([device], { time });
    await time.during(device.waitForConnection());
    await time.during(device.say({ ...HELLO, samples: HELLO.samples.subarray(0, 14_000) }));
    await time.until(() => expect(all('turn.ended').length).toBe(1));
    expect(all('turn.heard')[0]?.text).toMatch(/^hello/);
  });
});

describe('a clock that jumps (row 39)', () => {
  it('changes nothing: every timer is monotonic', async () => {
    const time = new VirtualTime();
    const device = await simDevice({ name: 'hall', clock: time.clock });
    const { app } = await startBackend([device], { time });
    await time.during(device.waitForConnection());
    const realNow = Date.now;
    onTestFinished(() => {
      Date.now = realNow;
    });
    const { clock } = time;
    const wallNow = clock.wallNow.bind(clock);
    for (const hours of [1, -1, 0]) {
      Date.now = () => realNow() + hours * 3_600_000;
      clock.wallNow = () => wallNow() + hours * 3_600_000;
      await time.pass(300);
    }
    expect(app.fleet.get('hall')?.state).toBe('ready');
    await stillWell(time, device);
  });
});
