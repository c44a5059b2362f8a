import type { Clock } from '../../core/clock.ts';
import { isAbort } from '../../core/errors.ts';
import { CATALOGUE, modelNamed } from '../catalogue.ts';
import { installCommand, installedModel, requireModel, unknownModel } from '../find-model.ts';
import { installModel } from '../install-model.ts';
import type { ModelLimits } from '../limits.ts';
import { removeModel } from '../remove-model.ts';
import { verifyModel } from '../verify-model.ts';
import { listModels } from './list-models.ts';
import type { ProgressOutput } from './progress.ts';

const MODELS_HELP = `dialtone models installs models for the engines that run on this machine.

  models list                what there is, and what is installed
  models install NAME        fetch a model and install it; after a failure the same command goes on
  models verify [NAME]       compare a model, or all of them, with what was installed
  models remove NAME         remove a model

MODELS_DIR is the folder of the models, MODELS_BASE_URL a mirror: see docs/MODELS.md.
`;

/** Exit codes of the command. */
const EXIT = { ok: 0, failure: 1, usage: 64 } as const;

/** What the command works with. */
export interface ModelsCommandOptions {
  readonly modelsDir: string;
  readonly baseUrl: string;
  readonly clock: Clock;
  readonly limits: ModelLimits;
  readonly uniqueId: () => string;
  /** Aborting it ends an installation. */
  readonly signal: AbortSignal;
  readonly progress: ProgressOutput;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/**
 * `models list`, `install NAME`, `verify [NAME]`, `remove NAME`.
 * @returns the exit code
 * @throws DialtoneError that says in one line what failed and what to do
 */
export async function modelsCommand(args: readonly string[], options: ModelsCommandOptions): Promise<number> {
  const [action = '', name, extra] = args;
  const { modelsDir, out, err } = options;
  const wrong = (text: string): number => {
    err(`${text}\n\n${MODELS_HELP}`);
    return EXIT.usage;
  };
  if (!['list', 'install', 'verify', 'remove'].includes(action)) {
    return wrong(action === '' ? 'say what to do with the models' : `unknown command "models ${action}"`);
  }
  const tooMany = action === 'list' ? name : extra;
  if (tooMany !== undefined) return wrong(`"${tooMany}" is one argument too many`);
  switch (action) {
    case 'list':
      out(listModels(modelsDir));
      return EXIT.ok;
    case 'verify':
      return verify(name === undefined ? installedNames(modelsDir) : [name], options);
    case 'install':
      return name === undefined ? wrong('say which model to install') : install(name, options);
    default:
      if (name === undefined) return wrong('say which model to remove');
      out(`removed ${await removeModel(name, modelsDir, options.uniqueId(), options.clock)}\n`);
      return EXIT.ok;
  }
}

async function install(name: string, options: ModelsCommandOptions): Promise<number> {
  const { out, err, progress } = options;
  const model = modelNamed(name);
  if (model === undefined) throw unknownModel(name);
  try {
    const { folder, downloads } = await installModel(model, options);
    progress.end();
    if (downloads === undefined) {
      out(`${name} is installed already in ${folder}\n`);
      return EXIT.ok;
    }
    for (const { url, sha256, compared } of downloads) {
      if (compared) continue;
      const file = url.slice(url.lastIndexOf('/') + 1);
      out(
        `dialtone does not know the SHA-256 of ${file}, so nothing vouches for it but its source. Noted: ${sha256}\n`,
      );
    }
    out(`${name} is installed in ${folder}\n`);
    return EXIT.ok;
  } catch (error) {
    progress.end();
    if (!isAbort(error)) throw error;
    err(`stopped. What has come of ${name} is kept: ${installCommand(name)} goes on from there\n`);
    return EXIT.failure;
  }
}

async function verify(names: readonly string[], { modelsDir, out, err }: ModelsCommandOptions): Promise<number> {
  if (names.length === 0) out(`no model is installed in ${modelsDir}\n`);
  let exitCode: number = EXIT.ok;
  for (const name of names) {
    const { compared, problems } = await verifyModel(requireModel(name, modelsDir));
    if (compared === undefined) out(`${name}: not installed by dialtone, so there is nothing to compare it with\n`);
    else if (problems.length === 0) out(`${name}: all ${compared} files are as they were installed\n`);
    else {
      err(
        `${name}: ${problems.join('; ')}. Install it again: npm run models -- remove ${name}, then ${installCommand(name)}\n`,
      );
      exitCode = EXIT.failure;
    }
  }
  return exitCode;
}

function installedNames(modelsDir: string): string[] {
  return CATALOGUE.map(({ name }) => name).filter((name) => installedModel(name, modelsDir) !== undefined);
}
