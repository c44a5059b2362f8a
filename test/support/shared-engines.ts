import { systemClock } from '#src/core/clock';
import type { ChosenEngines } from '#src/engines/engine-registry';
import { dice } from './dice.ts';

let shared: Promise<ChosenEngines> | undefined;

/**
 * The engines of the settings' defaults (the demo recogniser, espeak, the scripted replies), started once for all tests of
 * a file, as one process has them once for all devices. `close` leaves them running: the end of the file ends them.
 */
export function sharedEngines(): Promise<ChosenEngines> {
  shared ??= start();
  return shared;
}

/** Ends them, if there were any. */
export async function closeSharedEngines(): Promise<void> {
  const engines = await shared?.catch(() => undefined);
  shared = undefined;
  await engines?.close();
}

async function start(): Promise<ChosenEngines> {
  // Only here: most tests need none.
  const [{ chooseEngines }, { parseSettings }] = await Promise.all([
    import('#src/engines/engine-registry'),
    import('#src/settings'),
  ]);
  // The scripted replies tell the time: the same time in every run.
  const clock = { ...systemClock, wallNow: () => Date.UTC(2026, 0, 1, 12, 34) };
  const deps = { clock, random: dice(), report: () => {}, debug: () => {} };
  const engines = chooseEngines(parseSettings({}), deps);
  await engines.ready();
  return engines;
}
