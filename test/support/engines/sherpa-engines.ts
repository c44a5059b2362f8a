import { onTestFinished } from 'vitest';
import { builtInVoices } from '#src/config/voices/voice-book';
import type { EngineRegistry } from '#src/engines/engine';
import { createEngineRegistry, type EngineRegistryDeps } from '#src/engines/engine-registry';
import { engineMakers } from '#src/engines/make-engines';
import { SherpaStt } from '#src/engines/sherpa/sherpa-stt';
import { SherpaTts } from '#src/engines/sherpa/sherpa-tts';
import { parseSettings } from '#src/settings';

/** Engines of settings that choose sherpa, and the speech host below them. */
export interface SherpaEngines {
  readonly engines: EngineRegistry;
  /** The process of the recogniser's models, or of the voice's; undefined: it does not run now. */
  readonly hostPid: (kind?: 'stt' | 'tts') => number | undefined;
}

/** The engines of settings, of which a test can get at the speech host. They are closed when the test has finished. */
export function sherpaEngines(
  env: Readonly<Record<string, string>>,
  deps: Omit<EngineRegistryDeps, 'make'>,
): SherpaEngines {
  const settings = parseSettings(env);
  const makers = engineMakers(settings, { voices: builtInVoices(), ...deps });
  const made: Record<'stt' | 'tts', unknown> = { stt: undefined, tts: undefined };
  const make = {
    ...makers,
    stt: (choice: Parameters<typeof makers.stt>[0]) => {
      const stt = makers.stt(choice);
      made.stt = stt;
      return stt;
    },
    tts: (choice: Parameters<typeof makers.tts>[0]) => {
      const tts = makers.tts(choice);
      made.tts = tts;
      return tts;
    },
  };
  const engines = createEngineRegistry(settings, { ...deps, make });
  onTestFinished(() => engines.close());
  const hostPid = (kind: 'stt' | 'tts' = 'stt') => {
    const engine = made[kind];
    if (!(engine instanceof SherpaStt || engine instanceof SherpaTts)) throw new Error(`the ${kind} is not sherpa`);
    return engine.hostPid;
  };
  return { engines, hostPid };
}
