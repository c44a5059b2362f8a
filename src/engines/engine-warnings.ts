import type { DeviceConfig } from '../config/devices-schema.ts';
import { builtInVoices } from '../config/voices/voice-book.ts';
import { systemClock } from '../core/clock.ts';
import type { Settings } from '../settings.ts';
import type { Engine } from './engine-call.ts';
import { choiceFor } from './engine-choice.ts';
import { engineMakers } from './make-engines.ts';

/** Engines of this machine: making one may start a process, and there is nothing to forget. */
const OWN: ReadonlySet<string> = new Set(['sherpa', 'espeak', 'scripted']);

/** Warnings of devices whose own engines cannot be made: a key or an address is missing. Nothing is sent. */
function engineWarnings(devices: readonly DeviceConfig[], settings: Settings): string[] {
  const make = engineMakers(settings, {
    clock: systemClock,
    random: Math.random,
    report: () => undefined,
    debug: () => undefined,
    voices: builtInVoices(),
  });
  const problems = new Map<string, string | undefined>();
  const problemOf = (kind: string, name: string, makeEngine: () => Engine): string | undefined => {
    const key = `${kind} ${name}`;
    if (OWN.has(name) || problems.has(key)) return problems.get(key);
    let problem: string | undefined;
    try {
      void makeEngine().close();
    } catch (error) {
      problem = (error as Error).message;
    }
    problems.set(key, problem);
    return problem;
  };
  return devices
    .filter(({ engines }) => engines !== undefined)
    .flatMap((device) => {
      const { stt, llm, tts } = choiceFor(settings, device);
      const found = [
        ...stt.map((choice) => problemOf('stt', choice.engine, () => make.stt(choice))),
        ...llm.map((choice) => problemOf('llm', choice.engine, () => make.llm(choice))),
        ...tts.map((choice) => problemOf('tts', choice.engine, () => make.tts(choice))),
      ];
      const told = [...new Set(found.filter((problem) => problem !== undefined))];
      return told.map((problem) => `"${device.name}" cannot use its engines: ${problem}`);
    });
}

/** The configuration with these warnings behind its own. */
export function withEngineWarnings<
  T extends { readonly devices: readonly DeviceConfig[]; readonly warnings: readonly string[] },
>(config: T, settings: Settings): T {
  return { ...config, warnings: [...config.warnings, ...engineWarnings(config.devices, settings)] };
}
