import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, it, onTestFinished } from 'vitest';
import { demoSample } from './support/audio/demo-samples.ts';
import { simDevice, startBackend } from './support/backend.ts';
import { VirtualTime } from './support/time/virtual-time.ts';

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[];
}

/** A receiver of OTLP over HTTP with JSON. */
async function receiver() {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      if (request.method === 'POST' && request.url === '/v1/traces') bodies.push(body);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const all = (): { resource: { attributes: Span['attributes'] }; scopeSpans: { spans: Span[] }[] }[] =>
    bodies.flatMap((body) => JSON.parse(body).resourceSpans);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bodies,
    resources: () => all().map(({ resource }) => resource.attributes),
    spans: () => all().flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
  };
}

it('a turn is one trace, sent over OTLP to a receiver', async () => {
  const collector = await receiver();
  const time = new VirtualTime();
  const device = await simDevice({ name: 'kitchen', clock: time.clock });
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url };
  const backend = await startBackend([device], { time, env });
  await time.during(device.waitForConnection());
  await time.during(device.say(demoSample('01.wav')));
  await time.during(device.waitForReply());
  await time.until(() => expect(backend.all('turn.ended')).toHaveLength(1));
  await backend.close();

  const spans = collector.spans();
  const turns = spans.filter(({ parentSpanId }) => !parentSpanId);
  expect(turns.map(({ name }) => name)).toEqual(['turn user']);
  const [turn] = turns;
  const children = spans.filter(({ parentSpanId }) => parentSpanId === turn?.spanId);
  expect(children).toHaveLength(spans.length - 1);
  expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
  const names = new Set(children.map(({ name }) => name));
  expect([...names].sort()).toEqual(
    ['chat scripted', 'playout', 'stt sherpa', 'tts espeak', 'vad endpointing', 'vad speech'].sort(),
  );
  for (const { name, startTimeUnixNano, endTimeUnixNano } of children) {
    expect(BigInt(startTimeUnixNano) >= BigInt(turn?.startTimeUnixNano ?? 0), name).toBe(true);
    expect(BigInt(endTimeUnixNano) >= BigInt(startTimeUnixNano), name).toBe(true);
  }
  expect(turn?.attributes).toContainEqual({ key: 'dialtone.device', value: { stringValue: 'kitchen' } });
  expect(collector.resources()[0]).toContainEqual({ key: 'service.name', value: { stringValue: 'dialtone' } });
  // What was said stays here.
  expect(collector.bodies.join('')).not.toContain(demoSample('01.wav').text);
});

it('a receiver that is not there costs nothing but the traces', async () => {
  const time = new VirtualTime();
  const device = await simDevice({ name: 'kitchen', clock: time.clock });
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' };
  const backend = await startBackend([device], { time, env });
  await time.during(device.waitForConnection());
  await time.during(device.say(demoSample('01.wav')));
  await time.during(device.waitForReply());
  await time.until(() => expect(backend.all('turn.ended')).toHaveLength(1));
  await backend.close();
  expect(backend.log()).not.toContain('"level":"error"');
});
