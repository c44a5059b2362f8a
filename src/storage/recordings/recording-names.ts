/** The two sides of a turn. */
export type Side = 'user' | 'assistant';

/** The index of a day: one line of JSON a turn. */
export const INDEX_NAME = 'turns.jsonl';

const DAY_MS = 24 * 3_600_000;
const WAV_NAME = /^(\d\d)(\d\d)(\d\d\.\d{3})-\d{1,15}-(?:user|assistant)\.wav$/;

/** Folder of a day (UTC), as in `2026-01-31`. */
export function dayName(wallMs: number): string {
  return new Date(wallMs).toISOString().slice(0, 10);
}

/** Name of a side's audio, by when its turn began (UTC), as in `120158.250-7-user.wav`. */
export function wavName(wallMs: number, turn: number, side: Side): string {
  const time = new Date(wallMs).toISOString().slice(11, 23).replaceAll(':', '');
  return `${time}-${turn}-${side}.wav`;
}

/** Whether a folder bears the name of a day. */
export function isDayName(name: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(name) && !Number.isNaN(Date.parse(name));
}

/**
 * How young a file of ours is: when its turn began, of an index the end of its day. Wall-clock milliseconds since 1970;
 * undefined when the file is none of ours.
 */
export function timeOf(day: string, name: string): number | undefined {
  if (name === INDEX_NAME) return Date.parse(day) + DAY_MS;
  const [, hours, minutes, seconds] = WAV_NAME.exec(name) ?? [];
  if (hours === undefined) return undefined;
  const time = Date.parse(`${day}T${hours}:${minutes}:${seconds}Z`);
  return Number.isNaN(time) ? undefined : time;
}
