import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { startBackend } from './support/backend.ts';
import { offeringPeer, postConnect } from './support/devices/webrtc-offer.ts';
import { dice } from './support/time/dice.ts';

const LISTEN = { LISTEN_PORT: '0', LISTEN_HOST: '127.0.0.1' };
const TOKEN = 'a-token-of-the-kitchen';

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

describe('POST /connect', () => {
  it('answers with all candidates, the payload type of the offer, and the names of the original', async () => {
    const { app } = await startBackend([], { env: LISTEN, more: [entry()] });
    const { sdp } = await offeringPeer(109);
    // Naila's devices say what they would like, or leave it empty.
    const wishes = { preferred_output_sample_rate: 48_000, supported_output_codecs: null };
    const { status, body } = await postConnect(app.listenPort, { device_id: 'pi-kitchen', sdp, ...wishes });
    expect(status).toBe(200);
    expect(Object.keys(body)).toEqual(['sdp']);
    for (const line of ['a=ice-lite', 'a=setup:active', 'a=msid:tts-stream audio', 'a=rtpmap:109 opus/48000/2'])
      expect(body.sdp).toContain(`${line}\r\n`);
    expect(body.sdp).toMatch(/a=candidate:\S+ 1 udp \d+ \S+ \d+ typ host[\s\S]*a=end-of-candidates/);
  });

  it('tells the address behind which a STUN server sees this machine', async () => {
    const server = createSocket('udp4').bind(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    server.on('message', (request, { address, port }) => {
      // A binding response with XOR-MAPPED-ADDRESS: 203.0.113.9, and the port as it came (RFC 8489 section 14.2).
      const mapped = Buffer.from([0x00, 0x20, 0, 8, 0, 1, 0, 0, 203 ^ 0x21, 0 ^ 0x12, 113 ^ 0xa4, 9 ^ 0x42]);
      mapped.writeUInt16BE(port ^ 0x2112, 6);
      const header = Buffer.from(request.subarray(0, 20));
      header.writeUInt16BE(0x0101, 0);
      header.writeUInt16BE(mapped.length, 2);
      server.send(Buffer.concat([header, mapped]), port, address);
    });
    await once(server, 'listening');
    const env = { ...LISTEN, WEBRTC_ICE_SERVERS: `stun:127.0.0.1:${server.address().port}` };
    const { app, log } = await startBackend([], { env, more: [entry()] });
    const { sdp } = await offeringPeer();
    const { body } = await postConnect(app.listenPort, { device_id: 'pi-kitchen', sdp });
    expect(log()).not.toContain('WEBRTC_ICE_SERVERS');
    expect(body.sdp).toMatch(/a=candidate:\S+ 1 udp \d+ 203\.0\.113\.9 \d+ typ srflx/);
    // Who asks a server is a full agent, and checks the way itself.
    expect(body.sdp).not.toContain('a=ice-lite');
  });

  it('a browser that hides its addresses behind names is reached, and told goodbye when its device is switched off', async () => {
    const { app } = await startBackend([], { env: LISTEN, more: [entry()] });
    const { connection, sdp } = await offeringPeer();
    const hidden = sdp.replaceAll(/^(a=candidate:\S+ 1 udp \d+) \S+/gm, '$1 3c6b34cf-1c1e-4a5e.local');
    expect(hidden).not.toBe(sdp);
    const { body } = await postConnect(app.listenPort, { device_id: 'pi-kitchen', sdp: hidden });
    await connection.setRemoteDescription({ type: 'answer', sdp: body.sdp ?? '' });
    await expect.poll(() => app.fleet.get('pi')?.state).toBe('ready');
    const closed = connection.dtlsTransports[0]?.onStateChange.watch((state) => state === 'closed');
    app.fleet.setEnabled('pi', false);
    await closed;
    await expect.poll(() => app.fleet.get('pi')?.state).toBe('disabled');
  });

  it.each([
    ['actpass', 'active'],
    ['passive', 'active'],
    ['active', 'passive'],
  ])('answers an offer to be %s in the handshake with %s, and connects', async (offered, answered) => {
    const { app } = await startBackend([], { env: LISTEN, more: [entry()] });
    const { connection, sdp } = await offeringPeer();
    const offer = sdp.replace('a=setup:actpass', `a=setup:${offered}`);
    const { body } = await postConnect(app.listenPort, { device_id: 'pi-kitchen', sdp: offer });
    expect(body.sdp).toContain(`a=setup:${answered}\r\n`);
    await connection.setRemoteDescription({ type: 'answer', sdp: body.sdp ?? '' });
    await expect.poll(() => app.fleet.get('pi')?.state).toBe('ready');
  });

  it('hears a device whose offer does not say from which source it sends', async () => {
    const { app } = await startBackend([], { env: LISTEN, more: [entry()] });
    const { connection, sdp } = await offeringPeer();
    const nameless = sdp.replaceAll(/^a=(?:ssrc|msid).*\r\n/gm, '');
    expect(nameless).not.toBe(sdp);
    const { body } = await postConnect(app.listenPort, { device_id: 'pi-kitchen', sdp: nameless });
    await connection.setRemoteDescription({ type: 'answer', sdp: body.sdp ?? '' });
    await expect.poll(() => app.fleet.get('pi')?.state).toBe('ready');
    const heard = async () => {
      // Silence of 20 ms in Opus, in an RTP packet.
      const packet = Buffer.from([0x80, 111, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0xf8, 0xff, 0xfe]);
      await connection.getSenders()[0]?.sendRtp(packet);
      const health = await fetch(`http://127.0.0.1:${app.listenPort}/health`);
      return ((await health.json()) as { frames_forwarded: number }).frames_forwarded;
    };
    await expect.poll(heard).toBeGreaterThan(0);
  });

  it('lives through what strangers send to the port of its audio, and so does the device', async () => {
    const { app } = await startBackend([], { env: LISTEN, more: [entry()] });
    const { connection, sdp } = await offeringPeer();
    const { body } = await postConnect(app.listenPort, { device_id: 'pi-kitchen', sdp });
    const [, address = '', port = ''] = /a=candidate:\S+ 1 udp \d+ ([\d.]+) (\d+) typ host/.exec(body.sdp ?? '') ?? [];
    const stranger = createSocket('udp4');
    const chance = dice();
    /** Beginnings of STUN, DTLS (handshake, alert, application data), RTP and RTCP, with anything behind them. */
    const send = async () => {
      for (const first of [0, 1, 20, 21, 22, 23, 63, 128, 129, 200, 255]) {
        for (let count = 0; count < 20; count++) {
          const packet = Buffer.from(
            Array.from({ length: Math.floor(chance() * 200) }, () => Math.floor(chance() * 256)),
          );
          if (packet.length > 0) packet[0] = first;
          if (first === 0 && packet.length > 8) packet.writeUInt32BE(0x2112_a442, 4);
          await new Promise((resolve) => stranger.send(packet, Number(port), address, resolve));
        }
      }
    };
    await send();
    await connection.setRemoteDescription({ type: 'answer', sdp: body.sdp ?? '' });
    await expect.poll(() => app.fleet.get('pi')?.state).toBe('ready');
    await send();
    stranger.close();
    expect((await postConnect(app.listenPort, { device_id: 'pi-kitchen', sdp: 'x' })).status).toBe(400);
    expect(app.fleet.get('pi')?.state).toBe('ready');
  });

  it('asks for the token of the device, and refuses strangers', async () => {
    const { app } = await startBackend([], { env: LISTEN, more: [entry({ token: TOKEN })] });
    const { sdp } = await offeringPeer();
    const ask = (device_id: string, headers = {}) => postConnect(app.listenPort, { device_id, sdp }, headers);
    expect((await ask('pi-kitchen')).status).toBe(401);
    expect((await ask('pi-kitchen', { Authorization: 'Bearer wrong' })).status).toBe(401);
    // Who it is stands in the body, whatever else is said.
    expect((await ask('other', { 'Device-Id': 'pi-kitchen', Authorization: 'Bearer attic' })).status).toBe(403);
    expect((await ask('pi-kitchen', { Authorization: `Bearer ${TOKEN}` })).status).toBe(200);
    expect(app.fleet.unknownDevices).toMatchObject([{ protocol: 'webrtc', id: 'other' }]);
  });

  it.each<[what: string, body: unknown, error: string]>([
    ['no JSON', 'v=0', 'the body must be JSON'],
    ['nothing', '', 'the body must be JSON'],
    ['a list', [], 'the body must be JSON'],
    ['no name', { sdp: 'v=0' }, 'device_id: missing; expected a string'],
    ['an empty name', { device_id: ' ', sdp: 'v=0' }, 'device_id: use 1 to 128 visible'],
    ['a name with a line break', { device_id: 'a\nb', sdp: 'v=0' }, 'device_id: use 1 to 128 visible'],
    ['no offer', { device_id: 'pi-kitchen' }, 'sdp: missing; expected a string'],
    ['an offer that is none', { device_id: 'pi-kitchen', sdp: 'hello' }, 'does not begin with "v=0"'],
    [
      'a rate that is none',
      { device_id: 'pi-kitchen', sdp: 'v=0', preferred_output_sample_rate: 'x' },
      'preferred_output_sample_rate: ',
    ],
  ])('says what is wrong with %s', async (_, body, error) => {
    const { app } = await startBackend([], { env: LISTEN, more: [entry()] });
    const answer = await postConnect(app.listenPort, body);
    expect(answer.status).toBe(400);
    expect(answer.body.error).toContain(error);
  });

  it('refuses a body that is too long, and offers of more devices than may connect at once', async () => {
    const env = { ...LISTEN, WEBRTC_MAX_SESSIONS: '2', ACCEPT_UNKNOWN: 'true' };
    const { app, all } = await startBackend([], { env });
    const { sdp } = await offeringPeer();
    const long = await postConnect(app.listenPort, { device_id: 'a', sdp: 'x'.repeat(300_000) });
    expect(long).toMatchObject({ status: 413, body: { error: expect.stringContaining('at most') } });
    const ask = (device_id: string) => postConnect(app.listenPort, { device_id, sdp });
    expect((await ask('a')).status).toBe(200);
    // The same device again takes no further place.
    expect((await ask('a')).status).toBe(200);
    expect((await ask('b')).status).toBe(200);
    const refused = await ask('c');
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('15');
    expect(all('arrival.refused').map(({ reason }) => reason)).toEqual(['too_many']);
  });

  it('is open to the pages of WEBRTC_ORIGINS alone', async () => {
    const page = 'https://home.example';
    const { app } = await startBackend([], { env: { ...LISTEN, WEBRTC_ORIGINS: page }, more: [entry()] });
    const { sdp } = await offeringPeer();
    const ask = (origin: string) => postConnect(app.listenPort, { device_id: 'pi-kitchen', sdp }, { Origin: origin });
    const welcome = await ask(page);
    expect(welcome.status).toBe(200);
    expect(welcome.headers.get('access-control-allow-origin')).toBe(page);
    const stranger = await ask('https://evil.example');
    expect(stranger.status).toBe(403);
    expect(stranger.headers.get('access-control-allow-origin')).toBeNull();
    const url = `http://127.0.0.1:${app.listenPort}/connect`;
    const preflight = (origin: string) => fetch(url, { method: 'OPTIONS', headers: { Origin: origin } });
    expect((await preflight(page)).headers.get('access-control-allow-headers')).toBe('Authorization, Content-Type');
    expect((await preflight('https://evil.example')).status).toBe(403);
  });

  it('is no address for a WebSocket', async () => {
    const { app } = await startBackend([], { env: LISTEN, more: [entry()] });
    const socket = new WebSocket(`ws://127.0.0.1:${app.listenPort}/connect?id=pi-kitchen`);
    const [error] = (await once(socket, 'error')) as [Error];
    expect(error.message).toContain('404');
    expect(app.fleet.get('pi')?.state).toBe('waiting');
  });
});
