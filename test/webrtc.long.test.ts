import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { RtcpReceiverInfo, RtcpRrPacket } from 'werift';
import { concatSamples } from '#src/audio/pcm';
import { encodeWav } from '#src/audio/wav';
import { Chromium, hasChromium } from '../device-sim/testing/chromium.ts';
import { startPageServer } from '../device-sim/web/page-server.ts';
import { demoSample, wordErrors } from './support/audio/demo-samples.ts';
import { simDevice, startBackend } from './support/backend.ts';
import { offeringPeer, postConnect } from './support/devices/webrtc-offer.ts';
import { needs } from './support/needs.ts';
import { startProgram, temporaryFolder } from './support/program.ts';
import { VirtualTime } from './support/time/virtual-time.ts';

const QUESTION = demoSample('01.wav');
const LISTEN = { LISTEN_PORT: '0', LISTEN_HOST: '127.0.0.1' };
/** aiortc is what Naila's own devices speak WebRTC with. */
const PYTHON = '/usr/bin/python3';
const hasAiortc = spawnSync(PYTHON, ['-c', 'import aiortc'], { stdio: 'ignore' }).status === 0;

const entry = (more: Readonly<Record<string, unknown>> = {}) => ({
  name: 'pi',
  protocol: 'webrtc',
  direction: 'accept',
  id: 'pi-kitchen',
  greeting: false,
  long_silence: false,
  idle_timeout: false,
  ...more,
});

/** The question after two seconds of silence, as a file. */
function questionFile(): string {
  const file = join(temporaryFolder(), 'question.wav');
  writeFileSync(file, encodeWav(concatSamples([new Int16Array(32_000), QUESTION.samples]), 16_000));
  return file;
}

describe('a Naila device', () => {
  it('asks and is answered over WebRTC, and a second connection of it ends the first', async () => {
    const time = new VirtualTime();
    const { app, all } = await startBackend([], { time, env: LISTEN, more: [entry()] });
    const hub = { url: `http://127.0.0.1:${app.listenPort}`, deviceId: 'pi-kitchen' };
    const device = await simDevice({ name: 'pi', protocol: 'webrtc', hub, clock: time.clock });
    // The handshake takes real time: virtual time would run ahead of it.
    await device.waitForConnection();
    await time.until(() => app.fleet.get('pi')?.state === 'ready');
    await time.during(device.say(QUESTION));
    const reply = await time.during(device.waitForReply());
    expect(all('turn.ended')).toMatchObject([{ outcome: 'answered', heard: QUESTION.text }]);
    expect(reply.audioMs).toBeGreaterThan(1_000);
    expect(device.violations).toEqual([]);
    expect(device.health()).toMatchObject({ connected: true, counters: { connections: 1, connection_failures: 0 } });

    const health = (await (await fetch(`${hub.url}/health`)).json()) as Record<string, number>;
    expect(health).toMatchObject({
      status: 'ok',
      active_devices: 1,
      vad_onsets: 1,
      vad_ends: 1,
      tts_frames_dropped: 0,
    });
    expect(health.frames_forwarded).toBeGreaterThan(100);
    expect(health.tts_frames_routed).toBeGreaterThan(50);

    // The same device has restarted, and its old connection is not missed yet.
    const again = await simDevice({ name: 'again', protocol: 'webrtc', hub, clock: time.clock });
    await again.waitForConnection();
    await time.until(() => device.openSockets === 0);
    expect(app.fleet.get('pi')?.state).toBe('ready');
    expect(again.openSockets).toBe(1);
  });
});

it('a TURN server that ends its connections and goes away costs its own address, and nothing else', async () => {
  const server = createTcpServer((socket) => {
    server.close();
    socket
      .on('error', () => undefined)
      .resume()
      .end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const env = {
    ...LISTEN,
    WEBRTC_ICE_SERVERS: `turn:127.0.0.1:${(server.address() as AddressInfo).port}?transport=tcp`,
    WEBRTC_TURN_USERNAME: 'dialtone',
    WEBRTC_TURN_PASSWORD: 'secret',
  };
  const { app, log } = await startBackend([], { env, more: [entry()] });
  const gone = once(server, 'close');
  const { connection, sdp } = await offeringPeer();
  const { body } = await postConnect(app.listenPort, { device_id: 'pi-kitchen', sdp });
  await gone;
  expect(log()).toContain('no server of WEBRTC_ICE_SERVERS gives an address');
  await connection.setRemoteDescription({ type: 'answer', sdp: body.sdp ?? '' });
  await expect.poll(() => app.fleet.get('pi')?.state).toBe('ready');
});

describe('a device that loses packets', () => {
  it('gets answers that are protected against it, once it has told of it', async () => {
    const { app } = await startBackend([], { env: LISTEN, more: [entry()] });
    const { connection, sdp } = await offeringPeer();
    const packets: Buffer[] = [];
    connection.onTrack.subscribe((track) => {
      track.onReceiveRtp.subscribe(({ payload }) => packets.push(payload));
    });
    const { body } = await postConnect(app.listenPort, { device_id: 'pi-kitchen', sdp });
    await connection.setRemoteDescription({ type: 'answer', sdp: body.sdp ?? '' });
    await expect.poll(() => app.fleet.get('pi')?.state).toBe('ready');
    const ssrc = Number(/^a=ssrc:(\d+)/m.exec(body.sdp ?? '')?.[1]);
    const says = async (fractionLost: number) => {
      const report = { ssrc, fractionLost, packetsLost: 0, highestSequence: 0, jitter: 0, lsr: 0, dlsr: 0 };
      const reports = [new RtcpReceiverInfo(report)];
      await connection.dtlsTransports[0]?.sendRtcp([new RtcpRrPacket({ ssrc: 1, reports })]);
      packets.length = 0;
      const request = {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: '{"text": "Good morning."}',
      };
      expect((await fetch(`${app.url}/v1/devices/pi/say`, request)).status).toBe(200);
      // The first byte tells the mode, SILK below 16; the second bit behind it whether the packet carries the one before it (RFC 6716).
      const withFec = packets.filter(([mode = 0xff, flags = 0]) => mode >> 3 < 16 && (flags & 0x40) !== 0);
      return { any: packets.length > 0, withFec: withFec.length > packets.length / 4 };
    };
    expect(await says(0)).toEqual({ any: true, withFec: false });
    // A report may come behind the request.
    await expect.poll(() => says(64)).toEqual({ any: true, withFec: true });
    await expect.poll(() => says(2)).toEqual({ any: true, withFec: false });
  });
});

describe.skipIf(!needs(hasChromium(), 'chromium', 'a browser over WebRTC'))('a browser', () => {
  it('asks and hears the answer, and comes back when its connection was ended', async () => {
    const page = await startPageServer({ host: '127.0.0.1', port: 0, onPage: () => undefined });
    onTestFinished(() => page.close());
    const url = page.urls[0] ?? '';
    const env = { ...LISTEN, WEBRTC_ORIGINS: new URL(url).origin };
    const { app, all } = await startBackend([], { env, more: [entry()] });
    const chromium = await Chromium.start({ microphone: questionFile() });
    onTestFinished(() => chromium.close());
    const hub = encodeURIComponent(`http://127.0.0.1:${app.listenPort}`);
    await chromium.open(`${url}webrtc?hub=${hub}&device=pi-kitchen`);
    await chromium.run(`document.querySelector('#talk').click()`);

    await expect.poll(() => all('turn.ended').length).toBe(1);
    const [turn] = all('turn.ended');
    expect(turn?.outcome).toBe('answered');
    // The browser works on the sound, and in real time: a word may suffer.
    expect(wordErrors(QUESTION.text, turn?.heard ?? ''), turn?.heard).toBeLessThanOrEqual(2);
    const loudest = () => chromium.run(`document.querySelector('#speaker').dataset.loudest`).then(Number);
    await expect.poll(loudest).toBeGreaterThan(0.1);
    expect(await chromium.run('document.body.dataset.track')).toMatch(/^tts-stream /);
    expect(await chromium.run(`document.querySelector('#problem').hidden`)).toBe(true);

    const before = app.fleet.get('pi')?.connections ?? 0;
    app.fleet.reconnect('pi');
    await expect.poll(() => app.fleet.get('pi')?.connections).toBe(before + 1);
    expect(app.fleet.get('pi')?.state).toBe('ready');
  });
});

describe.skipIf(!needs(hasChromium(), 'chromium', 'a page of another author'))('a page of another author', () => {
  it.each([
    ['data behind its audio', `connection.addTrack(track); connection.createDataChannel('x');`],
    [
      'video and data before it',
      `connection.addTransceiver('video'); connection.createDataChannel('x'); connection.addTrack(track);`,
    ],
    ['no microphone', `connection.addTransceiver('audio', { direction: 'recvonly' });`],
  ])('is greeted when it offers %s', async (_, offer) => {
    const page = createServer((_request, response) => response.end('<p>')).listen(0, '127.0.0.1');
    onTestFinished(() => void page.close());
    await once(page, 'listening');
    const url = `http://127.0.0.1:${(page.address() as AddressInfo).port}`;
    const env = { ...LISTEN, WEBRTC_ORIGINS: url };
    const { app } = await startBackend([], { env, more: [entry({ greeting: true })] });
    const chromium = await Chromium.start();
    onTestFinished(() => chromium.close());
    await chromium.open(url);
    await chromium.run(`(async () => {
      const connection = (window.connection = new RTCPeerConnection());
      const [track] = (await navigator.mediaDevices.getUserMedia({ audio: true })).getTracks();
      ${offer}
      await connection.setLocalDescription();
      const body = JSON.stringify({ device_id: 'pi-kitchen', sdp: connection.localDescription.sdp });
      const request = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body };
      const answer = await fetch('http://127.0.0.1:${app.listenPort}/connect', request);
      await connection.setRemoteDescription({ type: 'answer', ...(await answer.json()) });
    })()`);
    const received = `connection.getStats().then((stats) =>
      Math.max(...[...stats.values()].map(({ packetsReceived = 0 }) => packetsReceived)))`;
    await expect.poll(() => chromium.run(received).then(Number), { timeout: 30_000 }).toBeGreaterThan(20);
    expect(await chromium.run('connection.connectionState')).toBe('connected');
  });
});

describe.skipIf(!needs(hasAiortc, 'python3-aiortc', 'a device with the WebRTC of the original'))('aiortc', () => {
  it('asks and hears the answer', async () => {
    const { app, all } = await startBackend([], { env: LISTEN, more: [entry()] });
    const script = new URL('./fixtures/webrtc/aiortc_device.py', import.meta.url).pathname;
    const hub = `http://127.0.0.1:${app.listenPort}`;
    const device = startProgram([script, hub, 'pi-kitchen', questionFile()], { command: PYTHON });
    await expect.poll(() => all('turn.ended').length).toBe(1);
    expect(all('turn.ended')).toMatchObject([{ outcome: 'answered', heard: QUESTION.text }]);
    app.fleet.setEnabled('pi', false);
    const [, loud = ''] = await device.printed(/loud frames: (\d+)/);
    expect(Number(loud)).toBeGreaterThan(50);
  });
});

/** Lets no program load werift, as if npm had left it out. */
const WITHOUT_WERIFT = `data:text/javascript,${encodeURIComponent(`
  import { register } from 'node:module';
  const hook = \`export async function resolve(name, context, next) {
    if (name === 'werift') throw Object.assign(new Error('not installed'), { code: 'ERR_MODULE_NOT_FOUND' });
    return next(name, context);
  }\`;
  register('data:text/javascript,' + encodeURIComponent(hook));
`)}`;

describe('without werift', () => {
  it('the backend runs, and says to the device and in the log what is missing', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'devices.json'), JSON.stringify({ devices: [entry()] }));
    const program = startProgram([], {
      cwd: folder,
      nodeArgs: ['--import', WITHOUT_WERIFT],
      env: { ...LISTEN, PORT: '0', LOG_FORMAT: 'json' },
    });
    const [, port] = await program.printed(/"event":"listener.listening","url":"ws:\/\/127.0.0.1:(\d+)"/);
    const { sdp } = await offeringPeer();
    for (let offer = 0; offer < 2; offer++) {
      const answer = await postConnect(Number(port), { device_id: 'pi-kitchen', sdp });
      expect(answer.status).toBe(503);
      expect(answer.body.error).toContain('npm ci --include=optional');
    }
    await program.printed(/"event":"listener.warning","msg":"a WebRTC device was sent away: .*werift/);
    expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200);
    expect(program.child.exitCode).toBeNull();
  });

  it('the simulated device ends, and says what is missing', async () => {
    const program = startProgram(['--protocol', 'webrtc', '--simulated', '--health-port', '0'], {
      entry: 'device-sim/main.js',
      nodeArgs: ['--import', WITHOUT_WERIFT],
    });
    expect(await program.ended).toBe(1);
    expect(program.err()).toContain('needs the optional package werift: npm ci --include=optional');
  });
});
