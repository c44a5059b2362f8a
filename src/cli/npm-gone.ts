/** How often it is looked whether npm is still there, milliseconds. */
const LOOK_MS = 500;

/** What is looked at. Default: this process. */
interface ThisProcess {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly ppid: number;
}

/**
 * Calls once when the npm that has started this program by a script (`npm start`) is gone. npm that is told to end from outside (SIGTERM,
 * not Ctrl-C) ends the shell in which a script runs, and nothing that runs in that: the program would go on by itself, and keep its ports.
 * Without npm nothing is looked at. It does not keep the process alive.
 */
export function onceNpmIsGone(gone: () => void, of: ThisProcess = process): void {
  if (of.env.npm_lifecycle_event === undefined) return;
  const parent = of.ppid;
  const timer = setInterval(() => {
    if (of.ppid === parent) return;
    clearInterval(timer);
    gone();
  }, LOOK_MS);
  timer.unref();
}
