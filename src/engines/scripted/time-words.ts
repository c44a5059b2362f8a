import { sayNumber, sayOrdinal } from './number-words.ts';

/** A moment as the clocks on the wall of some place show it. */
export interface WallTime {
  /** "Friday". */
  readonly weekday: string;
  /** Day of the month. */
  readonly day: number;
  /** "May". */
  readonly month: string;
  /** 0 to 23. */
  readonly hour: number;
  readonly minute: number;
}

/** @param wallMs milliseconds since 1970. @param timeZone IANA name; undefined: that of this machine */
export function wallTime(wallMs: number, timeZone: string | undefined): WallTime {
  const parts = new Intl.DateTimeFormat('en-GB', {
    ...(timeZone === undefined ? {} : { timeZone }),
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    hour: 'numeric',
    minute: 'numeric',
    hourCycle: 'h23',
  }).formatToParts(wallMs);
  const part = (type: string) => parts.find((candidate) => candidate.type === type)?.value ?? '';
  return {
    weekday: part('weekday'),
    day: Number(part('day')),
    month: part('month'),
    hour: Number(part('hour')),
    minute: Number(part('minute')),
  };
}

/** "ten past three in the afternoon". */
export function sayTime({ hour, minute }: WallTime): string {
  const late = minute > 30;
  const named = (hour + (late ? 1 : 0)) % 24;
  if (minute === 0 && named === 0) return 'midnight';
  if (minute === 0 && named === 12) return 'noon';
  const name = named === 0 ? 'midnight' : named === 12 ? 'noon' : sayNumber(named % 12);
  if (minute === 0) return `${name} o'clock ${dayPartPhrase(hour)}`;
  const said = `${saySpan(late ? 60 - minute : minute)} ${late ? 'to' : 'past'} ${name}`;
  return named % 12 === 0 ? said : `${said} ${dayPartPhrase(hour)}`;
}

function saySpan(minutes: number): string {
  if (minutes === 15) return 'a quarter';
  if (minutes === 30) return 'half';
  if (minutes % 5 === 0) return sayNumber(minutes);
  return minutes === 1 ? 'one minute' : `${sayNumber(minutes)} minutes`;
}

/** "morning", "afternoon", "evening" or "night". @param hour 0 to 23 */
export function dayPart(hour: number): 'morning' | 'afternoon' | 'evening' | 'night' {
  if (hour < 5 || hour >= 22) return 'night';
  return hour < 12 ? 'morning' : hour < 18 ? 'afternoon' : 'evening';
}

function dayPartPhrase(hour: number): string {
  const part = dayPart(hour);
  return part === 'night' ? 'at night' : `in the ${part}`;
}

/** "Friday, the twenty first of May". */
export function sayDate({ weekday, day, month }: WallTime): string {
  return `${weekday}, the ${sayOrdinal(day)} of ${month}`;
}
