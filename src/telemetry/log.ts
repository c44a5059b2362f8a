import { type DestinationStream, type Logger, pino, stdTimeFunctions } from 'pino';
import { cleanText } from '../core/clean-text.ts';
import type { Settings } from '../settings.ts';
import type { LogOutput } from './log-output.ts';

/** The log. */
export type Log = Logger;

/** Longest message and stack of an error in the log, UTF-16 units. */
const MAX_MESSAGE = 2_000;
const MAX_STACK = 8_000;

/**
 * Creates the log: one JSON object a line.
 * @param level as in settings; `warning` and `critical` are the original's words for `warn` and `fatal`
 */
export function createLog(level: Settings['LOG_LEVEL'], destination: DestinationStream): Log {
  return pino(
    {
      level: pinoLevel(level),
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: withPlainErrors },
      // Errors are plain by now; pino's own serialiser would not add to them, but must not be asked.
      serializers: { err: (value: unknown) => value },
    },
    destination,
  );
}

/**
 * Creates the log on an output that may leave lines out: where some are missing, a line says how many.
 * @param rewrite makes another line of a line of JSON. Default: it is written as it is
 */
export function createLogOn(output: LogOutput, level: Settings['LOG_LEVEL'], rewrite?: (line: string) => string): Log {
  const log = createLog(level, rewrite ? { write: (line) => output.write(rewrite(line)) } : output);
  output.onGap = (lines) => {
    const text = lines === 1 ? '1 line was left out' : `${lines} lines were left out`;
    const fields = { event: 'log.lines_left_out', lines };
    const message = `${text} here: the reader of the log stood still, and more had come than may wait`;
    // As loud as the log allows: who reads errors only must learn that some are missing.
    if (log.isLevelEnabled('warn')) log.warn(fields, message);
    else if (log.isLevelEnabled('error')) log.error(fields, message);
    else log.fatal(fields, message);
  };
  return log;
}

function pinoLevel(level: Settings['LOG_LEVEL']): string {
  if (level === 'warning') return 'warn';
  return level === 'critical' ? 'fatal' : level;
}

/** Replaces every error of a line, whatever its key: libraries hang requests, headers and keys on theirs. */
function withPlainErrors(fields: Record<string, unknown>): Record<string, unknown> {
  let plain: Record<string, unknown> | undefined;
  for (const [key, value] of Object.entries(fields)) {
    if (!(value instanceof Error)) continue;
    plain ??= { ...fields };
    plain[key] = plainError(value);
  }
  return plain ?? fields;
}

/** What is told of an error: these four and nothing else. */
function plainError(error: Error): Record<string, string> {
  const code = (error as { code?: unknown }).code;
  return {
    name: cleanText(error.name),
    ...(typeof code === 'string' ? { code: cleanText(code) } : {}),
    message: cleanText(error.message, MAX_MESSAGE),
    ...(error.stack ? { stack: cleanLines(error.stack.slice(0, MAX_STACK)) } : {}),
  };
}

function cleanLines(text: string): string {
  return text
    .split('\n')
    .map((line) => cleanText(line, MAX_MESSAGE))
    .join('\n');
}
