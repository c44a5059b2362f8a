import { runModelsCommand } from '../models/command/run-models-command.ts';
import { parseSettings } from '../settings.ts';
import type { CommandArgs, CommandIo } from './command.ts';

/** `dialtone models`. @throws DialtoneError `model_*`, `settings_invalid` */
export function models({ positionals }: CommandArgs, { env }: CommandIo): Promise<number> {
  // Other settings need not be right.
  const { MODELS_DIR, MODELS_BASE_URL } = env;
  return runModelsCommand(positionals, parseSettings({ MODELS_DIR, MODELS_BASE_URL }));
}
