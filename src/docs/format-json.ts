const MAX_LINE = 120;

/**
 * JSON as the linter wants it, so that a generated file needs no second hand: objects over several lines, a list of
 * plain values on one line where it fits into 120 columns.
 */
export function formatJson(value: unknown): string {
  return `${format(value, '', 0)}\n`;
}

/** @param before how many columns of the first line are taken, indentation included */
function format(value: unknown, indent: string, before: number): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    if (value.every((item) => typeof item !== 'object' || item === null)) {
      const line = `[${value.map((item) => JSON.stringify(item)).join(', ')}]`;
      // One column for the comma that may follow.
      if (before + line.length < MAX_LINE) return line;
    }
    const items = value.map((item) => `${inner}${format(item, inner, inner.length)}`);
    return `[\n${items.join(',\n')}\n${indent}]`;
  }
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .map(([key, member]) => {
      const start = `${inner}${JSON.stringify(key)}: `;
      return `${start}${format(member, inner, start.length)}`;
    });
  return members.length === 0 ? '{}' : `{\n${members.join(',\n')}\n${indent}}`;
}
