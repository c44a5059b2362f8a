import { cleanText } from './clean-text.ts';

/** A day in winter and one in summer: zones that differ, differ on one of them, milliseconds since 1970. */
const DAYS = [Date.UTC(2026, 0, 15), Date.UTC(2026, 6, 15)] as const;

/** Longest part of the value that is told. */
const MAX_TOLD = 64;

/**
 * What is wrong with the environment variable TZ: Node takes UTC for a name that it does not know, and says nothing.
 * @param tz its value; undefined or empty: none is wanted, and nothing is wrong
 * @param offsetAt minutes from UTC to the time of this process, east is more. Default: what the process has made of TZ
 */
export function timeZoneProblem(
  tz: string | undefined,
  offsetAt: (ms: number) => number = ownOffset,
): string | undefined {
  if (tz === undefined || tz === '') return undefined;
  // The colon is of POSIX.
  const name = tz.replace(/^:/, '');
  const zone = zoneOf(name);
  if (zone !== undefined && DAYS.every((ms) => offsetIn(zone, ms) === offsetAt(ms))) return undefined;
  const shown = cleanText(tz, MAX_TOLD);
  const [winter, summer] = DAYS.map((ms) => nameOfOffset(offsetAt(ms)));
  const times = `dialtone takes the time of ${winter}${winter === summer ? '' : `, in summer ${summer}`}`;
  // `europe/paris` is one to Intl and none in TZ; `+02:00` names itself.
  const isMiswritten = zone !== undefined && zone !== name && /^[A-Z]/.test(zone);
  const advice = isMiswritten ? `write TZ=${zone}` : 'give a name as in TZ=Europe/Paris or TZ=America/New_York';
  return `TZ=${shown} is no name of a time zone: ${times}; ${advice}`;
}

/** What a time is said to be of: the zone's name, or how far it is from UTC where it has none, as in `UTC+01:00`. */
export function timeZoneName(format: Intl.DateTimeFormat, ms: number): string {
  const named = format.resolvedOptions().timeZone as string | undefined;
  return named === undefined || named === 'Etc/Unknown' ? nameOfOffset(ownOffset(ms)) : named;
}

/** The zone that is meant; undefined: there is none of this name. */
function zoneOf(name: string): string | undefined {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}

function ownOffset(ms: number): number {
  return 0 - new Date(ms).getTimezoneOffset();
}

function offsetIn(timeZone: string, ms: number): number {
  const format = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' });
  const name = format.formatToParts(ms).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const [, sign, hours = '0', minutes = '0'] = /([+-])(\d\d):(\d\d)/.exec(name) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) || 0;
}

function nameOfOffset(minutes: number): string {
  if (minutes === 0) return 'UTC';
  const size = Math.abs(minutes);
  const two = (value: number) => String(value).padStart(2, '0');
  return `UTC${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}
