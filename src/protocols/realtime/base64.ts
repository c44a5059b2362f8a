/**
 * Decodes base64; null when it is not base64. Node's decoder skips what it does not know, so the length tells: a
 * damaged text decodes to fewer bytes than its length promises.
 */
export function decodeBase64(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64');
  let length = text.length;
  while (length > 0 && text[length - 1] === '=') length -= 1;
  return bytes.length === Math.floor((length * 3) / 4) && length % 4 !== 1 ? bytes : null;
}
