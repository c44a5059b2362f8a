import { cleanText, MAX_SPEECH } from '../../core/clean-text.ts';

/** An event of GET /v1/events: what is read of it. */
export interface StreamEvent {
  readonly type?: unknown;
  readonly at?: unknown;
  readonly device?: unknown;
  readonly [field: string]: unknown;
}

/**
 * An event as lines for people; none where a person who follows conversations learns nothing from it.
 * @param devices the names that are followed; empty: all
 */
export function tailLines(event: StreamEvent, devices: ReadonlySet<string>): string[] {
  const device = typeof event.device === 'string' ? event.device : undefined;
  if (devices.size > 0 && (device === undefined || !devices.has(device))) return [];
  const who = device === undefined ? '' : `${cleanText(device)}  `;
  return sentences(event).map((text) => `${timeOf(event.at)}  ${who}${text}`);
}

function sentences(event: StreamEvent): string[] {
  const { type, state, previous, error, kind } = event;
  switch (type) {
    case 'snapshot':
      return [describeFleet(event.devices)];
    case 'device.state':
      if (state === 'ready') return ['is connected'];
      if (previous === 'ready') return [`${describe(error) ?? 'line closed'}`];
      return [];
    case 'device.warning':
      return [`warning: ${text(event.message)} (${text(event.code)})`];
    case 'turn.heard':
      return event.text === undefined || event.text === '' ? [] : [`user: ${text(event.text)}`];
    case 'turn.ended':
      return endOfTurn(event);
    case 'tool.call':
      return [`calls ${text(event.tool)}${event.ok ? '' : ', which fails'}`];
    case 'engine.error':
      return [`${text(kind)} engine ${text(event.engine)}: ${text(event.message)} (${text(event.code)})`];
    case 'engine.state':
      return [
        `${text(kind)} engine ${text(event.engine)} is ${text(state)}${event.reason ? `: ${text(event.reason)}` : ''}`,
      ];
    case 'speech_host.state':
      return [`speech host is ${text(state)}${event.reason ? `: ${text(event.reason)}` : ''}`];
    case 'config.reloaded':
      if (event.ok) return ['devices.json read again'];
      return ['devices.json is not right:', ...lines(event.errors).map((line) => `  ${line}`)];
    default:
      return [];
  }
}

function endOfTurn({ outcome, answer, kind, stages_ms, error }: StreamEvent): string[] {
  const total = (stages_ms as { total?: unknown } | undefined)?.total;
  const after = typeof total === 'number' ? ` (after ${(total / 1000).toFixed(1)} s)` : '';
  const spoken = typeof answer === 'string' && answer !== '' ? [`dialtone: ${text(answer)}${after}`] : [];
  switch (outcome) {
    case 'answered':
      // Without transcripts there are no words: that there was an answer is told all the same.
      return spoken.length > 0 || kind === 'answer' ? spoken : [`answered${after}`];
    case 'failed':
      return [...spoken, `turn failed: ${describe(error) ?? 'the log says why'}`];
    case 'no_speech':
      return [];
    default:
      return [...spoken, text(outcome)];
  }
}

function describeFleet(devices: unknown): string {
  const states = Object.values((devices ?? {}) as Record<string, { connected?: unknown }>);
  return `${states.filter(({ connected }) => connected === true).length} of ${states.length} devices are connected`;
}

function describe(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { code, message } = error as { code?: unknown; message?: unknown };
  return `${text(message)} (${text(code)})`;
}

function lines(values: unknown): string[] {
  return Array.isArray(values) ? values.map(text) : [];
}

function text(value: unknown): string {
  return cleanText(String(value), MAX_SPEECH);
}

/** The time of day in this machine's time zone, as in 18:05:09. */
function timeOf(at: unknown): string {
  const time = typeof at === 'string' ? new Date(at) : undefined;
  if (!time || Number.isNaN(time.getTime())) return '--:--:--';
  return [time.getHours(), time.getMinutes(), time.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
}
