/** A line of a table in Markdown, or of one that is drawn with lines. */
const ROW = /^ ?[|│┃║]|[|│┃║] ?$| [|│┃║] /;

/** The line below a table's head, and lines that are drawn. */
const RULE = /^[ |│┃║:+=─━═┄┈┌┐└┘├┤┬┴┼╔╗╚╝╠╣╦╩╬╭╮╯╰-]*$/;

/** Makes rows of tables sentences, their cells parted by commas: "Mon, 12." */
export function rowsToSentences(text: string): string {
  if (!/[|│┃║─━═]/.test(text)) return text;
  return text
    .split('\n')
    .map((line) => {
      if (!ROW.test(line)) return RULE.test(line) ? '' : line;
      return RULE.test(line) ? '' : toSentence(line);
    })
    .join('\n');
}

function toSentence(line: string): string {
  const cells = line.replace(/\\\|/g, ' ').split(/[|│┃║]/);
  const row = cells
    .map((cell) => cell.trim())
    .filter((cell) => /[^\s:*_~-]/.test(cell) || cell.length === 1)
    .join(', ');
  return row === '' || /[.!?:;…。！？]["')\]*_]{0,3}$/.test(row) ? row : `${row}.`;
}
