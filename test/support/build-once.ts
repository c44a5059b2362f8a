import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/**
 * Compiles the project before the first test: child processes and worker threads run compiled files, since Node 20
 * cannot run TypeScript. Throws, and so fails the run, when the compiler finds an error. A second `npm test` in the same
 * checkout may run beside this one: its build waits for this one and, as long as no source has changed since, writes
 * nothing.
 */
export default function buildOnce(): void {
  const script = fileURLToPath(new URL('../../scripts/build.mjs', import.meta.url));
  execFileSync(process.execPath, [script, 'test/fakes/tsconfig.json'], { stdio: 'inherit' });
}
