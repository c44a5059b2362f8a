import { randomUUID } from 'node:crypto';
import { homedir } from 'node:os';
import { systemClock } from '../../core/clock.ts';
import { MODEL_LIMITS } from '../limits.ts';
import { defaultModelsDir } from '../models-dir.ts';
import { modelsCommand } from './models-command.ts';
import { BarProgress, LineProgress } from './progress.ts';

/** The settings of the command. */
interface ModelsSettings {
  readonly MODELS_DIR?: string | undefined;
  readonly MODELS_BASE_URL: string;
}

/** Runs {@link modelsCommand} in this process: with its streams, its clock, and its signals, the first of which ends it well. */
export async function runModelsCommand(args: readonly string[], settings: ModelsSettings): Promise<number> {
  const { stdout, stderr, platform, env } = process;
  const stop = new AbortController();
  // The first process of a container is not ended by a signal that it does not listen to.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      stop.abort();
      process.once(signal, () => process.exit(1));
    });
  }
  const write = (text: string) => void stderr.write(text);
  return modelsCommand(args, {
    modelsDir: settings.MODELS_DIR ?? defaultModelsDir({ platform, home: homedir(), env }),
    baseUrl: settings.MODELS_BASE_URL.replace(/\/+$/, ''),
    clock: systemClock,
    limits: MODEL_LIMITS,
    uniqueId: randomUUID,
    signal: stop.signal,
    progress: stderr.isTTY ? new BarProgress(write, systemClock, stderr.columns) : new LineProgress(write),
    out: (text) => void stdout.write(text),
    err: write,
  });
}
