import type { EngineRegistry } from '#src/engines/engine';
import { createEngineRegistry } from '#src/engines/engine-registry';
import { parseSettings } from '#src/settings';
import { dice } from '../time/dice.ts';
import { patientClock } from '../time/patient-clock.ts';

let shared: Promise<EngineRegistry> | undefined;

/**
 * The engines of the settings' defaults (the demo recogniser, espeak, the scripted replies), started once for all tests of
 * a process, as a backend has them once for all devices. They end with the process: `close` leaves them running.
 */
export function sharedEngines(): Promise<EngineRegistry> {
  shared ??= start();
  return shared;
}

async function start(): Promise<EngineRegistry> {
  const deps = { clock: patientClock, random: dice(), report: () => {}, debug: () => {} };
  const engines = createEngineRegistry(parseSettings({ NATIVE_HOSTS: '1' }), deps);
  await engines.ready();
  return {
    defaults: engines.defaults,
    reasons: engines.reasons,
    warnings: engines.warnings,
    checker: engines.checker,
    lease: () => engines.lease(),
    ready: () => engines.ready(),
    close: async () => {},
  };
}
