import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A line of the backend's log. */
export type LogLine = Readonly<Record<string, unknown>> & { readonly event?: string; readonly device?: string };

/** The backend, run as `npm start` runs it. */
export interface BackendProcess {
  /** Address of its REST API. */
  readonly url: string;
  /** Resolves with its exit code when it has ended. */
  readonly exited: Promise<number | null>;
  /** Asks it to end, and waits. */
  stop(): Promise<void>;
}

/**
 * Starts the backend on a devices.json and waits until its REST API answers.
 * @param onLine told of every log line
 * @throws Error with what the backend said when it ends before that
 */
export function startBackend(
  env: Readonly<Record<string, string>>,
  onLine: (line: LogLine) => void,
): Promise<BackendProcess> {
  const main = fileURLToPath(new URL('../../main.js', import.meta.url));
  const child = spawn(process.execPath, [main], {
    // Its log is read here, whatever the user wants to read elsewhere.
    env: { ...process.env, ...env, LOG_FORMAT: 'json' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let complaints = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaints = (complaints + chunk.toString()).slice(-4_000);
  });
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return new Promise((resolve, reject) => {
    void exited.then((code) => reject(new Error(`the backend ended with code ${code}\n${complaints}`)));
    createInterface({ input: child.stdout }).on('line', (text) => {
      const line = parseLine(text);
      if (line?.event === 'http.listening' && typeof line.url === 'string') {
        resolve({ url: line.url, exited, stop: () => stop(child, exited) });
      }
      if (line) onLine(line);
    });
  });
}

function parseLine(text: string): LogLine | undefined {
  try {
    return JSON.parse(text) as LogLine;
  } catch {
    return undefined;
  }
}

async function stop(child: ChildProcess, exited: Promise<unknown>): Promise<void> {
  child.kill('SIGTERM');
  const killer = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await exited;
  clearTimeout(killer);
}
