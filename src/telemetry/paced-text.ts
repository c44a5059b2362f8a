import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Metric, type MetricObjectWithValues, type MetricValue, Registry } from 'prom-client';
import { inBatches } from '../core/in-batches.ts';

/** So many series are written without a pause: less than a millisecond's work, a few times that when they are new. */
const SERIES_AT_ONCE = 500;

type Series = MetricValue<string>;
type MetricValues = MetricObjectWithValues<Series>;

/**
 * All metrics of a registry in Prometheus' text format, byte for byte as `registry.metrics()` has it, but piece by piece: a
 * thousand devices have tens of thousands of series, and the audio of all of them comes first.
 */
export class PacedText {
  readonly #registry: Registry;
  /** The line of a series up to its value, as the library has written it once: that is most of the work. */
  readonly #beginnings = new WeakMap<Series, string>();

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  /** The text in pieces of about 50 KB. */
  async write(): Promise<Buffer[]> {
    const pieces: Buffer[] = [];
    for (const { name } of this.#registry.getMetricsAsArray()) {
      const metric = this.#registry.getSingleMetric(name);
      if (!metric) continue;
      if (pieces.length > 0) pieces.push(Buffer.from('\n\n'));
      for await (const lines of this.#metric(metric)) pieces.push(Buffer.from(lines));
    }
    pieces.push(Buffer.from('\n'));
    return pieces;
  }

  async *#metric(metric: Metric): AsyncGenerator<string> {
    const whole = (await metric.get()) as MetricValues;
    await nextTurn();
    // A histogram makes its series only while it is written; no device has any.
    if (whole.type.toString() === 'histogram') return yield libraryText(metric);
    yield await libraryText({ ...whole, values: [] });
    for await (const series of inBatches(whole.values, SERIES_AT_ONCE)) {
      yield `\n${(await this.#lines(whole, series)).join('\n')}`;
    }
  }

  async #lines(whole: MetricValues, series: readonly Series[]): Promise<string[]> {
    const isKnown = (each: Series) => Number.isFinite(each.value) && this.#beginnings.has(each);
    const values = series.filter((each) => !isKnown(each));
    const byLibrary = new Map<Series, string>();
    if (values.length > 0) {
      // HELP and TYPE come first.
      const lines = (await libraryText({ ...whole, values })).split('\n').slice(2);
      for (const [index, each] of values.entries()) byLibrary.set(each, lines[index] ?? '');
    }
    return series.map((each) => {
      const line = byLibrary.get(each);
      if (line === undefined) return `${this.#beginnings.get(each)}${each.value}`;
      this.#beginnings.set(each, line.slice(0, line.lastIndexOf(' ') + 1));
      return line;
    });
  }
}

/** prom-client asks a metric for no more than its name and its values in order to write it. */
function libraryText(metric: Metric | MetricValues): Promise<string> {
  const registry = new Registry();
  const { name } = metric as { readonly name: string };
  registry.registerMetric(('get' in metric ? metric : { name, get: async () => metric }) as Metric);
  return registry.getSingleMetricAsString(name);
}
