import { cleanText } from '../../core/clean-text.ts';
import type { Clock } from '../../core/clock.ts';
import type { Settings } from '../../settings.ts';
import type { EventBus } from '../event-bus.ts';
import { FailureLines } from '../failure-lines.ts';
import type { Log } from '../log.ts';
import { traceTurns } from './turn-traces.ts';

/** What traces are made from. */
interface TracesDeps {
  readonly bus: Pick<EventBus, 'subscribe'>;
  readonly clock: Clock;
  readonly version: string;
  readonly log: Log;
}

/**
 * Sends a trace of each turn where the settings ask for it; otherwise nothing is loaded. The returned function ends it and never
 * rejects.
 * @throws DialtoneError `settings_invalid` when the optional packages are not installed
 */
export async function startTraces(
  { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }: Pick<Settings, 'OTEL_EXPORTER_OTLP_ENDPOINT'>,
  { bus, clock, version, log }: TracesDeps,
): Promise<() => Promise<void>> {
  if (endpoint === undefined) return async () => {};
  const { openOtlpSink } = await import('./otlp-sink.ts');
  const lines = new FailureLines(log, { failed: 'traces.failed', recovered: 'traces.recovered' });
  const onSent = (error: Error | undefined) => {
    if (error)
      lines.failed(
        '',
        { error: cleanText(error.message) },
        'traces are not taken and lost: see OTEL_EXPORTER_OTLP_ENDPOINT',
      );
    else lines.worked('', {}, 'traces are taken again');
  };
  const sink = await openOtlpSink(endpoint, version, onSent);
  const stop = traceTurns(bus, clock, sink);
  return async () => {
    stop();
    await sink.close();
  };
}
