import { type ChosenEngines, chooseEngines } from '#src/engines/engine-registry';
import { parseSettings } from '#src/settings';
import { dice } from './dice.ts';
import { patientClock } from './patient-clock.ts';

let shared: Promise<ChosenEngines> | undefined;

/**
 * The engines of the settings' defaults (the demo recogniser, espeak, the scripted replies), started once for all tests of
 * a process, as a backend has them once for all devices. They end with the process: `close` leaves them running.
 */
export function sharedEngines(): Promise<ChosenEngines> {
  shared ??= start();
  return shared;
}

async function start(): Promise<ChosenEngines> {
  const deps = { clock: patientClock, random: dice(), report: () => {}, debug: () => {} };
  const engines = chooseEngines(parseSettings({}), deps);
  await engines.ready();
  return { ...engines, close: async () => {} };
}
