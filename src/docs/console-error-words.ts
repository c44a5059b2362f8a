/** An error code as people are told of it. */
interface ErrorWords {
  readonly what: string;
  readonly todo: string;
}

/** The words of docs/OPERATIONS.md for each error code, in the order of its table, without its Markdown. */
export function errorWords(operations: string): Readonly<Record<string, ErrorWords>> {
  const table = operations.split('## What error codes mean')[1]?.split('\n## ')[0] ?? '';
  const plain = (cell = '') => cell.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll('`', '');
  const words: Record<string, ErrorWords> = {};
  for (const [, codes = '', what, todo] of table.matchAll(/^\| (`[a-z_`, ]+) \| (.*?) \| (.*?) \|$/gm)) {
    for (const [, code = ''] of codes.matchAll(/`([a-z_]+)`/g)) words[code] = { what: plain(what), todo: plain(todo) };
  }
  return words;
}

/** The same as the script that the console loads. */
export function consoleErrorWords(operations: string): string {
  const lines = Object.entries(errorWords(operations)).map(
    ([code, { what, todo }]) => `  ${code}: {\n    what: ${quoted(what)},\n    todo: ${quoted(todo)},\n  },`,
  );
  return [
    '// Made from docs/OPERATIONS.md by `npm run build && node dist/docs/main.js`.',
    '',
    '/** What each error code means, and what its reader can do. @type {Readonly<Record<string, { what: string, todo: string }>>} */',
    'export const ERROR_WORDS = {',
    ...lines,
    '};',
    '',
  ].join('\n');
}

/** As the formatter writes it. */
function quoted(text: string): string {
  return text.includes("'") && !text.includes('"') ? `"${text}"` : `'${text.replaceAll("'", "\\'")}'`;
}
