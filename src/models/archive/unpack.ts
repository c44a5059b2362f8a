import { closeSync, linkSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Parser, type ReadEntry } from 'tar';
import { DialtoneError } from '../../core/errors.ts';
import { badFile } from './bad-file.ts';
import { entryPath, printable } from './entry-path.ts';

/** Models have some hundreds of files. */
const MAX_ENTRIES = 10_000;

const FILES: ReadonlySet<string> = new Set(['File', 'OldFile', 'ContiguousFile']);

/**
 * Unpacks a tar archive into a folder that is empty and that no other process uses. Nothing is written outside of it: a path that leads
 * out is refused, and so are devices, pipes, and links to anything but a file of the archive; no symbolic link is ever made.
 * Owners, rights and times are not taken over.
 * @throws DialtoneError `model_bad_file`; errors of node:fs
 */
export async function unpack(tar: AsyncIterable<Buffer>, folder: string): Promise<void> {
  const files = new Set<string>();
  const links: { readonly path: string; readonly target: string }[] = [];
  const open = new Set<number>();
  let entries = 0;

  const take = (entry: ReadEntry): void => {
    entries += 1;
    if (entries > MAX_ENTRIES) throw badFile(`has more than ${MAX_ENTRIES} files, which no model has`);
    const path = entryPath(entry.path).join('/');
    if (entry.type === 'Directory') {
      mkdirSync(join(folder, path), { recursive: true });
    } else if (FILES.has(entry.type)) {
      if (files.has(path)) throw badFile(`has the file "${printable(path)}" twice`);
      files.add(path);
      writeEntry(entry, join(folder, path), open);
      return;
    } else if (entry.type === 'Link') {
      links.push({ path, target: entryPath(entry.linkpath ?? '').join('/') });
    } else if (entry.type === 'SymbolicLink') {
      links.push({ path, target: symbolicTarget(path, entry.linkpath ?? '') });
    } else {
      throw badFile(`has "${printable(path)}", which is neither a file nor a folder but a ${entry.type}`);
    }
    entry.resume();
  };

  // What is thrown within comes out of `write`: the parser calls back while it is given the bytes.
  const parser = new Parser({ strict: true, onReadEntry: take });
  try {
    for await (const bytes of tar) parser.write(bytes);
    parser.end();
  } catch (error) {
    throw isOurs(error) ? error : badFile('is damaged or cut short', error);
  } finally {
    for (const file of open) closeSync(file);
  }
  for (const { path, target } of links) {
    if (!files.has(target)) throw badFile(`has a link "${printable(path)}" to what is no file of it`);
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    linkSync(join(folder, target), join(folder, path));
  }
  if (files.size === 0) throw badFile('has no file in it');
}

/** Written as it comes, so that no more than a piece is ever waiting. @param open the files that must be closed */
function writeEntry(entry: ReadEntry, path: string, open: Set<number>): void {
  mkdirSync(dirname(path), { recursive: true });
  // Fails for a name that is there already, also where capitals do not count.
  const file = openSync(path, 'wx', 0o644);
  open.add(file);
  entry.on('data', (bytes: Buffer) => {
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
  });
  entry.on('end', () => {
    open.delete(file);
    closeSync(file);
  });
}

/** Where a symbolic link leads, from the root of the archive. */
function symbolicTarget(path: string, target: string): string {
  if (target.startsWith('/')) return entryPath(target).join('/');
  const parts = path.split('/').slice(0, -1);
  for (const part of target.split('/')) {
    if (part !== '..') parts.push(...entryPath(part));
    else if (parts.pop() === undefined) throw badFile(`has a link "${printable(path)}" that leads out of its folder`);
  }
  return parts.join('/');
}

function isOurs(error: unknown): boolean {
  return error instanceof DialtoneError || (error as NodeJS.ErrnoException).syscall !== undefined;
}
