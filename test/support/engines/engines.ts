import type { EngineLease, EngineRegistry, EngineSet } from '#src/engines/engine';

/** A lease of what `engines` gives whenever it is asked. */
function leaseOf(engines: () => EngineSet): EngineLease {
  return { for: engines, release: () => undefined };
}

/** The same engines for every device. */
export function registryOf(
  engines: EngineSet,
  more: Partial<Pick<EngineRegistry, 'reasons' | 'warnings' | 'ready' | 'close'>> = {},
): EngineRegistry {
  return {
    defaults: engines,
    lease: () => leaseOf(() => engines),
    reasons: more.reasons ?? [],
    warnings: more.warnings ?? [],
    ready: () => more.ready?.() ?? Promise.resolve(),
    close: () => more.close?.() ?? Promise.resolve(),
  };
}
