import { systemClock } from '../core/clock.ts';
import { EventBus } from '../telemetry/event-bus.ts';
import { createMetrics } from '../telemetry/metrics.ts';

/** dialtone's own metrics as a Markdown table: name, type, labels, what it is. */
export function metricsTable(): string {
  const bus = new EventBus(systemClock, () => undefined);
  const metrics = createMetrics({ bus, clock: systemClock, version: '', perDevice: true });
  const rows = metrics.describe().map(({ name, type, help, labels }) => {
    const named = labels.map((label) => `\`${label}\``).join(', ');
    return `| \`${name}\` | ${type} | ${named} | ${help.replaceAll('|', '\\|')} |`;
  });
  metrics.close();
  return ['| metric | type | labels | what it is |', '| --- | --- | --- | --- |', ...rows].join('\n');
}
