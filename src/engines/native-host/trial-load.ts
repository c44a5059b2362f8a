import { stat } from 'node:fs/promises';
import type { Clock } from '../../core/clock.ts';
import type { DialtoneError } from '../../core/errors.ts';
import { exitError, loadError, type ModelHint } from './exit-error.ts';
import { HostChild } from './host-child.ts';
import type { ModelSpec } from './host-config.ts';

/** What a trial needs of its surroundings. */
export interface TrialOptions {
  readonly clock: Clock;
  readonly hint: ModelHint;
  /** Aborting it ends the trial, which then rejects with the signal's reason. */
  readonly signal: AbortSignal;
  /** A line that the child printed. */
  readonly onLog: (line: string) => void;
}

const SLOT = 1;

/**
 * Loads a model in a child process of its own, tries it, and ends the child: what would end the host ends nothing here.
 * @throws DialtoneError `engine_misconfigured` with the cause, `engine_unavailable` without sherpa-onnx
 */
export async function trialLoad(spec: ModelSpec, { clock, hint, signal, onLog }: TrialOptions): Promise<void> {
  signal.throwIfAborted();
  let isGood = false;
  let refusal: string | undefined;
  const failure = await new Promise<DialtoneError | undefined>((resolve) => {
    const end = () => void child.close();
    const child: HostChild = new HostChild({
      clock,
      onLog,
      onFrame: () => undefined,
      onLoaded: () => {
        isGood = true;
        end();
      },
      onNotLoaded: (_, why) => {
        refusal = why.message;
        end();
      },
      onExit: (exit) => {
        signal.removeEventListener('abort', end);
        if (refusal !== undefined)
          resolve(loadError([refusal, exit.printed].filter(Boolean).join('; it said: '), hint));
        else resolve(isGood ? undefined : exitError(exit, SLOT, hint));
      },
    });
    signal.addEventListener('abort', end, { once: true });
    child.load(SLOT, spec);
  });
  signal.throwIfAborted();
  if (failure) throw failure;
}

/** Changes whenever a file of the model does. */
export async function fingerprint(spec: ModelSpec): Promise<string> {
  const files = (await filesOf(spec)).map((file) => `${file?.size} ${file?.mtimeMs}`);
  return [JSON.stringify(spec), ...files].join('\n');
}

/** Size of its files, about what it takes of memory. */
export async function modelBytes(spec: ModelSpec): Promise<number> {
  return (await filesOf(spec)).reduce((sum, file) => sum + (file?.size ?? 0), 0);
}

/** Undefined for what is no file. */
function filesOf(spec: ModelSpec) {
  const paths = [...Object.values(spec.group), spec.tokens].flatMap((value) => String(value).split(','));
  return Promise.all(paths.map((path) => stat(path).catch(() => undefined)));
}
