import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { turnsDuring } from '../../test/support/devices/turns-during.ts';
import { PacedText } from './paced-text.ts';

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

const textOf = async (paced: PacedText) => Buffer.concat(await paced.write()).toString();

test('is what the library itself would write, at first and whenever something has changed', async () => {
  const registry = largeRegistry();
  const paced = new PacedText(registry);
  expect(await textOf(paced)).toBe(await registry.metrics());
  expect(await textOf(paced)).toBe(await registry.metrics());
  const gauge = registry.getSingleMetric('g') as Gauge;
  const counter = registry.getSingleMetric('c_total') as Counter;
  gauge.set({ device: 'most', state: 'ready' }, 5);
  gauge.inc({ device: 'd "7" \\ \n', state: 'ready' }, Number.NaN);
  gauge.remove({ device: 'd "3" \\ \n', state: 'ready' });
  counter.inc({ device: 'd7' }, 0.1);
  counter.inc({ device: 'new' }, 1e21);
  expect(await textOf(paced)).toBe(await registry.metrics());
  gauge.set({ device: 'd "7" \\ \n', state: 'ready' }, 1);
  expect(await textOf(paced)).toBe(await registry.metrics());
});

test('of nothing is what the library makes of it', async () => {
  const registry = new Registry();
  expect(await textOf(new PacedText(registry))).toBe(await registry.metrics());
});

test('lets other work in between the pieces of one metric', async () => {
  const registry = new Registry();
  const gauge = new Gauge({ name: 'g', help: 'g', labelNames: ['device'], registers: [registry] });
  for (let index = 0; index < 5_000; index++) gauge.set({ device: `d${index}` }, index);
  expect(await turnsDuring(() => new PacedText(registry).write())).toBeGreaterThanOrEqual(10);
});
