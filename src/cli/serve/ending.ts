import { toDialtoneError } from '../../core/errors.ts';
import type { Log } from '../../telemetry/log.ts';
import { EXIT } from '../exit-codes.ts';
import { onceNpmIsGone } from '../npm-gone.ts';

/** Beyond this a shutdown is cut short, milliseconds: Docker kills after 10 s. */
const SHUTDOWN_MS = 8_000;

/** So many defects that nothing has caught are written into the log. */
const MAX_DEFECTS_LOGGED = 20;

/** The end of the process, however it comes. */
interface Ending {
  /** Resolves when the process is to end: from then on it has 8 s. */
  readonly begun: Promise<undefined>;
  readonly exitCode: () => number;
}

/**
 * Waits for SIGTERM, SIGINT, the end of the npm that has started this program, or a defect that nothing else has caught. Devices are told goodbye in each case; a second signal
 * ends the process at once. Called at the start: a signal without a listener does not end the first process of a container.
 * @param exit ends the process without a goodbye
 */
export function watchForTheEnd(log: Log, exit: (code: number) => void): Ending {
  let exitCode: number | undefined;
  let begin: () => void = () => undefined;
  const begun = new Promise<undefined>((resolve) => {
    begin = () => resolve(undefined);
  });
  const end = (code: number) => {
    if (exitCode === undefined) setTimeout(() => exit(code || EXIT.failure), SHUTDOWN_MS).unref();
    exitCode = Math.max(exitCode ?? code, code);
    begin();
  };
  let signals = 0;
  const signalled = (signal: NodeJS.Signals) => {
    signals += 1;
    if (signals > 1) return exit(EXIT.failure);
    log.info({ event: 'process.shutdown', signal }, 'shutting down');
    end(EXIT.ok);
  };
  process.on('SIGTERM', signalled);
  process.on('SIGINT', signalled);
  onceNpmIsGone(() => {
    if (signals === 0) signalled('SIGTERM');
  });
  const tell = reportDefects(log);
  process.on('uncaughtException', (error) => {
    tell('process.uncaught', error);
    end(EXIT.defect);
  });
  process.on('unhandledRejection', (reason) => {
    tell('process.rejection', reason);
    end(EXIT.defect);
  });
  return { begun, exitCode: () => exitCode ?? EXIT.ok };
}

/** Writes defects into the log, the first ones: what fails while the process ends must not fill it. Never throws. */
function reportDefects(log: Log): (event: string, cause: unknown) => void {
  let left = MAX_DEFECTS_LOGGED;
  return (event, cause) => {
    if (left === 0) return;
    left -= 1;
    try {
      const err = cause instanceof Error ? cause : toDialtoneError(cause);
      log.fatal({ event, err }, 'a defect of dialtone: the devices are told goodbye, then the process ends');
    } catch {
      // The log itself fails, a closed pipe say: the devices are told goodbye all the same.
    }
  };
}
