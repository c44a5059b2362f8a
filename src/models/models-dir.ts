import { posix, win32 } from 'node:path';

/** The machine that a folder is for. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Where models are when `MODELS_DIR` does not say: a folder of the user's own data, outside the project, so that an update
 * of dialtone keeps them and two copies of it share them. The image sets `MODELS_DIR`.
 */
export function defaultModelsDir({ platform, home, env }: Machine): string {
  if (platform === 'win32') {
    return win32.join(env.LOCALAPPDATA || win32.join(home, 'AppData', 'Local'), 'dialtone', 'models');
  }
  if (platform === 'darwin') return posix.join(home, 'Library', 'Application Support', 'dialtone', 'models');
  const data = env.XDG_DATA_HOME ?? '';
  // The standard has a relative path ignored.
  return posix.join(posix.isAbsolute(data) ? data : posix.join(home, '.local', 'share'), 'dialtone', 'models');
}
