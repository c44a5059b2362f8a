import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readOggOpus } from '#src/audio/ogg/ogg-opus-file';
import { demoSample } from './support/audio/demo-samples.ts';
import { startBackend } from './support/backend.ts';
import { xiaozhiDevice } from './support/devices/xiaozhi-device.ts';
import { VirtualTime } from './support/time/virtual-time.ts';

const QUESTION = demoSample('01.wav');

interface Delivered {
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A program of the owner that is sent recordings. */
async function receiver(status = 200) {
  const delivered: Delivered[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    delivered.push({ headers: request.headers, body: Buffer.concat(chunks) });
    response.writeHead(status).end('thank you');
  }).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  await once(server, 'listening');
  return { delivered, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook` };
}

/** A backend, and a board whose button is held as long as its user speaks. */
async function board(env: Readonly<Record<string, string>>, more: Readonly<Record<string, unknown>> = {}) {
  const time = new VirtualTime();
  const entry = { name: 'Küche', protocol: 'xiaozhi', direction: 'accept', id: '02:00:00:00:00:01' };
  const quiet = { greeting: false, long_silence: false, idle_timeout: false };
  const backend = await startBackend([], {
    time,
    env: { LISTEN_PORT: '0', LISTEN_HOST: '127.0.0.1', ...env },
    more: [{ ...entry, ...quiet, ...more }],
  });
  const token = more.token as string | undefined;
  const device = xiaozhiDevice(backend.app.listenPort, { clock: time.clock, version: 2, ...(token ? { token } : {}) });
  const speak = async () => {
    await time.during(device.hold());
    await time.during(device.say(QUESTION.samples));
  };
  return { ...backend, time, device, speak };
}

describe('AUDIO_HOOK_URL', () => {
  it('is sent what a device records from its start to its stop, and the conversation goes on as ever', async () => {
    const { delivered, url } = await receiver();
    const { time, device, speak, all } = await board({ AUDIO_HOOK_URL: url, AUDIO_HOOK_TOKEN: 'hook-token' });
    await speak();
    device.letGo();
    await time.until(() => all('turn.ended').length === 1 && delivered.length === 1);
    expect(all('turn.ended')[0]).toMatchObject({ outcome: 'answered', heard: QUESTION.text });
    const [one] = delivered;
    expect(one?.headers).toMatchObject({
      'content-type': 'audio/ogg',
      authorization: 'Bearer hook-token',
      'x-device-name': 'K%C3%BCche',
    });
    const file = readOggOpus(one?.body ?? Buffer.alloc(0), 60_000);
    if ('problem' in file) throw new Error(file.message);
    const spokenMs = QUESTION.samples.length / 16;
    // The pauses before and after the words, which the device does not send, are left out.
    expect(file.durationMs).toBeGreaterThan(spokenMs / 2);
    expect(file.durationMs).toBeLessThanOrEqual(spokenMs + 200);
  });

  it('bears the token of the device when it has none of its own; stackchan’s name for it works', async () => {
    const { delivered, url } = await receiver();
    const { time, device, speak } = await board({ STACKCHAN_AUDIO_HOOK_URL: url }, { token: 'device-token' });
    await speak();
    device.letGo();
    await time.until(() => delivered.length === 1);
    expect(delivered[0]?.headers.authorization).toBe('Bearer device-token');
  });

  it('is sent nothing of a recording that did not come to its end', async () => {
    const { delivered, url } = await receiver();
    const { time, device, speak, app, all } = await board({ AUDIO_HOOK_URL: url });
    await speak();
    device.off();
    await time.until(() => app.fleet.get('Küche')?.state === 'waiting');
    await speak();
    device.letGo();
    await time.until(() => delivered.length === 1 && all('turn.ended').some(({ outcome }) => outcome === 'answered'));
  });

  it('that does not answer well costs a line of the log', async () => {
    const { delivered, url } = await receiver(500);
    const { time, device, speak, all, log } = await board({ AUDIO_HOOK_URL: url });
    await speak();
    device.letGo();
    await time.until(() => all('turn.ended').length === 1 && log().includes('audio_hook.failed'));
    expect([delivered.length, all('turn.ended')[0]?.outcome]).toEqual([1, 'answered']);
    expect(log()).toContain('the receiver answered 500');
  });
});
