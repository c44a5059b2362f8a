import { systemClock } from '#src/core/clock';
import type { EngineRegistry } from '#src/engines/engine';
import { createEngineRegistry } from '#src/engines/engine-registry';
import { parseSettings } from '#src/settings';
import { dice } from './dice.ts';

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
  // The scripted replies tell the time: the same time in every run.
  const clock = { ...systemClock, wallNow: () => Date.UTC(2026, 0, 1, 12, 34) };
  const deps = { clock, random: dice(), report: () => {}, debug: () => {} };
  const engines = createEngineRegistry(parseSettings({}), deps);
  await engines.ready();
  return {
    defaults: engines.defaults,
    reasons: engines.reasons,
    warnings: engines.warnings,
    lease: () => engines.lease(),
    ready: () => engines.ready(),
    close: async () => {},
  };
}
