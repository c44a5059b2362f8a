import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { int16ToPcmBytes } from '#src/audio/pcm';
import { encodeWav } from '#src/audio/wav';
import { demoSample } from './support/audio/demo-samples.ts';
import { simDevice, startBackend } from './support/backend.ts';
import { InboundDevice } from './support/devices/inbound-device.ts';
import { xiaozhiDevice } from './support/devices/xiaozhi-device.ts';
import { VirtualTime } from './support/time/virtual-time.ts';

// POST /v1/devices/{name}/pcm: someone else's speech on the loudspeaker of a device.

const QUIET = { greeting: false, long_silence: false, idle_timeout: false };
const LISTEN = { LISTEN_PORT: '0', LISTEN_HOST: '127.0.0.1' };

/** Two seconds of a tone, Hz. */
const tone = (rate: number, seconds = 2, hz = 440) =>
  Int16Array.from({ length: rate * seconds }, (_, at) => 10_000 * Math.sin((2 * Math.PI * hz * at) / rate));

async function withRobot(more: Readonly<Record<string, unknown>> = {}) {
  const time = new VirtualTime();
  const robot = { name: 'robot', protocol: 'pcm', direction: 'accept', id: 'robot-1', ...QUIET, ...more };
  const backend = await startBackend([], { time, env: LISTEN, more: [robot] });
  const { app } = backend;
  const device = await time.during(InboundDevice.dial(app.listenPort, '/ws?id=robot-1'));
  await time.until(() => app.fleet.get('robot')?.state === 'ready');
  const send = (body: RequestInit['body'], headers: Record<string, string> = {}, query = '') =>
    fetch(`${app.url}/v1/devices/robot/pcm${query}`, {
      method: 'POST',
      body: body ?? null,
      headers: { 'content-type': 'application/octet-stream', ...headers },
      duplex: 'half',
    } as RequestInit);
  return { ...backend, time, device, send };
}

/** A request whose body the test writes. */
function openRequest(url: string, headers: Record<string, string>) {
  const answer = deferred<{ status: number; body: string }>();
  const out = request(url, { method: 'POST', headers, agent: false }, (response) => {
    let body = '';
    response.on('data', (chunk) => {
      body += chunk;
    });
    response.on('end', () => answer.resolve({ status: response.statusCode ?? 0, body }));
  });
  out.on('error', (error) => answer.reject(error));
  return { out, answer: answer.promise };
}

function deferred<T>() {
  let resolve: (value: T) => void = () => {};
  let reject: (error: unknown) => void = () => {};
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

/** Hz of what a device heard, from how often it crosses zero. */
function pitchOf(binaries: readonly Buffer[]): number {
  const all = Buffer.concat(binaries);
  let crossings = 0;
  for (let at = 2; at + 1 < all.length; at += 2) {
    if (all.readInt16LE(at - 2) < 0 !== all.readInt16LE(at) < 0) crossings += 1;
  }
  return crossings / 2 / (all.length / 32_000);
}

describe('speech of a client', () => {
  it.each([4_000, 8_000, 44_100, 192_000])('of %i Hz is played at its own pitch and pace', async (rate) => {
    const { all, device, send, time } = await withRobot();
    const before = time.clock.now();
    const response = await time.during(
      send(int16ToPcmBytes(tone(rate)), { 'x-sample-rate': String(rate), 'x-channels': '1' }),
    );
    expect([response.status, await response.json()]).toEqual([
      200,
      { outcome: 'played', heard: '', spoken_ms: expect.any(Number), error: null },
    ]);
    expect(time.clock.now() - before).toBeGreaterThanOrEqual(1_950);
    expect(device.heardSeconds).toBeGreaterThan(1.99);
    expect(device.heardSeconds).toBeLessThan(2.5);
    const sounding = device.binaries.slice(2, 48);
    expect(Math.abs(pitchOf(sounding) - 440)).toBeLessThan(3);
    expect(all('turn.ended')).toMatchObject([{ kind: 'say', outcome: 'answered', answer: '' }]);
  });

  it('of a WAV file is played on devices of every protocol', async () => {
    const time = new VirtualTime();
    const sims = [
      await simDevice({ name: 'hall', clock: time.clock }),
      await simDevice({ name: 'attic', protocol: 'pcm', clock: time.clock }),
    ];
    const toy = {
      name: 'toy',
      protocol: 'xiaozhi',
      direction: 'accept',
      id: '02:00:00:00:00:01',
      persistent: true,
      ...QUIET,
    };
    const { app } = await startBackend(sims, { time, env: LISTEN, more: [toy] });
    const device = xiaozhiDevice(app.listenPort, { clock: time.clock, kind: 'stackchan' });
    await time.during(Promise.all(sims.map((sim) => sim.waitForConnection())));
    await time.during(device.connect());
    await time.until(() => app.fleet.list().every(({ state }) => state === 'ready'));
    for (const name of ['hall', 'attic', 'toy']) {
      const response = await time.during(
        fetch(`${app.url}/v1/devices/${name}/pcm`, {
          method: 'POST',
          body: Buffer.from(encodeWav(tone(24_000), 24_000)),
          headers: { 'content-type': 'audio/wav' },
        }),
      );
      const result = (await response.json()) as { outcome: string; spoken_ms: number };
      expect([name, result.outcome, result.spoken_ms >= 2_000]).toEqual([name, 'played', true]);
    }
    expect(device.soundMs).toBeGreaterThan(1_900);
    expect(device).toMatchObject({ packetsOutside: 0, problems: [], queue: { overflowed: 0 } });
  });

  it('is read no faster than it is played, is interrupted, and leaves the device as it was', async () => {
    const { app, device, time } = await withRobot();
    const url = `${app.url}/v1/devices/robot/pcm`;
    const { out, answer } = openRequest(url, { 'content-type': 'audio/l8', 'x-sample-rate': '48000' });
    const second = Buffer.from(int16ToPcmBytes(tone(48_000, 1)));
    let written = 0;
    // As fast as the connection takes it.
    const pump = () => {
      while (written < 280 && !out.destroyed) {
        written += 1;
        if (!out.write(second)) return void out.once('drain', pump);
      }
    };
    pump();
    await time.until(() => device.heardSeconds > 3);
    // What lies in the buffers of both sockets is all that was read ahead.
    expect(written).toBeLessThan(150);
    expect(app.fleet.interrupt('robot')).toBe('accepted');
    const { status, body } = await time.during(answer);
    expect([status, JSON.parse(body)]).toMatchObject([200, { outcome: 'interrupted' }]);
    expect(device.of('server_command')).toContainEqual({ command: 'stop' });
    out.destroy();
    const said = app.fleet.say('robot', { text: 'Hello there.', interrupt: false, listenAfter: false });
    expect(await time.during(Promise.resolve(said))).toMatchObject({ outcome: 'played' });
  });

  it('is interrupted by the user, where the device removes its echo', async () => {
    const { app, device, time } = await withRobot({ duplex: 'full' });
    const { out, answer } = openRequest(`${app.url}/v1/devices/robot/pcm`, { 'x-sample-rate': '16000' });
    out.write(Buffer.from(int16ToPcmBytes(tone(16_000, 60, 200))));
    await time.until(() => device.heardSeconds > 1);
    void device.speak(demoSample('01.wav').samples, time.clock);
    const { body } = await time.during(answer);
    expect(JSON.parse(body)).toMatchObject({ outcome: 'interrupted' });
    out.destroy();
  });

  it('that comes as it is spoken is played; a sender that falls silent is told', async () => {
    const { app, device, time } = await withRobot();
    const { out, answer } = openRequest(`${app.url}/v1/devices/robot/pcm`, { 'x-sample-rate': '16000' });
    const piece = Buffer.from(int16ToPcmBytes(tone(16_000, 1).subarray(0, 1_600)));
    for (let count = 0; count < 100; count++) {
      out.write(piece);
      await time.pass(100);
    }
    expect(device.heardSeconds).toBeGreaterThan(8);
    const { status, body } = await time.during(answer);
    expect([status, JSON.parse(body)]).toMatchObject([200, { outcome: 'failed', error: { code: 'audio_incomplete' } }]);
    expect(device.heardSeconds).toBeGreaterThan(9.9);
  });

  it('ends with a sender that breaks off', async () => {
    const { app, all, device, time } = await withRobot();
    const { out, answer } = openRequest(`${app.url}/v1/devices/robot/pcm`, { 'x-sample-rate': '16000' });
    const gone = expect(answer).rejects.toThrow();
    out.write(Buffer.from(int16ToPcmBytes(tone(16_000))));
    await time.until(() => device.heardSeconds > 1);
    out.destroy();
    await gone;
    await time.until(() => all('turn.ended').length === 1);
    const said = app.fleet.say('robot', { text: 'Hello there.', interrupt: false, listenAfter: false });
    expect(await time.during(Promise.resolve(said))).toMatchObject({ outcome: 'played' });
  });

  it('that cannot be played is refused, and nothing sounds', async () => {
    const { app, device, send, time } = await withRobot();
    const raw = Buffer.from(int16ToPcmBytes(tone(16_000)));
    const rate = { 'x-sample-rate': '16000' };
    const refused: [unknown, Record<string, string>, number][] = [
      [raw, {}, 400],
      [raw, { 'x-sample-rate': '3999' }, 400],
      [raw, { 'x-sample-rate': '192001' }, 400],
      [raw, { 'x-sample-rate': '16000.5' }, 400],
      [raw, { 'x-sample-rate': 'fast' }, 400],
      [raw, { ...rate, 'x-channels': '2' }, 400],
      [raw, { ...rate, 'content-type': 'application/json' }, 415],
      [raw, { ...rate, 'content-type': 'audio/L16;rate=16000' }, 415],
      ['', rate, 400],
      ['x', rate, 400],
      [Buffer.from(encodeWav(tone(16_000), 3_999)), {}, 400],
    ];
    for (const [body, headers, status] of refused) {
      const response = await time.during(send(body as RequestInit['body'], headers));
      expect([headers, response.status, await response.json()]).toMatchObject([
        headers,
        status,
        { code: 'bad_request' },
      ]);
    }
    expect(device.binaries).toEqual([]);
    const to = (name: string) =>
      fetch(`${app.url}/v1/devices/${name}/pcm`, { method: 'POST', body: raw, headers: rate });
    expect((await time.during(to('attic'))).status).toBe(404);
    device.socket.close();
    await time.until(() => app.fleet.get('robot')?.state === 'waiting');
    const away = await time.during(to('robot'));
    expect([away.status, await away.json()]).toMatchObject([409, { code: 'not_connected' }]);
  });
});
