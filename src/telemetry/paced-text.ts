import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Metric, type MetricObjectWithValues, type MetricValue, Registry } from 'prom-client';

/** So many series are written without a pause: about a millisecond's work. */
const SERIES_AT_ONCE = 500;

/**
 * All metrics in Prometheus' text format, as `registry.metrics()` has it, but written piece by piece: a thousand devices
 * have tens of thousands of series, and the audio of all of them comes first.
 */
export async function pacedText(registry: Registry): Promise<string> {
  const metrics: string[] = [];
  for (const { name } of registry.getMetricsAsArray()) {
    const metric = registry.getSingleMetric(name);
    if (metric) metrics.push(await metricText(metric));
    await nextTurn();
  }
  return `${metrics.join('\n\n')}\n`;
}

async function metricText(metric: Metric): Promise<string> {
  const whole = (await metric.get()) as MetricObjectWithValues<MetricValue<string>>;
  // A histogram makes its series only while it is written; no device has any.
  if (whole.type.toString() === 'histogram' || whole.values.length <= SERIES_AT_ONCE) return text(metric, whole.name);
  const parts: string[] = [];
  for (let first = 0; first < whole.values.length; first += SERIES_AT_ONCE) {
    const values = whole.values.slice(first, first + SERIES_AT_ONCE);
    const part = await text({ name: whole.name, get: async () => ({ ...whole, values }) }, whole.name);
    // HELP and TYPE come once.
    parts.push(first === 0 ? part : part.split('\n').slice(2).join('\n'));
    await nextTurn();
  }
  return parts.join('\n');
}

/** prom-client asks a metric for no more than its name and its values in order to write it. */
function text(metric: Metric | { readonly name: string; get(): Promise<object> }, name: string): Promise<string> {
  const registry = new Registry();
  registry.registerMetric(metric as Metric);
  return registry.getSingleMetricAsString(name);
}
