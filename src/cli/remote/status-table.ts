import { cleanText } from '../../core/clean-text.ts';
import { textTable } from '../../core/text-table.ts';
import { span } from './spans.ts';

/** What the table shows of a device, as GET /v1/devices/status has it. */
export interface ShownDevice {
  readonly state: string;
  readonly enabled: boolean;
  readonly since: string;
  /** Missing in answers of older backends. */
  readonly down_since?: string | null;
  readonly activity: string;
  readonly rtt_ms: number | null;
  readonly last_error: { readonly code: string; readonly message: string } | null;
  readonly next_retry_at: string | null;
  readonly flapping: boolean;
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
}

/**
 * The devices as a table: who is connected, since when, and why not; below it what their owners should change.
 * @param nowMs wall-clock milliseconds of the backend
 */
export function statusTable(devices: readonly (readonly [name: string, device: ShownDevice])[], nowMs: number): string {
  const rows = devices.map(([name, device]) => [
    cleanText(name),
    device.state,
    // Of a device that is dialled again and again, since when it is away says more than since when it waits.
    span(nowMs - Date.parse(device.down_since ?? device.since)),
    device.state === 'ready' ? device.activity : '',
    device.state === 'ready' && device.rtt_ms !== null ? `${Math.round(device.rtt_ms)} ms` : '',
    notes(device, nowMs),
  ]);
  const warnings = devices.flatMap(([name, { warnings: noted }]) =>
    noted.map(({ code, message }) => `warning: ${cleanText(name)}: ${cleanText(message)} (${code})`),
  );
  const table = textTable([['DEVICE', 'STATE', 'SINCE', 'DOES', 'PING', 'NOTES'], ...rows]);
  return `${[table, ...warnings].join('\n')}\n`;
}

function notes({ state, enabled, last_error, next_retry_at, flapping }: ShownDevice, nowMs: number): string {
  const all: string[] = [];
  if (flapping) all.push('keeps coming and going');
  if (state !== 'ready' && enabled && last_error) all.push(`${last_error.code}: ${cleanText(last_error.message)}`);
  if (next_retry_at !== null) all.push(`next dial in ${span(Date.parse(next_retry_at) - nowMs)}`);
  return all.join('; ');
}
