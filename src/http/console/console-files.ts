import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';

/** The folder beside this file, in src as in dist: `npm run build` copies it. */
const FOLDER = new URL('./page/', import.meta.url);

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** The page itself. */
export const CONSOLE_PAGE = 'index.html';

/**
 * Nothing but the page's own files runs, is loaded or is asked; no site frames it. Trusted types: the browser itself refuses every place
 * in which text would become HTML or a script.
 */
export const CONSOLE_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    'media-src blob:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; '),
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
};

/** A file of the console. */
export interface ConsoleFile {
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

let names: ReadonlySet<string> | undefined;

/** Reads a file of the console; undefined: it has no file of this name. The name is compared with those there are, and never part of a path otherwise. */
export async function readConsoleFile(name: string): Promise<ConsoleFile | undefined> {
  names ??= new Set(readdirSync(FOLDER));
  const type = TYPES[extname(name)];
  if (!names.has(name) || type === undefined) return undefined;
  return { type, bytes: new Uint8Array(await readFile(new URL(name, FOLDER))) };
}
