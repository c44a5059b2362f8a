import type { Context } from '@opentelemetry/api';
import { DialtoneError } from '../../core/errors.ts';
import type { SpanSink } from './turn-traces.ts';

/** A sink that must be closed. */
export interface OtlpSink extends SpanSink {
  /** Sends what is not sent yet, for 2 s at most. Never rejects. */
  close(): Promise<void>;
}

/** How long the end waits for the receiver, milliseconds. */
const FLUSH_MS = 2_000;

/**
 * Sends spans over OTLP/HTTP, in batches, in the background; when the receiver is away they are lost. The other variables of
 * OpenTelemetry (`OTEL_EXPORTER_OTLP_HEADERS`, `OTEL_BSP_SCHEDULE_DELAY` …) are read by its own packages, which are loaded here only.
 * @param endpoint base address, as in http://localhost:4318
 * @param onSent a batch was taken, or was not and is lost
 * @throws DialtoneError `settings_invalid` when the optional packages are not installed
 */
export async function openOtlpSink(
  endpoint: string,
  version: string,
  onSent: (error: Error | undefined) => void,
): Promise<OtlpSink> {
  const [api, { OTLPTraceExporter }, { resourceFromAttributes }, sdk] = await load();
  const { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } = api;
  const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/+$/, '')}/v1/traces` });
  const processor = new sdk.BatchSpanProcessor({
    exporter: {
      export: (spans, done) =>
        exporter.export(spans, (result) => {
          onSent(result.code === 0 ? undefined : (result.error ?? new Error('the receiver refuses them')));
          done(result);
        }),
      shutdown: () => exporter.shutdown(),
      forceFlush: () => exporter.forceFlush(),
    },
  });
  const provider = new sdk.TracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'dialtone', 'service.version': version }),
    spanProcessors: [processor],
  });
  const tracer = provider.getTracer('dialtone', version);
  return {
    span: ({ name, isClient, attributes, error }, { startMs, endMs }, parent) => {
      const kind = isClient ? SpanKind.CLIENT : SpanKind.INTERNAL;
      const options = { startTime: new Date(startMs), kind, attributes: { ...attributes } };
      const span = tracer.startSpan(name, options, (parent as Context | undefined) ?? ROOT_CONTEXT);
      if (error !== undefined) {
        span.setAttribute('error.type', error);
        span.setStatus({ code: SpanStatusCode.ERROR });
      }
      span.end(new Date(endMs));
      return trace.setSpan(ROOT_CONTEXT, span);
    },
    close: async () => {
      const late = new Promise<void>((resolve) => setTimeout(resolve, FLUSH_MS).unref());
      await Promise.race([provider.shutdown().catch(() => undefined), late]);
    },
  };
}

async function load() {
  try {
    return await Promise.all([
      import('@opentelemetry/api'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/resources'),
      import('@opentelemetry/sdk-trace'),
    ]);
  } catch (cause) {
    const message =
      'OTEL_EXPORTER_OTLP_ENDPOINT needs the optional packages of OpenTelemetry: npm ci --include=optional, or unset it';
    throw new DialtoneError('settings_invalid', message, { cause });
  }
}
