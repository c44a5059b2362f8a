import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { pacedText } from './paced-text.ts';

/** More than is written at once, with everything that has to be escaped. */
function largeRegistry(): Registry {
  const registry = new Registry();
  const registers = [registry];
  const gauge = new Gauge({ name: 'g', help: 'A gauge\nof two lines', labelNames: ['device', 'state'], registers });
  const counter = new Counter({ name: 'c_total', help: 'A counter', labelNames: ['device'], registers });
  for (let index = 0; index < 1_234; index++) {
    gauge.set({ device: `d "${index}" \\ \n`, state: 'ready' }, index / 3);
    counter.inc({ device: `d${index}` }, index);
  }
  gauge.set({ device: 'most', state: 'ready' }, Number.POSITIVE_INFINITY);
  new Gauge({ name: 'empty', help: 'Nothing yet', labelNames: ['device'], registers });
  const histogram = new Histogram({
    name: 'h',
    help: 'A histogram',
    labelNames: ['stage'],
    buckets: [1, 2],
    registers,
  });
  for (let index = 0; index < 600; index++) histogram.observe({ stage: `s${index}` }, index % 3);
  return registry;
}

test('is what the library itself would write', async () => {
  const registry = largeRegistry();
  expect(await pacedText(registry)).toBe(await registry.metrics());
});

test('lets other work in between the pieces of one metric', async () => {
  const registry = new Registry();
  const gauge = new Gauge({ name: 'g', help: 'g', labelNames: ['device'], registers: [registry] });
  for (let index = 0; index < 5_000; index++) gauge.set({ device: `d${index}` }, index);
  let turns = 0;
  let done = false;
  const count = () => {
    turns += 1;
    if (!done) setImmediate(count);
  };
  setImmediate(count);
  await pacedText(registry);
  done = true;
  expect(turns).toBeGreaterThanOrEqual(10);
});
