import { cleanText } from '../core/clean-text.ts';

/** Longest value in a readable line, UTF-16 units. */
const MAX_VALUE = 2_000;

/** ANSI colours of levels: grey, cyan, yellow, red. */
const COLOURS: Readonly<Record<string, number>> = { trace: 90, debug: 90, info: 36, warn: 33, error: 31, fatal: 31 };

/**
 * A line of the JSON log, made for people who read it in a terminal: time of day, level, device, message, then every other field
 * as `key=value`. A stack follows on lines of its own. What is no JSON object is given back as it is.
 * @param line with its line end
 */
export function readableLine(line: string, colour: boolean): string {
  let fields: Record<string, unknown>;
  try {
    fields = JSON.parse(line) as Record<string, unknown>;
  } catch {
    return line;
  }
  if (typeof fields !== 'object' || fields === null) return line;
  const { level, time, msg, device, turn, err, ...rest } = fields;
  const { stack, ...error } = (typeof err === 'object' && err !== null ? err : {}) as Record<string, unknown>;
  const paint = (code: number, text: string) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);
  const who = device === undefined ? '' : `${text(device)}${turn === undefined ? '' : ` #${text(turn)}`}: `;
  const name = text(level ?? 'info');
  const parts = [
    paint(90, timeOf(time)),
    paint(COLOURS[name] ?? 0, name.toUpperCase().padEnd(5)),
    `${who}${text(msg ?? '')}`.trim(),
    paint(90, [...pairs(rest), ...pairs({ err: error })].join(' ')),
  ];
  const head = parts
    .filter((part) => part !== '')
    .join(' ')
    .trimEnd();
  return `${[head, ...stackLines(stack)].join('\n')}\n`;
}

/** Fields as `key=value`; what is within an object has its path as the key. */
function pairs(fields: Readonly<Record<string, unknown>>, prefix = ''): string[] {
  return Object.entries(fields).flatMap(([key, value]) => {
    const path = `${prefix}${cleanText(key)}`;
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return pairs(value as Record<string, unknown>, `${path}.`);
    }
    return [`${path}=${quoted(value)}`];
  });
}

function quoted(value: unknown): string {
  if (typeof value !== 'string') return text(JSON.stringify(value));
  return value !== '' && !/[\s"=]/.test(value) ? text(value) : text(JSON.stringify(value));
}

function stackLines(stack: unknown): string[] {
  if (typeof stack !== 'string') return [];
  // The first line repeats the message.
  return stack.split('\n').slice(1).map(text);
}

/** JSON has escaped what could command a terminal; here it is plain again. */
function text(value: unknown): string {
  return cleanText(String(value), MAX_VALUE);
}

/** The time of day in this machine's time zone, as in 18:05:09.123. */
function timeOf(time: unknown): string {
  const date = new Date(String(time));
  if (Number.isNaN(date.getTime())) return '--:--:--.---';
  const [hours, minutes, seconds] = [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) =>
    String(part).padStart(2, '0'),
  );
  return `${hours}:${minutes}:${seconds}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}
