import { parseSettings, type Settings } from '../settings.ts';
import type { CommandArgs, CommandIo } from './command.ts';
import { ownUrl } from './own-url.ts';

/** How long the process may take to answer, milliseconds. Below the 5 s that Docker gives the whole check. */
const TIMEOUT_MS = 4_000;

/** `dialtone healthcheck`. @throws DialtoneError `settings_invalid` */
export function healthcheckCommand(_: CommandArgs, { env }: CommandIo): Promise<number> {
  return healthcheck(parseSettings(env));
}

/**
 * Asks the backend on this machine whether it is alive, as the Docker health check does.
 * @returns the exit code: 0 alive, 1 not; why goes to stderr
 */
export async function healthcheck(settings: Pick<Settings, 'HOST' | 'PORT'>): Promise<number> {
  if (settings.PORT === 0) return fail('PORT is 0, so the chosen port is unknown. Set PORT.');
  const url = `${ownUrl(settings)}/livez`;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS), redirect: 'error' });
    await response.body?.cancel();
    return response.ok ? 0 : fail(`${url} answered ${response.status}`);
  } catch (error) {
    const cause = (error as Error).cause;
    return fail(`${url}: ${cause instanceof Error && cause.message !== '' ? cause.message : (error as Error).message}`);
  }
}

function fail(reason: string): number {
  process.stderr.write(`${reason}\n`);
  return 1;
}
