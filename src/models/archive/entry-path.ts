import { badFile } from './bad-file.ts';

/**
 * The parts of a path in an archive.
 * @throws DialtoneError `model_bad_file` for one that leads, or could lead on any system, out of the folder it is unpacked in
 */
export function entryPath(path: string): string[] {
  // Windows takes "\" for a separator, and "C:x" and "x:y" for other places.
  const isForeign = path.startsWith('/') || /[\\:\0]/.test(path);
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  if (isForeign || parts.includes('..')) throw badFile(`has a file "${printable(path)}" that leads out of its folder`);
  return parts;
}

/** A name from a stranger, for a message of one line. */
export function printable(text: string): string {
  return text.slice(0, 100).replace(/[^\x20-\x7e]/g, '?');
}
