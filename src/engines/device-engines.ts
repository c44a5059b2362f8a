import type { DeviceCheck } from '../config/entry-check.ts';
import { toDialtoneError } from '../core/errors.ts';
import type { Settings } from '../settings.ts';
import type { Engine } from './engine-call.ts';
import { choiceFor, type EngineChoice } from './engine-choice.ts';
import type { EngineKind } from './events.ts';
import { type EngineDeps, engineMakers } from './make-engines.ts';

/**
 * Checks that the engines which a device asks for can be made: no key, address or model is missing. Nothing is sent to find out. A
 * device with a problem does not speak with other engines instead, which may be ones that its owner does not want. What is found
 * out is remembered: to be made anew for each reading of devices.json.
 */
export function deviceEnginesCheck(settings: Settings, deps: Omit<EngineDeps, 'report' | 'debug'>): DeviceCheck {
  const make = engineMakers(settings, { ...deps, report: () => undefined, debug: () => undefined });
  const known = new Map<string, string | undefined>();
  const problemOf = (kind: EngineKind, { engine, model }: EngineChoice, makeEngine: () => Engine) => {
    const key = JSON.stringify([kind, engine, model]);
    if (!known.has(key)) {
      const problem = problemWith(makeEngine);
      known.set(key, problem === undefined ? undefined : `engines.${kind}: ${problem}`);
    }
    return known.get(key);
  };
  return (device) => {
    if (device.engines === undefined) return [];
    const { stt, llm, tts } = choiceFor(settings, device);
    const found = [
      ...stt.map((choice) => problemOf('stt', choice, () => make.stt(choice))),
      ...llm.map((choice) => problemOf('llm', choice, () => make.llm(choice))),
      ...tts.map((choice) => problemOf('tts', choice, () => make.tts(choice))),
    ];
    return found.filter((problem) => problem !== undefined);
  };
}

function problemWith(makeEngine: () => Engine): string | undefined {
  try {
    // It was not used: how it closes is of no matter.
    makeEngine()
      .close()
      .catch(() => undefined);
    return undefined;
  } catch (error) {
    return toDialtoneError(error).message;
  }
}
