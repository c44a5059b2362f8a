/** Rows as columns of a terminal, two spaces apart. Lines do not end in spaces, and the last has no line end. */
export function textTable(rows: readonly (readonly string[])[]): string {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => lengthOf(row[column] ?? ''))),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - lengthOf(cell)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Characters, not UTF-16 units: a name may be an emoji. */
function lengthOf(text: string): number {
  return Array.from(text).length;
}
