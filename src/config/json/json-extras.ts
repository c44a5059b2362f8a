/** Something that JSON does not have and people write all the same. */
export interface JsonExtra {
  /** What it is and what to do about it. */
  readonly problem: string;
  /** In UTF-16 units from the start of the text. */
  readonly at: number;
}

const COMMENT = 'comments are not JSON; remove every comment';

/**
 * Finds the first thing in a text that is well meant but no JSON: a comment, a comma behind the last element, a single or
 * typographic quotation mark. Strings are passed over. Undefined: none of these.
 */
export function findJsonExtra(text: string): JsonExtra | undefined {
  let isBehindComma = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at] as string;
    if (/\s/.test(char)) continue;
    if (char === '#' || /^\/[/*]/.test(text.slice(at, at + 2))) return { problem: COMMENT, at };
    if (isBehindComma && (char === '}' || char === ']')) {
      return { problem: `a comma stands before this "${char}"; remove the comma`, at };
    }
    if (/['‘’“”„«»]/.test(char)) {
      return { problem: `${char} is no quotation mark of JSON; write "`, at };
    }
    isBehindComma = char === ',';
    if (char === '"') at = endOfString(text, at);
  }
  return undefined;
}

/** Where the string that begins here ends; the end of the text, where it does not. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const char = text[at];
    if (char === '"') return at;
    if (char === '\n') break;
    if (char === '\\') at += 1;
  }
  return text.length;
}

/** Where a position is for an editor: both from 1 on, a column is a character. */
export function placeOf(text: string, at: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, at).split(/\r\n|\r|\n/);
  return { line: before.length, column: [...(before.at(-1) ?? '')].length + 1 };
}

/** Where the first error of a text is that is no JSON, in UTF-16 units. Not every error of `JSON.parse` says so. */
export function errorPosition(text: string, error: SyntaxError): number {
  const told = toldPosition(error);
  if (told !== undefined) return told;
  // The longest beginning that has no error but that it ends.
  let right = 0;
  let wrong = text.length + 1;
  while (wrong - right > 1) {
    const middle = (right + wrong) >> 1;
    if (isRightSoFar(text.slice(0, middle))) right = middle;
    else wrong = middle;
  }
  return right;
}

function isRightSoFar(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    const at = toldPosition(error as SyntaxError);
    return at === undefined ? /end of JSON input/.test((error as Error).message) : at >= text.length;
  }
}

function toldPosition(error: SyntaxError): number | undefined {
  const position = /position (\d+)/.exec(error.message)?.[1];
  return position === undefined ? undefined : Number(position);
}
