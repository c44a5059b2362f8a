import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { demoSample } from './support/audio/demo-samples.ts';
import { startBackend } from './support/backend.ts';
import { InboundDevice } from './support/devices/inbound-device.ts';
import { VirtualTime } from './support/time/virtual-time.ts';

const QUIET = { greeting: false, long_silence: false, idle_timeout: false };
const pcm = (name: string, more: Readonly<Record<string, unknown>>) => ({
  name,
  protocol: 'pcm',
  direction: 'accept',
  ...QUIET,
  ...more,
});

describe('devices that dial in', () => {
  it('hold a conversation; a second client is told that the service is busy', async () => {
    const time = new VirtualTime();
    const { app, all } = await startBackend([], {
      time,
      env: { LISTEN_PORT: '0', LISTEN_HOST: '127.0.0.1' },
      more: [pcm('robot', { id: 'robot-1' })],
    });
    expect(app.fleet.get('robot')?.state).toBe('waiting');
    const device = await time.during(InboundDevice.dial(app.listenPort, '/ws?id=Robot-1'));
    await time.until(() => app.fleet.get('robot')?.state === 'ready');

    const rival = await time.during(InboundDevice.dial(app.listenPort, '/ws?id=robot-1'));
    await time.until(() => rival.closed !== undefined);
    expect(rival.closed).toEqual({ code: 1013, reason: 'Service busy' });

    await time.during(device.speak(demoSample('01.wav').samples, time.clock));
    await time.until(() => all('turn.ended').length === 1);
    expect(all('turn.ended')[0]).toMatchObject({
      device: 'robot',
      outcome: 'answered',
      heard: demoSample('01.wav').text,
    });
    expect(device.heardSeconds).toBeGreaterThan(1);
    expect(device.of('server_status')).toContainEqual({ listening: true, speaking: false });

    const said = app.fleet.say('robot', { text: 'Hello there.', interrupt: false, listenAfter: false });
    expect(await time.during(Promise.resolve(said))).toMatchObject({ outcome: 'played' });
    device.socket.close();
    await time.until(() => app.fleet.get('robot')?.state === 'waiting');
    expect(app.fleet.say('robot', { text: 'Hello?', interrupt: false, listenAfter: false })).toBe('not_connected');
    // The device comes back while it is waited for.
    const waiting = app.fleet.whenReady('robot', 30_000);
    await time.during(InboundDevice.dial(app.listenPort, '/ws?id=robot-1'));
    expect(await time.during(waiting)).toBe(true);
  });

  it('are known by their id, their token, or both; others are refused and shown', async () => {
    const { app, events } = await startBackend([], {
      env: { LISTEN_PORT: '0', LISTEN_HOST: '127.0.0.1' },
      more: [pcm('both', { id: 'AA:BB:CC:DD:EE:FF', token: 'secret-1' }), pcm('token', { token: 'secret-2' })],
    });
    const dial = (path: string, headers: Record<string, string> = {}) =>
      InboundDevice.dial(app.listenPort, path, { headers });
    expect((await dial('/ws', { 'Device-Id': 'aa-bb-cc-dd-ee-ff', Authorization: 'Bearer secret-1' })).refused).toBe(
      undefined,
    );
    expect((await dial('/ws', { Authorization: 'secret-2' })).refused).toBe(undefined);
    expect((await dial('/ws', { 'Device-Id': 'aabbccddeeff' })).refused).toBe(401);
    expect((await dial('/ws', { 'Device-Id': 'aabbccddeeff', Authorization: 'Bearer secret-2' })).refused).toBe(401);
    expect((await dial('/ws?device_id=stranger&token=secret-3')).refused).toBe(403);
    expect((await dial('/elsewhere?id=stranger')).refused).toBe(404);
    expect((await dial('//ws?id=stranger')).refused).toBe(404);
    expect(app.fleet.unknownDevices).toMatchObject([
      {
        id: 'stranger',
        reason: 'unknown_device',
        protocol: 'pcm',
        attempts: 1,
        address: '127.0.0.1',
        bearsToken: true,
      },
      { id: 'aabbccddeeff', reason: 'wrong_token', attempts: 2 },
    ]);
    const unknown = (await (await fetch(`${app.url}/v1/devices/unknown`)).json()) as { devices: { entry: unknown }[] };
    expect(unknown.devices.map(({ entry }) => entry)).toEqual([
      { name: 'pcm-stranger', protocol: 'pcm', direction: 'accept', id: 'stranger' },
      null,
    ]);
    expect(JSON.stringify([unknown, events])).not.toContain('secret-');
    const listed = (await (await fetch(`${app.url}/v1/devices`)).json()) as { devices: unknown[] };
    expect(listed.devices[0]).toMatchObject({ host: null, port: null, direction: 'accept', id: 'AA:BB:CC:DD:EE:FF' });
    const metrics = await (await fetch(`${app.url}/metrics`)).text();
    expect(metrics).toContain('dialtone_arrivals_refused_total{reason="wrong_token"} 2');
  });

  it('of which none is known are taken under the template of their protocol, when that is wanted', async () => {
    const { app } = await startBackend([], {
      env: { LISTEN_PORT: '0', LISTEN_HOST: '127.0.0.1', ACCEPT_UNKNOWN: 'true' },
      defaults: { pcm: { ...QUIET, voice: 'Gertrude' } },
    });
    const device = await InboundDevice.dial(app.listenPort, '/ws?id=AA:BB:CC:DD:EE:01');
    expect(device.refused).toBe(undefined);
    await expect.poll(() => app.fleet.get('pcm-aabbccddee01')?.state).toBe('ready');
    expect(app.fleet.get('pcm-aabbccddee01')?.config).toMatchObject({ voice: 'Gertrude', id: 'AA:BB:CC:DD:EE:01' });
    // One that says nothing is its address.
    await InboundDevice.dial(app.listenPort, '/ws');
    await expect.poll(() => app.fleet.get('pcm-127.0.0.1')?.state).toBe('ready');
  });

  it('that are switched off are refused, and told goodbye at the end', async () => {
    const { app, close } = await startBackend([], {
      env: { LISTEN_PORT: '0', LISTEN_HOST: '127.0.0.1' },
      more: [pcm('robot', { id: '*' })],
    });
    const device = await InboundDevice.dial(app.listenPort, '/ws');
    await expect.poll(() => app.fleet.get('robot')?.state).toBe('ready');
    expect(app.fleet.setEnabled('robot', false)).toBe('accepted');
    await expect.poll(() => device.closed?.code).toBe(1000);
    expect((await InboundDevice.dial(app.listenPort, '/ws')).refused).toBe(503);
    app.fleet.setEnabled('robot', true);
    const again = await InboundDevice.dial(app.listenPort, '/ws');
    await expect.poll(() => app.fleet.get('robot')?.state).toBe('ready');
    await close();
    await expect.poll(() => again.closed?.code).toBe(1001);
  });

  it('have TLS when there is a certificate', async () => {
    const tls = new URL('./fixtures/tls/', import.meta.url);
    const file = (name: string) => new URL(name, tls).pathname;
    const { app } = await startBackend([], {
      env: {
        LISTEN_PORT: '0',
        LISTEN_HOST: '127.0.0.1',
        LISTEN_CERT_FILE: file('signed.crt'),
        LISTEN_KEY_FILE: file('device.key'),
      },
      more: [pcm('robot', { id: '*' })],
    });
    const ca = readFileSync(file('authority.crt'));
    const device = await InboundDevice.dial(app.listenPort, '/ws', { ca });
    expect(device.refused).toBe(undefined);
    await expect.poll(() => app.fleet.get('robot')?.state).toBe('ready');
  });

  it('have their limits: connections of one address, and headers', async () => {
    const { app, all } = await startBackend([], {
      env: { LISTEN_PORT: '0', LISTEN_HOST: '127.0.0.1', LISTEN_MAX_PER_ADDRESS: '3' },
      more: [pcm('robot', { id: 'robot' })],
    });
    const sockets = Array.from({ length: 10 }, () => connect(app.listenPort ?? 0, '127.0.0.1'));
    for (const socket of sockets) socket.on('error', () => {});
    await expect.poll(() => all('arrival.refused').filter(({ reason }) => reason === 'too_many').length).toBe(7);
    for (const socket of sockets) socket.destroy();
    const isOpen = async () => {
      const { socket } = await InboundDevice.dial(app.listenPort, '/ws?id=robot');
      return socket.readyState === socket.OPEN;
    };
    await expect.poll(isOpen).toBe(true);
    await expect.poll(() => app.fleet.get('robot')?.state).toBe('ready');
    const large = await InboundDevice.dial(app.listenPort, '/ws?id=robot', {
      headers: { 'X-Large': 'x'.repeat(20_000) },
    });
    expect(large.socket.readyState).toBe(large.socket.CLOSED);
    expect(app.fleet.get('robot')?.state).toBe('ready');
  });
});
