import { randomUUID } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '#src/core/clock';
import type { DnsRecord } from '#src/discovery/dns-records';
import { openMdnsSockets } from '#src/discovery/mdns-sockets';
import { type FoundService, ServiceRecords } from '#src/discovery/service-records';
import { simDevice, startBackend } from './support/backend.ts';
import { freePort } from './support/free-port.ts';
import { hasMulticast } from './support/multicast.ts';
import { needs } from './support/needs.ts';
import { DEVICE_ADDRESS, deviceThere, makeHost, mayMakeNamespaces } from './support/network-namespace.ts';
import { startProgram, temporaryFolder } from './support/program.ts';

// How a machine and its devices find each other, over real mDNS and UDP: on this machine alone, so the interfaces are its own.

const isAble = needs(hasMulticast(), 'multicast on an interface of this machine', 'discovery over mDNS');
const { getResponder } = createRequire(import.meta.url)('@homebridge/ciao') as typeof import('@homebridge/ciao');

/** A device that announces itself. */
async function announced(type: string, port: number, txt: Readonly<Record<string, string>>): Promise<string> {
  const name = `test-${randomUUID().slice(0, 8)}`;
  const own = getResponder();
  await own.createService({ name, type, port, hostname: name, txt: { ...txt } }).advertise();
  onTestFinished(() => own.shutdown());
  return name;
}

/** Resolves with a service of this type whose text record fits. */
async function seen(type: string, fits: (service: FoundService) => boolean): Promise<FoundService> {
  const records = new ServiceRecords([type], systemClock);
  return await new Promise((resolve, reject) => {
    void openMdnsSockets({
      port: 'own',
      onAnswer: (answer) => {
        records.take(answer);
        const found = records.list.find(fits);
        if (!found) return;
        resolve(found);
        clearInterval(timer);
        sockets?.close();
      },
      onProblem: reject,
    }).then((opened) => {
      sockets = opened;
    });
    let sockets: Awaited<ReturnType<typeof openMdnsSockets>> | undefined;
    const ask = () => sockets?.ask([{ name: `${type}.local`, type: 'PTR' }, ...records.missing]);
    const timer = setInterval(ask, 100);
    onTestFinished(() => {
      clearInterval(timer);
      sockets?.close();
    });
  });
}

/** Everything that a device on this machine tells of itself. */
const deviceRecords = (name: string, port: number): readonly DnsRecord[] => [
  { type: 'PTR', name: '_dialtone-device._tcp.local', ttl: 4_500, data: `${name}._dialtone-device._tcp.local` },
  {
    type: 'SRV',
    name: `${name}._dialtone-device._tcp.local`,
    ttl: 120,
    data: { port, target: `${name}.local`, priority: 0, weight: 0 },
  },
  { type: 'A', name: `${name}.local`, ttl: 120, data: '127.0.0.1' },
];

/** A machine that announces what it is told to, once or until something has come of it; for the length of a test. */
async function announcingMachine() {
  const sockets = await openMdnsSockets({ port: 'own', onProblem: () => undefined });
  onTestFinished(() => sockets.close());
  const tell = (records: readonly DnsRecord[]) => sockets.tell(() => records);
  const tellUntil = async (records: readonly DnsRecord[], isDone: () => boolean | Promise<boolean>) => {
    const tellAndLook = async () => {
      await tell(records);
      return await isDone();
    };
    await expect.poll(tellAndLook, { timeout: 60_000, interval: 250 }).toBe(true);
  };
  return { tell, tellUntil };
}

/** What is looked at of a device that was found. */
interface FoundDevice {
  readonly name: string;
  readonly entry: Readonly<Record<string, unknown>> | null;
}

const get = async (url: string, path: string): Promise<unknown> => (await fetch(`${url}${path}`)).json();

describe.skipIf(!needs(mayMakeNamespaces(), 'ip netns add', 'discovery of a device on another host'))(
  'a device on another host',
  () => {
    it('is found, and dialled by its .local name, which this machine does not know', async () => {
      makeHost();
      const name = `far-${randomUUID().slice(0, 8)}`;
      const port = await deviceThere('--announce', '--name', name);
      const finding = await startBackend([], { env: { MDNS_DISCOVER: 'true' } });
      const found = async () => {
        const { devices } = (await get(finding.app.url, '/v1/discovered')) as { devices: FoundDevice[] };
        return devices.find((device) => device.name === name);
      };
      await expect.poll(found, { timeout: 60_000 }).toMatchObject({ port, addresses: [DEVICE_ADDRESS] });
      const entry = (await found())?.entry ?? {};

      const { app, close } = await startBackend([], { more: [entry], env: { MDNS_DISCOVER: 'true' } });
      await expect.poll(() => app.fleet.get(name)?.state, { timeout: 60_000 }).toBe('ready');
      expect(await get(app.url, '/v1/discovered')).not.toMatchObject({ devices: [{ name }] });
      await close();
    });

    it('is dialled at once when it comes, however long it was to be waited for', async () => {
      makeHost();
      const name = `late-${randomUUID().slice(0, 8)}`;
      const port = await freePort();
      const entry = { name, host: DEVICE_ADDRESS, port, reconnect_delay: 3_600 };
      const { app } = await startBackend([], { more: [entry], env: { MDNS_DISCOVER: 'true' } });
      await expect.poll(() => app.fleet.get(name)?.state, { timeout: 60_000 }).toBe('backoff');
      void deviceThere('--announce', '--name', name, '--port', String(port));
      await expect.poll(() => app.fleet.get(name)?.state, { timeout: 60_000 }).toBe('ready');
    });
  },
);

describe.skipIf(!isAble)('over mDNS', () => {
  it('a device that announces itself is listed with an entry until it is configured', async () => {
    const port = await freePort();
    const { app } = await startBackend([], { env: { MDNS_DISCOVER: 'true' } });
    const name = await announced('dialtone-device', port, { protocol: 'pcm', path: '/audio' });
    const listed = async () => {
      const { devices } = (await get(app.url, '/v1/discovered')) as { devices: FoundDevice[] };
      return devices.find((device) => device.name === name);
    };
    await expect.poll(listed, { timeout: 30_000 }).toMatchObject({
      service: '_dialtone-device._tcp',
      host: `${name}.local`,
      port,
      txt: { protocol: 'pcm', path: '/audio' },
      entry: { name, protocol: 'pcm', host: `${name}.local`, port, path: '/audio' },
      note: null,
    });
  });

  it('a device that starts anew is dialled at once, though it announces the same as before', async () => {
    const name = `anew-${randomUUID().slice(0, 8)}`;
    const port = await freePort();
    const entry = { name, host: '127.0.0.1', port, reconnect_delay: 3_600 };
    const { app } = await startBackend([], { more: [entry], env: { MDNS_DISCOVER: 'true' } });
    const machine = await announcingMachine();
    const attempts = () => app.fleet.get(name)?.attempts ?? 0;
    // Its program is not there yet.
    await machine.tellUntil(deviceRecords(name, port), () => attempts() > 1);
    await simDevice({ name, port });
    await machine.tellUntil(deviceRecords(name, port), () => app.fleet.get(name)?.state === 'ready');
  });

  it('what a stranger announces a thousand times does not fill the log', async () => {
    const name = `flood-${randomUUID().slice(0, 8)}`;
    const { app, log } = await startBackend([], { env: { MDNS_DISCOVER: 'true' } });
    const machine = await announcingMachine();
    for (let port = 1; port <= 1_000; port++) await machine.tell(deviceRecords(name, port));
    const listed = async () => JSON.stringify(await get(app.url, '/v1/discovered')).includes('"port":1001');
    await machine.tellUntil(deviceRecords(name, 1_001), listed);
    expect(log().split(name).length - 1).toBeLessThan(500);
  });

  it('this machine announces itself, and says goodbye', async () => {
    const name = `dialtone ${randomUUID().slice(0, 8)}`;
    const { app, close } = await startBackend([], {
      env: { MDNS_ADVERTISE: 'true', MDNS_NAME: name, LISTEN_PORT: '0', LISTEN_HOST: '0.0.0.0' },
    });
    const service = await seen('_dialtone._tcp', ({ instance }) => instance === name);
    expect(service.port).toBe(app.listenPort);
    expect(service.txt.get('listen_port')).toBe(String(app.listenPort));
    await close();
  });
});

it('the address is told over UDP where devices dial in, without a token', async () => {
  const listener = createSocket('udp4').bind(0);
  onTestFinished(() => void listener.close());
  await once(listener, 'listening');
  const { app, log } = await startBackend([], {
    env: {
      UDP_BROADCAST: 'true',
      BROADCAST_PORT: String(listener.address().port),
      LISTEN_PORT: '0',
      LISTEN_HOST: '0.0.0.0',
    },
  });
  const [datagram] = (await once(listener, 'message')) as [Buffer];
  const text = datagram.toString();
  expect(text).toMatch(new RegExp(`^ws://[0-9.]+:${app.listenPort}/ws$`));
  expect(log()).toContain(text);
});

it('the address is a QR code in the terminal, and the log is still one line an event', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'devices.json'), '{"devices": []}');
  const env = { PRINT_QR: 'true', LISTEN_PORT: '0', LISTEN_HOST: '127.0.0.1', PORT: '0', LOG_FORMAT: 'json' };
  const program = startProgram([], { cwd: folder, env });
  const [, url = ''] = await program.printed(/"event":"listener.address".*?"url":"([^"]+)"/);
  await expect.poll(() => program.err()).toContain(`  ${url}\n`);
  // Two rows of the code are one line of half blocks; version 2 of the code has 25 rows, with 2 empty ones on each side.
  expect(program.err().match(/^[█▀▄ ]{29}$/gmu)).toHaveLength(15);
  for (const line of program.out().trim().split('\n')) expect(() => JSON.parse(line)).not.toThrow();
});

it('nothing is announced or found unless it is wanted', async () => {
  const { app, log } = await startBackend([], { env: { UDP_BROADCAST: 'true' } });
  expect(await get(app.url, '/v1/discovered')).toEqual({ enabled: false, devices: [] });
  expect(log()).toContain('UDP_BROADCAST tell where devices dial in: set LISTEN_PORT as well');
});
