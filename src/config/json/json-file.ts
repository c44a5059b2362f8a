import { readFileSync, statSync } from 'node:fs';
import { DialtoneError } from '../../core/errors.ts';
import { fileErrorText } from '../../core/file-error.ts';
import { errorPosition, findJsonExtra, placeOf } from './json-extras.ts';
import { problemLines } from './problem-lines.ts';

/** A larger file is refused before it is parsed: 10,000 devices need about 3 MB. */
const MAX_BYTES = 8 * 1024 * 1024;

/**
 * The text of a file of the configuration.
 * @throws DialtoneError `config_unreadable`, or `config_invalid` when it is no UTF-8
 */
export function readText(file: string): string {
  let bytes: Buffer;
  try {
    const stat = statSync(file);
    // Docker makes a folder of this name when the file that is mounted does not exist.
    if (stat.isDirectory()) throw new Error('it is a folder: remove it, and put a file there');
    if (!stat.isFile()) throw new Error('it is not a regular file');
    if (stat.size > MAX_BYTES) throw new Error(`it has ${stat.size} bytes; at most ${MAX_BYTES} are read`);
    bytes = readFileSync(file);
  } catch (error) {
    throw new DialtoneError('config_unreadable', `${file} cannot be read: ${fileErrorText(error)}`, {
      cause: error,
    });
  }
  const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (isUtf16) throw invalidFile(file, ['the file is UTF-16: save it as UTF-8']);
  try {
    // Ignores a byte order mark, refuses bytes that are not UTF-8.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw invalidFile(file, ['the file is not UTF-8 text']);
  }
}

/**
 * Parses the text of a file of the configuration.
 * @param expected what an empty file should hold
 * @throws DialtoneError `config_invalid` that names the line and the column
 */
export function parseJson(text: string, file: string, expected: string): unknown {
  if (text.trim() === '') throw invalidFile(file, [`the file is empty; expected ${expected}`]);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalidFile(file, [describeSyntaxError(text, error as SyntaxError)]);
  }
}

/**
 * The error about a file that is not right: every problem, one a line.
 * @param text the JSON of the file, of which each problem then names its line, if there are several; not in `details`, which are the problems
 * as they are
 */
export function invalidFile(file: string, problems: readonly string[], text?: string): DialtoneError {
  const count = problems.length === 1 ? 'an error' : `${problems.length} errors`;
  const lines = text !== undefined && /[\r\n]/.test(text.trim()) ? problemLines(text, problems) : [];
  const list = problems.map((problem, at) => `  - ${lines[at] ? `line ${lines[at]}: ` : ''}${problem}`).join('\n');
  return new DialtoneError('config_invalid', `${file} has ${count}:\n${list}`, { details: problems });
}

/** Node names a position or none, depending on its version and the error: always say the line and the column. */
function describeSyntaxError(text: string, error: SyntaxError): string {
  const at = errorPosition(text, error);
  const extra = findJsonExtra(text);
  if (extra && extra.at <= at) return `${notValidAt(text, extra.at)}: ${extra.problem}`;
  const reason = error.message
    .replace(/ in JSON at position.*$/s, '')
    // What follows quotes from the file, which may hold a token.
    .replace(/, ?(?:\.\.\.)?"[\s\S]*$/, '')
    .replace(/\s+/g, ' ');
  return `${notValidAt(text, at)} (${reason})`;
}

function notValidAt(text: string, at: number): string {
  const { line, column } = placeOf(text, at);
  return `line ${line}: not valid JSON at column ${column}`;
}
