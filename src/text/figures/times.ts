import type { SpokenLexicon } from '../lexicons/lexicon.ts';
import type { Shelf } from '../shelf.ts';
import { counted } from './number.ts';

const TIME =
  /(?<![\p{L}\p{N}:]|\d[.,/-])(\d{1,2}):([0-5]\d)(?::([0-5]\d))?(?:[.,]\d{1,3}(?=Z))?(?:\s?([ap]\.?m\b\.?|[AP]\.?M\b\.?|Uhr\b))?(?![\p{N}:]|[.,/]\d|\s?(?:min|hours?|minutes?|h|Std|Stunden|Minuten|heures?)(?!\p{L}))/gu;
const BETWEEN =
  /(?<![\p{N}:])(\d{1,2}:[0-5]\d(?:\s?(?:[ap]\.?m\.?|Uhr))?)\s?[-–—~]\s?(?=\d{1,2}:[0-5]\d(?![\p{N}:]))/giu;
const DOTTED =
  /(?<![\p{L}\p{N}.,:])(\d{1,2})\.([0-5]\d)(?=\s?(?:Uhr\b|[ap]\.?m\b)|\s?[-–]\s?\d{1,2}\.[0-5]\d\s?Uhr\b)/gu;
const ATTACHED = /(?<=\d)([ap]m|[AP]M)(?![\p{L}\p{N}])/gu;
const ZONE =
  /(?<![\p{L}\p{N}])(UTC|GMT|CET|CEST|MEZ|MESZ|EST|EDT|PST|PDT)\s?([+−-])\s?0?(\d{1,2})(?::?(00|[1-5]\d))?(?![\p{N}:])/gu;
const HOURS =
  /(?<![\p{L}\p{N}.,:])(\d{1,3})\s?(?:h|hr|hrs|Std\.?)\s?([0-5]?\d)\s?(?:m|min|mins|Min\.?)(?:\s?([0-5]?\d)\s?(?:s|sec|secs|Sek\.?))?(?![\p{L}\p{N}])/gu;
const MINUTES =
  /(?<![\p{L}\p{N}.,:])(\d{1,3})\s?(?:m|min|mins|Min\.?)\s?([0-5]?\d)\s?(?:s|sec|secs|Sek\.?)(?![\p{L}\p{N}])/gu;

/** Says times of day that voices read wrong (7:00, 9:05, 14:05:09), time zones, and durations such as 1:02:03 and 1h 30m. */
export function sayTimes(text: string, lexicon: SpokenLexicon, shelf: Shelf): string {
  const { plus, minus, to, sayTime } = lexicon;
  return text
    .replace(DOTTED, '$1:$2')
    .replace(BETWEEN, `$1 ${to} `)
    .replace(/(\d{1,2}\s?h(?:\s?[0-5]\d)?)\s?[-–—~]\s?(?=\d{1,2}\s?h)/g, `$1 ${to} `)
    .replace(ZONE, (_, zone: string, sign: string, hours: string, minutes: string | undefined) => {
      const offset = minutes === undefined || minutes === '00' ? hours : `${hours}:${minutes}`;
      return `${zone} ${sign === '+' ? plus : minus} ${shelf.put(offset)}`;
    })
    .replace(TIME, (match: string, hour: string, minute: string, second: string | undefined, half = '') => {
      const [hours, minutes] = [Number(hour), Number(minute)];
      const seconds = second === undefined ? undefined : Number(second);
      if (seconds !== undefined && (hour.length === 1 || hours > 24 || hours === 0))
        return shelf.put(duration([hours, minutes, seconds], lexicon));
      if (hours > 24) return match;
      const said = sayTime({ hours, minutes, seconds, half: half === 'Uhr' ? '' : half });
      return shelf.put(said ?? (/^0\d/.test(hour) ? match.slice(1) : match));
    })
    .replace(HOURS, (_, hours, minutes, seconds) =>
      shelf.put(duration([Number(hours), Number(minutes), Number(seconds ?? 0)], lexicon)),
    )
    .replace(MINUTES, (_, minutes, seconds) => shelf.put(duration([0, Number(minutes), Number(seconds)], lexicon)))
    .replace(ATTACHED, ' $1');
}

/** "1 hour, 2 minutes and 3 seconds". What is 0 is left out. */
function duration(parts: readonly [hours: number, minutes: number, seconds: number], lexicon: SpokenLexicon): string {
  const said = parts
    .map((value, index) => [value, ['h', 'min', 's'][index] ?? 's'] as const)
    .filter(([value]) => value > 0)
    .map(([value, unit]) => `${value} ${counted(lexicon.units[unit], String(value), lexicon)}`);
  const last = said.pop() ?? '0';
  return said.length === 0 ? last : `${said.join(', ')} ${lexicon.and} ${last}`;
}
