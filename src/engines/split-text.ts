/**
 * Splits a text for an engine that takes at most `maxLength` characters a request: behind a sentence if it can, else
 * behind a comma or the like, else at a space, else anywhere but within a character. Pieces are trimmed, never empty.
 */
export function splitText(text: string, maxLength: number): string[] {
  const pieces: string[] = [];
  let rest = text.trim();
  while (rest.length > maxLength) {
    const cut = cutAt(rest, maxLength);
    pieces.push(rest.slice(0, cut).trimEnd());
    rest = rest.slice(cut).trimStart();
  }
  if (rest !== '') pieces.push(rest);
  return pieces;
}

function cutAt(text: string, maxLength: number): number {
  // One more than fits: a space may stand right behind the piece.
  const window = text.slice(0, maxLength + 1);
  for (const boundary of [/[.!?…]["')\]]*(?=\s)/g, /[,;:–—](?=\s)/g, /\S(?=\s)/g]) {
    let end = 0;
    for (const match of window.matchAll(boundary)) end = match.index + match[0].length;
    // A cut near the beginning would make many small pieces.
    if (end >= maxLength / 4) return end;
  }
  const code = text.charCodeAt(maxLength - 1);
  const splitsPair = code >= 0xd800 && code < 0xdc00;
  return splitsPair && maxLength > 1 ? maxLength - 1 : maxLength;
}
