import { chmodSync, chownSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A user without rights: root may read everything. */
const NOBODY = 65_534;

/**
 * Takes every right to a folder away, until the test has ended or the result is called. As root the process runs as the user `nobody`
 * meanwhile, to whom everything in `top` then belongs.
 * @param top a folder of the test's own that holds the folder
 */
export function forbid(folder: string, top: string): () => void {
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) {
    for (const path of ['', ...readdirSync(top, { recursive: true, encoding: 'utf8' })]) {
      chownSync(join(top, path), NOBODY, NOBODY);
    }
  }
  chmodSync(folder, 0);
  if (isRoot) process.seteuid?.(NOBODY);
  let isForbidden = true;
  const allow = () => {
    if (!isForbidden) return;
    isForbidden = false;
    if (isRoot) process.seteuid?.(0);
    chmodSync(folder, 0o700);
  };
  onTestFinished(allow);
  return allow;
}
