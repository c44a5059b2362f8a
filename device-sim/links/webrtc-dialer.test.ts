import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { ManualClock } from '#src/core/manual-clock';
import { WebRtcDialer } from './webrtc-dialer.ts';

it.each([
  ['those of a Naila device', {}, [3_000, 6_000, 12_000, 24_000, 30_000, 30_000]],
  ['what is asked for', { redialMs: 500, longestRedialMs: 1_500 }, [500, 1_000, 1_500, 1_500]],
])('the pauses between attempts are %s', async (_, pauses, expected) => {
  let asked = 0;
  const hub = createServer((request, response) => {
    asked++;
    request.resume();
    response.writeHead(503, { 'Content-Type': 'application/json' }).end('{"error":"no room"}');
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void hub.close());
  await once(hub, 'listening');
  const clock = new ManualClock();
  let failed: (why: string) => void = () => undefined;
  const failure = () =>
    new Promise<string>((resolve) => {
      failed = resolve;
    });
  const dialer = new WebRtcDialer({
    url: `http://127.0.0.1:${(hub.address() as AddressInfo).port}/`,
    deviceId: 'pi',
    ...pauses,
    clock,
    prepare: async () => ({ opened: () => undefined, discard: () => undefined }) as never,
    onFailure: (why) => failed(why),
  });
  onTestFinished(() => dialer.close());
  let next = failure();
  await dialer.start();
  expect(await next).toContain('HTTP 503: no room');
  for (const [attempt, pause] of expected.entries()) {
    next = failure();
    clock.advance(pause - 1);
    expect(asked).toBe(attempt + 1);
    clock.advance(1);
    await next;
  }
  expect(asked).toBe(expected.length + 1);
});

it('says why a hub is not reached', async () => {
  const hub = createServer().listen(0, '127.0.0.1');
  await once(hub, 'listening');
  const { port } = hub.address() as AddressInfo;
  hub.close();
  await once(hub, 'close');
  const failure = await new Promise<string>((resolve) => {
    const dialer = new WebRtcDialer({
      url: `http://127.0.0.1:${port}`,
      deviceId: 'pi',
      clock: new ManualClock(),
      prepare: async () => ({ opened: () => undefined, discard: () => undefined }) as never,
      onFailure: resolve,
    });
    onTestFinished(() => dialer.close());
    void dialer.start();
  });
  expect(failure).toContain('ECONNREFUSED');
});
