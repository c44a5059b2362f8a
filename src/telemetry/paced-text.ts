import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Metric, type MetricObjectWithValues, type MetricValue, Registry } from 'prom-client';

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
  /**
   * Of each metric: its series, and their lines up to the value as the library has written them once, which is most of the
   * work. By position, which hardly ever changes: a WeakMap of so many holds every garbage collection up.
   */
  readonly #written = new Map<string, { readonly series: Series[]; readonly beginnings: string[] }>();

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
    for (let first = 0; first < whole.values.length; first += SERIES_AT_ONCE) {
      const lines = await this.#lines(whole, first);
      yield `\n${lines.join('\n')}`;
      await nextTurn();
    }
  }

  async #lines(whole: MetricValues, first: number): Promise<string[]> {
    const values = whole.values.slice(first, first + SERIES_AT_ONCE);
    const known = this.#writtenOf(whole);
    const isKnown = (each: Series, index: number) =>
      known.series[first + index] === each && Number.isFinite(each.value);
    const unknown = values.filter((each, index) => !isKnown(each, index));
    // HELP and TYPE come first.
    const byLibrary =
      unknown.length > 0 ? (await libraryText({ ...whole, values: unknown })).split('\n').slice(2).values() : undefined;
    return values.map((each, index) => {
      if (isKnown(each, index)) return `${known.beginnings[first + index]}${each.value}`;
      const line = byLibrary?.next().value ?? '';
      known.series[first + index] = each;
      known.beginnings[first + index] = line.slice(0, line.lastIndexOf(' ') + 1);
      return line;
    });
  }

  #writtenOf({ name, values }: MetricValues): { readonly series: Series[]; readonly beginnings: string[] } {
    let written = this.#written.get(name);
    if (!written) {
      written = { series: [], beginnings: [] };
      this.#written.set(name, written);
    }
    // Devices that are no more leave nothing behind.
    written.series.length = Math.min(written.series.length, values.length);
    written.beginnings.length = written.series.length;
    return written;
  }
}

/** prom-client asks a metric for no more than its name and its values in order to write it. */
function libraryText(metric: Metric | MetricValues): Promise<string> {
  const registry = new Registry();
  const { name } = metric as { readonly name: string };
  registry.registerMetric(('get' in metric ? metric : { name, get: async () => metric }) as Metric);
  return registry.getSingleMetricAsString(name);
}
