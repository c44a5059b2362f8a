import { expect, it } from 'vitest';
import { startWebServer } from '../../../test/support/web-server.ts';
import type { TurnEnded } from '../../conversation/events.ts';
import { ManualClock } from '../../core/manual-clock.ts';
import { EventBus } from '../event-bus.ts';
import { createLog } from '../log.ts';
import { startTraces } from './start-traces.ts';

const TURN: TurnEnded = {
  type: 'turn.ended',
  device: 'hall',
  turn: 1,
  kind: 'user',
  outcome: 'answered',
  heard: '',
  answer: '',
  written: '',
  spokenMs: 0,
  stages: {},
  moments: { started: 1_000, ended: 2_000 },
};

it('traces that are not taken are a line of the log', async () => {
  const server = await startWebServer((request, response) => {
    request.resume();
    response.writeHead(404).end();
  });
  const lines: string[] = [];
  const clock = new ManualClock(1_000_000);
  const bus = new EventBus(clock, (error) => {
    throw error;
  });
  const log = createLog('info', { write: (line) => lines.push(line) });
  const close = await startTraces({ OTEL_EXPORTER_OTLP_ENDPOINT: server.url }, { bus, clock, version: '1', log });
  bus.report(TURN);
  await close();
  expect(server.requests.map(({ url }) => url)).toEqual(['/v1/traces']);
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    expect.objectContaining({
      level: 'warn',
      event: 'traces.failed',
      error: expect.any(String),
      msg: expect.stringContaining('OTEL_EXPORTER_OTLP_ENDPOINT'),
    }),
  ]);
});
