import { execFileSync } from 'node:child_process';

/**
 * Compiles the project before the first test: child processes and worker threads run compiled files, since Node 20
 * cannot run TypeScript. Throws, and so fails the run, when the compiler finds an error.
 */
export default function buildOnce(): void {
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' });
}
